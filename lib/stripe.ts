// Stripe clients. One for an account can only be made from a Ledger, so no call can miss its account or mode (I8).
import Stripe from 'stripe';
import { isInTransaction } from './db.ts';
import { env, isStandIn } from './env.ts';
import { AppError } from './errors.ts';
import type { Ledger } from './ledger.ts';

/** The version every mirrored row is stored in; the SDK, the endpoint and the mirror move together. */
export const API_VERSION = '2026-10-28.endive' satisfies typeof Stripe.API_VERSION;

/** Time and retries by purpose (INVARIANTS §6 "Stripe calls"): an operation's retry is the operation machine's own, never the SDK's. */
const purposes = {
  operation: { timeout: 20_000, maxNetworkRetries: 0 },
  mirror: { timeout: 10_000, maxNetworkRetries: 0 },
  interactive: { timeout: 10_000, maxNetworkRetries: 1 },
} as const;

export type Purpose = keyof typeof purposes;

const clients = new Map<string, Stripe>();

/** A client bound to the ledger's account and mode. */
export function stripeAs(ledger: Ledger, purpose: Purpose): Stripe {
  return client(ledger.livemode, purpose, ledger.account);
}

/** The platform's own client, for the OAuth exchange and deauthorize alone. */
export function platformStripe(livemode: boolean): Stripe {
  return client(livemode, 'operation', undefined);
}

export function clientId(livemode: boolean): string {
  const id = livemode ? env().STRIPE_LIVE_CLIENT_ID : env().STRIPE_TEST_CLIENT_ID;
  if (!id)
    throw new AppError(
      'unprocessable',
      `This installation has no Stripe keys for ${livemode ? 'live' : 'test'} mode. Set STRIPE_${livemode ? 'LIVE' : 'TEST'}_CLIENT_ID and its companions.`,
    );
  return id;
}

export function hasMode(livemode: boolean): boolean {
  return (livemode ? env().STRIPE_LIVE_SECRET_KEY : env().STRIPE_TEST_SECRET_KEY) !== undefined;
}

/** Webhook secrets of a mode; several during rotation. */
export function webhookSecrets(livemode: boolean): readonly string[] {
  return (livemode ? env().STRIPE_LIVE_WEBHOOK_SECRET : env().STRIPE_TEST_WEBHOOK_SECRET) ?? [];
}

/** Host of the stand-in while Stripe's base is not Stripe's own, else null. */
export function standIn(): string | null {
  return isStandIn() ? new URL(env().STRIPE_API_BASE).host : null;
}

const LOST = new Set(['account_invalid', 'platform_api_key_expired', 'api_key_expired']);

/** The account, or our key for it, no longer answers (FACTS §3 "loss of access"): the connection must be suspended and probed (I9). */
export function isAccessLost(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  if (error.code !== undefined && LOST.has(error.code)) return true;
  return (
    (error.statusCode === 401 || error.statusCode === 403) &&
    /does not have access to account|Application access may have been revoked|Invalid API Key/i.test(error.message)
  );
}

function client(livemode: boolean, purpose: Purpose, account: string | undefined): Stripe {
  const key = livemode ? env().STRIPE_LIVE_SECRET_KEY : env().STRIPE_TEST_SECRET_KEY;
  if (!key) throw new AppError('unprocessable', `This installation has no Stripe keys for ${livemode ? 'live' : 'test'} mode.`);
  const cacheKey = `${purpose}|${key}|${account ?? ''}|${env().STRIPE_API_BASE}`;
  const known = clients.get(cacheKey);
  if (known) return known;
  const base = new URL(env().STRIPE_API_BASE);
  const made = new Stripe(key, {
    apiVersion: API_VERSION,
    host: base.hostname,
    port: base.port || (base.protocol === 'https:' ? '443' : '80'),
    protocol: base.protocol === 'https:' ? 'https' : 'http',
    telemetry: false,
    ...purposes[purpose],
    ...(account ? { stripeAccount: account } : {}),
    httpClient: guarded(Stripe.createNodeHttpClient()),
  });
  if (clients.size > 500) clients.clear();
  clients.set(cacheKey, made);
  return made;
}

/** Refuses to go out while a transaction is open: HTTP under row locks starves pools and deadlocks. */
function guarded(inner: Stripe.HttpClient): Stripe.HttpClient {
  const send = inner.makeRequest.bind(inner);
  // Async: thrown at once, it would go past the SDK's own catch, and the call would never end.
  inner.makeRequest = async (...args) => {
    if (isInTransaction()) throw new Error('A call to Stripe was made inside a database transaction.');
    return send(...args);
  };
  return inner;
}
