// Accounts of this world: made by a person on the consent page, by control, or as the official CLI makes them.
import type { Core } from '../core/core.ts';
import { type List, Refusal, type StripeObject } from '../core/define.ts';
import { changed, hash, text } from '../core/given.ts';
import { letters } from '../core/id.ts';
import type { Row } from '../core/store.ts';

export type Account = { id: string; name: string; email: string; country: string; currency: string; created: number; platform: boolean };

const CURRENCIES: Readonly<Record<string, string>> = {
  US: 'usd',
  GB: 'gbp',
  NO: 'nok',
  SE: 'sek',
  DK: 'dkk',
  JP: 'jpy',
  CH: 'chf',
  CA: 'cad',
  AU: 'aud',
};

export function createAccount(
  core: Core,
  { id, name, email, country, currency, created, platform = false }: Partial<Account> & { name: string; email: string; country: string },
): Account {
  const account: Account = {
    id: id ?? `acct_1${letters(15)}`,
    name,
    email,
    country,
    currency: currency ?? CURRENCIES[country] ?? 'eur',
    created: created ?? core.clock.now(),
    platform,
  };
  const sql = 'INSERT OR IGNORE INTO account (id, name, email, country, currency, created, platform) VALUES (?, ?, ?, ?, ?, ?, ?)';
  core.store.run(sql, account.id, account.name, account.email, account.country, account.currency, account.created, Number(platform));
  return account;
}

/** All but the platform's own, oldest first. */
export function merchants(core: Core): Account[] {
  return core.store.rows('SELECT * FROM account WHERE platform = 0 ORDER BY created, rowid').map(accountOf);
}

export function findAccount(core: Core, id: string): Account | null {
  const row = core.store.get('SELECT * FROM account WHERE id = ?', id);
  return row ? accountOf(row) : null;
}

/** As its owner would in the dashboard; the application is told by account.updated. */
export function changeAccount(core: Core, id: string, livemode: boolean, { name, email }: { name?: string; email?: string }): StripeObject {
  const before = findAccount(core, id);
  core.store.run('UPDATE account SET name = coalesce(?, name), email = coalesce(?, email) WHERE id = ?', name ?? null, email ?? null, id);
  const found = findAccount(core, id);
  if (!before || !found) throw new Error(`There is no account ${id}.`);
  const shown = accountObject(found);
  core.within(id, livemode, {}, (place) => place.emit('account.updated', shown, changed(accountObject(before), shown)));
  return shown;
}

type Grants = { grant(account: string, livemode: boolean): void; revoke(account: string, livemode: boolean): boolean };

export function addAccountRoutes(core: Core, grants: Grants): void {
  const need = (id: string, from: { account: string; livemode: boolean }): Account => {
    const found = findAccount(core, id);
    const application = core.applicationOf(from.livemode)?.clientId ?? '';
    const granted =
      id === from.account ||
      core.store.get('SELECT 1 FROM access WHERE client_id = ? AND account = ? AND livemode = ?', application, id, Number(from.livemode));
    if (found && granted) return found;
    throw new Refusal(403, {
      code: 'account_invalid',
      message: `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
    });
  };
  core.registry.add('GET', '/v1/account', (place) => accountObject(need(place.account, place)));
  core.registry.add('GET', '/v1/accounts', (place): List => {
    const sql =
      'SELECT account.* FROM access JOIN account ON account.id = access.account WHERE client_id = ? AND livemode = ? ORDER BY account.created DESC LIMIT 100';
    const rows = place.account === core.config.platform ? core.store.rows(sql, core.applicationOf(place.livemode)?.clientId ?? '', Number(place.livemode)) : [];
    return { object: 'list', data: rows.map((row) => accountObject(accountOf(row))), has_more: false, url: '/v1/accounts' };
  });
  core.registry.add('GET', '/v1/accounts/{id}', (place, { path }) => accountObject(need(path.id ?? '', place)));
  core.registry.add('POST', '/v1/accounts', (place, { params }) => {
    const account = createAccount(core, {
      name: text(params, 'email') ?? 'New account',
      email: text(params, 'email') ?? '',
      country: text(params, 'country') ?? 'US',
    });
    grants.grant(account.id, place.livemode);
    return accountObject(account);
  });
  core.registry.add('POST', '/v1/accounts/{id}', (place, { path, params }) => {
    const profile = hash(params, 'business_profile') ?? {};
    return changeAccount(core, need(path.id ?? '', place).id, place.livemode, {
      email: text(params, 'email') ?? undefined,
      name: text(profile, 'name') ?? undefined,
    });
  });
  core.registry.add('DELETE', '/v1/accounts/{id}', (place, { path }) => {
    const account = need(path.id ?? '', place);
    grants.revoke(account.id, place.livemode);
    return { id: account.id, object: 'account', deleted: true };
  });
}

export function accountObject({ id, name, email, country, currency, created }: Account): StripeObject {
  return {
    id,
    object: 'account',
    business_profile: {
      annual_revenue: null,
      estimated_worker_count: null,
      mcc: '5192',
      minority_owned_business_designation: null,
      name,
      product_description: null,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: email,
      support_phone: null,
      support_url: null,
      url: `https://${slug(name)}.example`,
    },
    business_type: 'company',
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    country,
    created,
    default_currency: currency,
    details_submitted: true,
    email,
    external_accounts: { object: 'list', data: [], has_more: false, url: `/v1/accounts/${id}/external_accounts` },
    metadata: {},
    payouts_enabled: true,
    settings: {
      bacs_debit_payments: { display_name: null, service_user_number: null },
      branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
      card_issuing: { tos_acceptance: { date: null, ip: null } },
      card_payments: {
        decline_on: { avs_failure: false, cvc_failure: false },
        statement_descriptor_prefix: descriptor(name).slice(0, 10),
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
      dashboard: { display_name: name, timezone: 'Etc/UTC' },
      payments: {
        statement_descriptor: descriptor(name),
        statement_descriptor_kana: null,
        statement_descriptor_kanji: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
      payouts: { debit_negative_balances: true, schedule: { delay_days: 2, interval: 'daily' }, statement_descriptor: null },
      sepa_debit_payments: {},
    },
    type: 'standard',
  };
}

export function descriptor(name: string): string {
  return (
    name
      .toUpperCase()
      .replace(/[^A-Z0-9 .-]/g, '')
      .trim()
      .slice(0, 22) || 'SANDBOX'
  );
}

function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '') || 'sandbox';
}

function accountOf(row: Row): Account {
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    country: String(row.country),
    currency: String(row.currency),
    created: Number(row.created),
    platform: row.platform === 1,
  };
}
