// Writes what a fetch brought and settles exactly the work that it paid (INVARIANTS §2.3 step 4).
import type { StripeObject } from '../catalogue/define.ts';
import { db, type Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import type { Evidence } from './evidence.ts';
import { keysOf, release, settle, type Taken } from './lease.ts';
import { keyOf, lockWork, type Ref } from './owe.ts';
import { retrying } from './retry.ts';
import { unfold, type Rest } from './unfold.ts';
import { writeShown } from './write.ts';

export type Brought = { readonly object: StripeObject; readonly evidence: Evidence; readonly rest?: Rest };

/**
 * Only work whose token still stands is written under its fence and paid; a copy of anything else passes as a page does (I7).
 * `lists` were read to their end. Answers the refs that were paid.
 */
export async function payWith(ledger: Ledger, taken: readonly Taken[], brought: readonly Brought[], lists: readonly Ref[] = []): Promise<Taken[]> {
  return retrying(() =>
    db.as(ledger, async (tx) => {
      await unhurried(tx);
      return payIn(tx, ledger, taken, brought, lists);
    }),
  );
}

/** A copy lost in a crash together with its settling is fetched again: such a commit need not wait for the disk. */
export async function unhurried(tx: Tx): Promise<void> {
  await tx.query('SET LOCAL synchronous_commit = off');
}

export async function payIn(tx: Tx, ledger: Ledger, taken: readonly Taken[], brought: readonly Brought[], lists: readonly Ref[] = []): Promise<Taken[]> {
  const unfolded = brought.map(({ object, rest }) => unfold(object, rest));
  const refs = unfolded.flatMap(({ rows }) => rows.map((row): Ref => ({ type: row.entry.type, id: row.object.id })));
  const whole = unfolded.flatMap(({ families }) =>
    families.filter((family) => family.complete).map((family): Ref => ({ type: family.child, id: `?${family.column}=${encodeURIComponent(family.parent)}` })),
  );
  const tokens = new Map((await lockWork(tx, ledger, [...taken, ...refs])).map((lock) => [keyOf(lock), lock.token]));
  const standing = taken.filter((one) => tokens.get(keyOf(one)) === one.token);
  const fenced = keysOf(standing);
  if (standing.length < taken.length)
    log.debug(
      { account: ledger.account, refs: taken.filter((one) => !standing.includes(one)).map(keyOf) },
      'what a fetch brought came late: its token is another’s by now',
    );
  await writeShown(
    tx,
    ledger,
    brought.map((one) => ({ ...one, fenced })),
  );
  const answered = keysOf([...refs, ...whole, ...lists]);
  const paid = standing.filter((one) => answered.has(keyOf(one)));
  await settle(tx, ledger, 'object', paid);
  return paid;
}

/** Nothing was brought for these: they are given back, still owed. */
export async function giveBack(ledger: Ledger, taken: readonly Taken[], again: Parameters<typeof release>[4] = {}): Promise<void> {
  if (taken.length === 0) return;
  await retrying(() => db.as(ledger, (tx) => release(tx, ledger, 'object', taken, again)));
}
