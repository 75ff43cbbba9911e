// Whether this merchant may refund this amount now. Asked after what is left is known, and before anything is stored, in the same transaction.
import type { Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import type { Merchant } from '../merchant.ts';
import type { Resolved } from '../operations/define.ts';
import { refundedLately } from './lately.ts';
import { hasSteppedUp, isOver, limitFor, lockDay, stepUpAbove } from './limits.ts';
import type { Outcome } from './outcome.ts';

/** In this order: a limit cannot be answered by a yes or by a password, so neither is asked for in vain. */
export async function notAllowed(tx: Tx, merchant: Merchant, ledger: Ledger, { charge, amount, currency }: Resolved, again: boolean): Promise<Outcome | null> {
  await lockDay(tx, merchant, currency);
  const limit = await limitFor(tx, merchant, currency);
  if (limit === 'none_set') return { kind: 'over_limit', each: null, day: null, used: 0n, currency };
  if (limit && isOver(amount, limit)) return { kind: 'over_limit', ...limit, currency };
  const same = again ? undefined : (await refundedLately(tx, ledger, charge)).find((refund) => refund.amount === amount);
  if (same) return { kind: 'same_again', amount, currency, secondsAgo: same.secondsAgo };
  const above = await stepUpAbove(tx, ledger.workspace, currency);
  // A key has no password: what it may is a limit, answered above.
  if (merchant.actor.kind === 'person' && amount > above && !(await hasSteppedUp(tx, merchant))) return { kind: 'needs_password', above, currency };
  return null;
}
