// What Stripe says of an account and what one page per type shows, for "is this the right account?". Lists carry no totals, so a full page reads "100 or more".
import type Stripe from 'stripe';
import { ledgerOfRow } from '../access/job.ts';
import { db, type Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import type { Merchant } from '../merchant.ts';
import { stripeAs } from '../stripe.ts';

export type Found = { readonly count: number /** The page was full and there are more. */; readonly more: boolean };
export type FoundType = 'customers' | 'subscriptions' | 'invoices' | 'payments';

export type AccountFacts = {
  readonly name: string | null;
  readonly email: string | null;
  readonly country: string | null;
  readonly currency: string | null;
  /** Stripe's whole seconds; absent where Stripe does not say. */
  readonly created: number | null;
  readonly charges_enabled: boolean | null;
  readonly payouts_enabled: boolean | null;
  /** Stripe's second of the event or reply these came from. */
  readonly as_of: number;
  readonly found?: Partial<Record<FoundType, Found>>;
};

/** Reads the account and stores its facts; without an answer the link stands without them and the confirm page asks again. */
export async function gatherFacts(ledger: Ledger): Promise<AccountFacts | null> {
  const stripe = stripeAs(ledger, 'interactive');
  try {
    const [account, customers, subscriptions, invoices, payments] = await Promise.all([
      stripe.accounts.retrieveCurrent(),
      firstPage(stripe.customers.list({ limit: 100 })),
      firstPage(stripe.subscriptions.list({ limit: 100, status: 'active' })),
      firstPage(stripe.invoices.list({ limit: 100 })),
      firstPage(stripe.paymentIntents.list({ limit: 100 })),
    ]);
    const asOf = Math.floor(Date.parse(account.lastResponse.headers['date'] ?? '') / 1000) || 0;
    const facts = {
      ...factsOf(account, asOf),
      found: { ...customers('customers'), ...subscriptions('subscriptions'), ...invoices('invoices'), ...payments('payments') },
    };
    await db.as(ledger, (tx) => storeFacts(tx, ledger, facts));
    return facts;
  } catch (error) {
    log.warn({ err: error, account: ledger.account }, 'the facts of an account could not be read');
    return null;
  }
}

/** For the confirm page of a link whose facts could not be read when it was made. */
export async function gatherFactsOf(merchant: Merchant, link: { account: string; generation: number }): Promise<AccountFacts | null> {
  return gatherFacts(ledgerOfRow({ workspace_id: merchant.workspace.id, livemode: merchant.livemode, ...link }));
}

export function factsOf(account: Stripe.Account, asOf: number): AccountFacts {
  return {
    name: account.business_profile?.name ?? account.settings?.dashboard?.display_name ?? account.email ?? null,
    email: account.email ?? null,
    country: account.country ?? null,
    currency: account.default_currency ?? null,
    created: account.created ?? null,
    charges_enabled: account.charges_enabled ?? null,
    payouts_enabled: account.payouts_enabled ?? null,
    as_of: asOf,
  };
}

/** Newer facts win; what one page showed stays until it is read again. */
export async function storeFacts(tx: Tx, ledger: Ledger, facts: AccountFacts): Promise<void> {
  await tx.query(
    `UPDATE connection SET facts = facts || $5::jsonb
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND COALESCE((facts->>'as_of')::bigint, 0) <= $6`,
    [ledger.workspace, ledger.account, ledger.livemode, ledger.generation, JSON.stringify(facts), facts.as_of],
  );
}

async function firstPage(list: PromiseLike<{ data: unknown[]; has_more: boolean }>): Promise<(type: FoundType) => Partial<Record<FoundType, Found>>> {
  try {
    const page = await list;
    return (type) => ({ [type]: { count: page.data.length, more: page.has_more } });
  } catch (error) {
    log.warn({ err: error }, 'one page of a type could not be read');
    return () => ({});
  }
}
