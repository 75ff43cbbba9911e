// The one exchange of an OAuth code for an account (FACTS §3). The tokens in the reply are dropped here: every call uses the platform's key.
import { z } from 'zod';
import { isInTransaction } from '../db.ts';
import { env } from '../env.ts';
import { log } from '../log.ts';

export type Exchange =
  | { readonly kind: 'granted'; readonly account: string; readonly livemode: boolean; readonly scope: string }
  /** Unknown, used, expired, or not ours. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'wrong_mode' }
  /** Whether Stripe used the code up is not known; a second try would revoke what the first one made. */
  | { readonly kind: 'no_answer' };

const TIMEOUT_MS = 20_000;

const granted = z.object({ stripe_user_id: z.string().regex(/^acct_\w+$/), livemode: z.boolean(), scope: z.string() });
const refused = z.object({ error: z.string(), error_description: z.string().optional() });

/** Sent once. Not by the SDK, which repeats a request on a closed connection even where retries are off. */
export async function exchangeCode(code: string, livemode: boolean): Promise<Exchange> {
  if (isInTransaction()) throw new Error('A call to Stripe was made inside a database transaction.');
  let reply: unknown;
  try {
    const response = await fetch(new URL('/oauth/token', env().STRIPE_CONNECT_BASE), {
      method: 'POST',
      headers: { authorization: `Bearer ${secretKey(livemode)}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status >= 500) return { kind: 'no_answer' };
    reply = await response.json();
  } catch (error) {
    log.warn({ err: error }, 'the OAuth exchange had no answer');
    return { kind: 'no_answer' };
  }
  return read(reply, livemode);
}

function read(reply: unknown, livemode: boolean): Exchange {
  const good = granted.safeParse(reply);
  if (good.success) {
    const { stripe_user_id: account, scope } = good.data;
    return good.data.livemode === livemode ? { kind: 'granted', account, livemode, scope } : { kind: 'wrong_mode' };
  }
  const bad = refused.safeParse(reply);
  if (!bad.success) return { kind: 'no_answer' };
  const { error, error_description: said = '' } = bad.data;
  log.info({ error }, 'Stripe refused the OAuth code');
  if (error === 'invalid_grant' && /\b(live|test)[ -]?mode\b|\blivemode\b/i.test(said)) return { kind: 'wrong_mode' };
  return { kind: 'refused', code: error };
}

function secretKey(livemode: boolean): string {
  const key = livemode ? env().STRIPE_LIVE_SECRET_KEY : env().STRIPE_TEST_SECRET_KEY;
  if (!key) throw new Error(`No Stripe key for ${livemode ? 'live' : 'test'} mode.`);
  return key;
}
