// Does what a merchant asked for, once (I3): stored before it is sent, sent under a key of its own, and answered within a person's patience.
import { ledgerOfRow } from '../access/job.ts';
import { sleep, stopwatch } from '../clock.ts';
import { db } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import type { Actor, Merchant } from '../merchant.ts';
import type { Asked, Kind } from '../operations/define.ts';
import { verbs } from '../operations/index.ts';
import { attempt } from './attempt.ts';
import { takeOne, type Claim } from './claim.ts';
import { open } from './open.ts';
import { findOperation, type Operation } from './operation.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { pace } from './pace.ts';

export type { Outcome } from './outcome.ts';

/**
 * The same token with the same input gives the first result, however often and from wherever; with another input it throws idempotency_mismatch.
 * Throws forbidden, not_found, bad_request, in_use. `waitMs` is the longest one waits; the operation goes on after it.
 */
export async function perform(merchant: Merchant, kind: Kind, input: unknown, options: { clientToken: string; waitMs?: number }): Promise<Outcome> {
  const elapsed = stopwatch();
  const waitMs = options.waitMs ?? pace().patience;
  const verb = verbs[kind];
  if (!merchant.can.has(verb.capability)) throw new AppError('forbidden', 'Your role may not do this.', { param: verb.capability });
  if (!/^[\x20-\x7e]{1,255}$/.test(options.clientToken))
    throw new AppError('bad_request', 'An idempotency key is 1 to 255 printable ASCII characters.', { param: 'idempotency_key' });
  const read = verb.read(input);
  if (!read.ok) {
    if (['amount', 'reason', 'note'].includes(read.field)) return { kind: 'invalid', field: read.field, why: read.why };
    throw new AppError('bad_request', `The field ${read.field} is not as it should be.`, { param: read.field });
  }
  const ledger = await ledgerFor(merchant, kind, read.asked);
  if (!ledger) return { kind: 'unavailable', why: 'disconnected' };
  const opened = await open(merchant, ledger, verb, read.asked, options.clientToken);
  if (opened.kind === 'refused') return opened.outcome;
  const id = opened.kind === 'mine' ? opened.claim.operation : opened.operation.id;
  const until = () => waitMs - elapsed();
  const waits = opened.kind === 'known' || (await within(until(), drive(opened.claim, merchant.actor, until)));
  return outcomeOf(await settled(ledger, id, waits ? until : () => 0));
}

/** What comes of it in this time, or false: it goes on by itself. */
async function within(ms: number, driving: Promise<boolean>): Promise<boolean> {
  const over = new AbortController();
  const answer = await Promise.race([driving, sleep(Math.max(0, ms), over.signal).then(() => false)]);
  over.abort();
  return answer;
}

/** Goes on within the person's patience; true where another process has it in hand and may still answer in time. */
async function drive(first: Claim, actor: Actor, until: () => number): Promise<boolean> {
  try {
    for (let claim: Claim | null = first; claim; ) {
      const turn = await attempt(claim, actor);
      if (!turn) return true;
      if (turn.step.act !== 'wait' || turn.step.state === 'accepted' || turn.step.state === 'held' || turn.restMs > until()) return false;
      await sleep(turn.restMs);
      claim = await takeOne(turn.claim.ledger, turn.operation.id);
    }
    return true;
  } catch (error) {
    // The row says how far it came; the completer takes it up when the lease ends.
    log.error({ err: error, operation: first.operation }, 'an operation stopped midway');
    return false;
  }
}

/** The row once it is out of flight, or as it is when patience ends. */
async function settled(ledger: Ledger, id: string, until: () => number): Promise<Operation> {
  for (;;) {
    const operation = await db.as(ledger, (tx) => findOperation(tx, ledger, id));
    if (!operation) throw new Error(`Operation ${id} is gone.`);
    if (!['queued', 'sending', 'unknown'].includes(operation.state) || until() <= 0) return operation;
    await sleep(Math.min(pace().glance, until()));
  }
}

/** An account that is still to be confirmed has no ledger of the merchant's yet; giving it back is bound to its connection's row. */
async function ledgerFor(merchant: Merchant, kind: Kind, asked: Asked): Promise<Ledger | null> {
  if (kind !== 'deauthorize') return merchant.ledger;
  const row = await db.as(merchant, (tx) =>
    tx.maybe<{ workspace_id: string; account: string; livemode: boolean; generation: number }>(
      'SELECT workspace_id, account, livemode, generation FROM connection WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4',
      [merchant.workspace.id, asked.target, merchant.livemode, asked.hashed['generation']],
    ),
  );
  if (!row) throw new AppError('not_found', 'There is no such connection.', { param: 'account' });
  return ledgerOfRow(row);
}
