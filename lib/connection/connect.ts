// Connect OAuth, out and back (S6). Access exists at Stripe from the exchange on, so a link is kept before the merchant has looked at it, and mirrors nothing.
import { findMerchantOf } from '../access/merchant-of.ts';
import type { SignedIn } from '../access/session-row.ts';
import { appendAudit } from '../audit.ts';
import { db } from '../db.ts';
import { findStanding } from '../deployment.ts';
import { env } from '../env.ts';
import { AppError } from '../errors.ts';
import { safePath } from '../href.ts';
import type { Merchant } from '../merchant.ts';
import { clientId, hasMode } from '../stripe.ts';
import { openAttempt, settleAttempt, takeAttempt, type Attempt, type AttemptOutcome } from './attempt.ts';
import { exchangeCode } from './exchange.ts';
import { gatherFacts } from './facts.ts';
import { keepLink } from './link.ts';

export type Begun = {
  readonly attempt: string /** Stripe's page; null when the attempt was refused at once. */;
  readonly url: string | null;
  readonly state: string;
};

/** Makes the one-time state and Stripe's address. Throws `forbidden` without the right to connect. */
export async function begin(merchant: Merchant, of: { attempt: string | null; popup: boolean; backTo: string | null }): Promise<Begun> {
  const { actor } = merchant;
  if (!merchant.can.has('connect') || actor.kind !== 'person') throw new AppError('forbidden', 'Connecting an account needs the role admin.');
  if ((await findStanding()) !== 'ours')
    throw new AppError('unprocessable', 'This is a restored copy. No account can be connected from it until an owner decides.');
  const refused = !hasMode(merchant.livemode) ? 'no_keys' : (await isConnected(merchant)) ? 'already_connected' : undefined;
  const { id, state } = await openAttempt(
    merchant,
    { person: actor.id, session: actor.session },
    { id: of.attempt, popup: of.popup, backTo: safePath(of.backTo, '/'), refused },
  );
  if (refused) return { attempt: id, url: null, state };
  await db.as(merchant, (tx) => appendAudit(tx, merchant.workspace.id, { act: 'connection.asked', actor, livemode: merchant.livemode }));
  return { attempt: id, url: authorizeUrl(merchant, state, actor.email), state };
}

export type Answer = {
  readonly state: string | null;
  readonly code: string | null;
  readonly error: string | null /** The state this browser was given. */;
  readonly cookie: string | null;
};

/**
 * Stripe's answer, in this order: state (used up whatever follows), still allowed, error, code. Null: the state is not this session's.
 * A reload finds the state used up and gets what the first answer led to.
 */
export async function finish(answer: Answer, signedIn: SignedIn): Promise<Attempt | null> {
  if (!answer.state || answer.state.length > 200) return null;
  const taken = await takeAttempt(answer.state, answer.cookie, { person: signedIn.person.id, session: signedIn.session });
  if (!taken?.fresh) return taken?.attempt ?? null;
  const { attempt } = taken;
  // Read anew: the role may have been lowered, or the membership ended, while Stripe's page stood open.
  const merchant = await findMerchantOf(signedIn, attempt.slug, attempt.mode);
  if (!merchant?.can.has('connect')) return db.routing((tx) => settleAttempt(tx, attempt, 'failed', { detail: 'not_allowed' }));
  if (answer.error !== null) return end(merchant, attempt, answer.error === 'access_denied' ? 'denied' : 'failed', answer.error);
  if (!answer.code) return end(merchant, attempt, 'failed', 'no_code');
  if ((await findStanding()) !== 'ours') return end(merchant, attempt, 'failed', 'restored_copy');
  const exchange = await exchangeCode(answer.code, attempt.livemode);
  switch (exchange.kind) {
    case 'no_answer':
      return end(merchant, attempt, 'failed', 'no_answer');
    case 'wrong_mode':
      return end(merchant, attempt, 'wrong_mode');
    case 'refused':
      return exchange.code === 'invalid_grant' ? end(merchant, attempt, 'expired') : end(merchant, attempt, 'failed', exchange.code);
    case 'granted': {
      const { attempt: linked, ledger } = await keepLink(merchant, attempt, exchange);
      if (ledger) await gatherFacts(ledger);
      return linked;
    }
  }
}

async function isConnected(merchant: Merchant): Promise<boolean> {
  const open = await db.as(merchant, (tx) =>
    tx.maybe(`SELECT 1 FROM connection WHERE workspace_id = $1 AND livemode = $2 AND state NOT IN ('revoked', 'disconnected')`, [
      merchant.workspace.id,
      merchant.livemode,
    ]),
  );
  return open !== null;
}

function authorizeUrl(merchant: Merchant, state: string, email: string): string {
  const url = new URL('/oauth/authorize', env().STRIPE_CONNECT_BASE);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId(merchant.livemode),
    scope: 'read_write',
    redirect_uri: redirectUri(),
    state,
    'stripe_user[email]': email,
    'stripe_user[business_name]': merchant.workspace.name,
  }).toString();
  return url.href;
}

/** One fixed address, without workspace or mode: Stripe compares it exactly. */
function redirectUri(): string {
  return new URL('/api/connect/callback', env().APP_URL).href;
}

async function end(merchant: Merchant, attempt: Attempt, outcome: AttemptOutcome, said?: string): Promise<Attempt> {
  // Stripe's word for a failure is shown, so it is kept to the shape such words have.
  const detail = said === undefined ? undefined : /^[a-z_]{1,60}$/.test(said) ? said : 'unknown';
  return db.as(merchant, async (tx) => {
    const act = outcome === 'denied' ? 'connection.denied' : 'connection.failed';
    await appendAudit(tx, merchant.workspace.id, { act, actor: merchant.actor, livemode: attempt.livemode, after: { outcome, detail } });
    return settleAttempt(tx, attempt, outcome, { detail });
  });
}
