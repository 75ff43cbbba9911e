// Whose key this is, and which account it may act in.
import type { Core } from '../core/core.ts';
import { belief, Refusal } from '../core/define.ts';

export type Caller = { account: string; livemode: boolean; application: string | null; key: string };

const TESTS = ['sandbox/wire/conformance.test.ts', 'sandbox/oauth/oauth.test.ts'];
belief('An unknown API key is answered 401 "Invalid API Key provided: sk_test_****", without a code.', TESTS);
belief('A Stripe-Account the key cannot reach is answered 403 account_invalid.', TESTS);
belief('A read_only grant is answered 403 on writes.', TESTS);

export function callerOf(core: Core, authorization: string | undefined, accountHeader: string | undefined, method: string): Caller {
  const key = keyOf(authorization);
  if (!key) {
    throw new Refusal(401, {
      message:
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
    });
  }
  const application = core.config.applications.find((one) => one.secretKey === key);
  if (!application) return callerByToken(core, key);
  const { livemode, clientId } = application;
  if (!accountHeader || accountHeader === core.config.platform) return { account: core.config.platform, livemode, application: null, key };
  const grant = core.store.get('SELECT scope FROM access WHERE client_id = ? AND account = ? AND livemode = ?', clientId, accountHeader, Number(livemode));
  if (!grant) {
    throw new Refusal(403, {
      code: 'account_invalid',
      message: `The provided key '${masked(key)}' does not have access to account '${accountHeader}' (or that account does not exist). Application access may have been revoked.`,
    });
  }
  if (grant.scope === 'read_only' && method !== 'GET') {
    throw new Refusal(403, { code: 'more_permissions_required', message: 'The application was only granted read_only access to this account.' });
  }
  return { account: accountHeader, livemode, application: clientId, key };
}

/** The access token of an OAuth grant is a key of the connected account. */
function callerByToken(core: Core, key: string): Caller {
  const row = core.store.get('SELECT account, livemode, client_id FROM access WHERE access_token = ?', key);
  if (!row) throw new Refusal(401, { message: `Invalid API Key provided: ${masked(key)}` });
  return { account: String(row.account), livemode: row.livemode === 1, application: String(row.client_id), key };
}

/** Bearer, or Basic with the key as the user. */
export function keyOf(authorization: string | undefined): string | null {
  const [scheme = '', value = ''] = (authorization ?? '').split(' ');
  if (/^bearer$/i.test(scheme)) return value || null;
  if (/^basic$/i.test(scheme)) return Buffer.from(value, 'base64').toString('utf8').split(':')[0] || null;
  return null;
}

export function masked(key: string): string {
  const match = /^((?:sk|rk|pk)_(?:test|live)_)(.*)$/.exec(key);
  const [head, tail] = match ? [match[1] ?? '', match[2] ?? ''] : ['', key];
  return `${head}${'*'.repeat(Math.max(4, tail.length - 4))}${tail.length > 8 ? tail.slice(-4) : ''}`;
}
