// While Stripe answers nothing for an account, what was never sent is better held than sent into doubt (INVARIANTS §3.1 `held`). Who asks in person still tries.
import type { Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import type { Actor } from '../merchant.ts';
import type { Facts } from './machine.ts';

/** The facts as the completer must see them: paused while the account's breaker is open, for what cannot be at Stripe. */
export async function heedBreaker(tx: Tx, ledger: Ledger, facts: Facts, actor: Actor): Promise<Facts> {
  const unsent = (facts.state === 'queued' || facts.state === 'held') && facts.doubtFor === null;
  if (!unsent || facts.access !== 'open' || actor.kind !== 'job' || !(await isStripeDown(tx, ledger))) return facts;
  return { ...facts, access: 'paused' };
}

/** Once its time is over it is half open, and an operation may be the call that finds out. */
export async function isStripeDown(tx: Tx, ledger: Ledger): Promise<boolean> {
  const row = await tx.maybe<{ open: boolean }>(
    `SELECT open_until > clock_timestamp() AS open FROM rate_bucket WHERE account = $1 AND livemode = $2 AND endpoint = '' AND open_until IS NOT NULL`,
    [ledger.account, ledger.livemode],
  );
  return row?.open ?? false;
}
