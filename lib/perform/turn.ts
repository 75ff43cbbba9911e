// The one transaction of an operation's turn: under its lease, from its row and a piece of evidence, the machine's step is written down whole.
import { ledgerOfRow } from '../access/job.ts';
import { db, type Tx } from '../db.ts';
import { isDatabaseAway } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import type { Actor } from '../merchant.ts';
import { markOwed } from '../mirror/owe.ts';
import { retrying } from '../mirror/retry.ts';
import { evidenceOfReply, writeObjects } from '../mirror/write.ts';
import type { Reply } from '../operations/define.ts';
import { verbOf } from '../operations/index.ts';
import { holdWork, lockWork, releaseWork, type Claim } from './claim.ts';
import { mailFailure } from './failed-later.ts';
import { next, SENDABLE_FOR_MS, type Evidence, type Facts, type Step } from './machine.ts';
import { accessFor, factsOf, findOperation, type Operation } from './operation.ts';
import { restOf } from './pace.ts';
import { record, tell, type Learned } from './record.ts';
import { heedBreaker } from './stripe-down.ts';

export type Turn = {
  readonly operation: Operation;
  readonly step: Step;
  readonly claim: Claim;
  /** No try before the one now being sent can have run. */
  readonly firstTry: boolean;
  /** Until its next turn, where it waits for one. */
  readonly restMs: number;
};

/** Null when the lease has passed to someone else and nothing definite was learned; what Stripe definitely made is written down all the same. */
export async function takeTurn(claim: Claim, learned: Learned, actor: Actor, before?: Turn): Promise<Turn | null> {
  try {
    return await retrying(() => db.as(claim.ledger, (tx) => turn(tx, claim, learned, actor, before, true)));
  } catch (error) {
    if (!learned.reply || isDatabaseAway(error)) throw error;
    // A reply the mirror cannot take must not keep the operation open: the refetch that is now owed will bring the object.
    log.error({ err: error, operation: claim.operation, request: learned.reply.request }, 'the mirror could not take the answer to an operation');
    return retrying(() => db.as(claim.ledger, (tx) => turn(tx, claim, learned, actor, before, false)));
  }
}

async function turn(tx: Tx, claim: Claim, learned: Learned, actor: Actor, before: Turn | undefined, writes: boolean): Promise<Turn | null> {
  const held = await holdWork(tx, claim);
  if (!held && !learned.reply) return null;
  if (!held) await lockWork(tx, claim.ledger, claim.operation);
  const operation = await findOperation(tx, claim.ledger, claim.operation, 'FOR UPDATE');
  if (!operation) throw new Error(`Work is owed for operation ${claim.operation}, which does not exist.`);
  const ledger = ledgerOfRow(operation);
  const known = { ...factsOf(operation, await accessFor(tx, ledger, operation.kind)), ...(before?.step.act === 'send' ? beforeSending(before) : {}) };
  const facts = await heedBreaker(tx, ledger, known, actor);
  const status = learned.reply ? await writeReply(tx, ledger, operation, learned, learned.reply, writes) : null;
  const evidence: Evidence = learned.reply ? { kind: 'object', settled: verbOf(operation.kind).settledBy(status) } : learned.evidence;
  const step = guarded(next(facts, evidence), facts);
  const mine = held && step.act === 'send' ? await startSending(tx, { ...held, ledger }, operation) : held ? { ...held, ledger } : null;
  const rest = restOf(step.state, triesAfter(claim, operation, step));
  await record(tx, ledger, operation, step, { ...learned, evidence }, status, rest, undefined, known.access === 'open' && facts.access === 'paused');
  if (!mine || !['send', 'read', 'poll'].includes(step.act))
    await releaseWork(tx, ledger, operation.id, step.act === 'rest' ? 'done' : { restMs: rest, tries: triesAfter(claim, operation, step) });
  await tell(tx, ledger, operation, step, learned, status, actor);
  await mailFailure(tx, operation, step, learned, operation.stripe_id ?? learned.reply?.object.id ?? null, actor);
  if (step.alarm) log.error({ operation: operation.id, state: step.state, request: learned.reply?.request ?? learned.error?.request }, step.alarm);
  if (!mine) return null;
  return { operation: { ...operation, state: step.state }, step, claim: mine, firstTry: facts.doubtFor === null, restMs: rest };
}

/** What was known before the POST that now has its answer: the row itself says only that something was sent. */
function beforeSending(before: Turn): Partial<Facts> {
  return before.firstTry ? { state: 'queued', doubtFor: null } : { state: 'unknown' };
}

/** A second look at the one rule that must hold whatever the machine says. */
function guarded(step: Step, facts: Facts): Step {
  if (step.act === 'send' && facts.doubtFor !== null && facts.doubtFor >= SENDABLE_FOR_MS) throw new Error('A key may not be sent again after 23 hours.');
  return step;
}

/** `first_sent_at` is committed before the POST, and the lease begins anew for it. */
async function startSending(tx: Tx, claim: Claim, operation: Operation): Promise<Claim> {
  await tx.query(
    `UPDATE operation SET first_sent_at = COALESCE(first_sent_at, clock_timestamp()), attempts = attempts + 1 WHERE workspace_id = $1 AND id = $2`,
    [operation.workspace_id, operation.id],
  );
  return (await holdWork(tx, claim, true)) ?? claim;
}

/** Through the webhook's own door; a refund's status is the mirror's, which may know more than this reply. */
async function writeReply(tx: Tx, ledger: Ledger, operation: Operation, learned: Learned, reply: Reply, writes: boolean): Promise<string | null> {
  const verb = verbOf(operation.kind);
  if (reply.object.object !== 'refund') return verb.statusOf(reply.object);
  if (!writes) {
    await markOwed(tx, ledger, [{ type: 'refund', id: reply.object.id }, ...(operation.charge ? [{ type: 'charge', id: operation.charge }] : [])], {
      soon: true,
    });
    // Of one it has already, the mirror's word stands until it can be read again: this reply may be the older one.
    return operation.stripe_id === null ? verb.statusOf(reply.object) : operation.stripe_status;
  }
  const { stale } = await writeObjects(tx, ledger, [reply.object], evidenceOfReply(reply, learned.elapsedMs));
  // Too close to the last look for the mirror to tell which is newer: it looks again at once, since somebody waits.
  // And what an act changed is looked at once more, by which the refund's own operation hears of it.
  const changed = operation.kind === 'refund_payment' ? [] : [{ type: 'refund', id: reply.object.id }];
  await markOwed(tx, ledger, [...stale, ...changed], { soon: true });
  // What an act did is in its own answer; a refund may have moved on since.
  if (operation.kind !== 'refund_payment') return verb.statusOf(reply.object);
  const row = await tx.maybe<{ status: string | null }>('SELECT status FROM refunds WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = $4', [
    ledger.workspace,
    ledger.account,
    ledger.livemode,
    reply.object.id,
  ]);
  return row ? row.status : verb.statusOf(reply.object);
}

function triesAfter(claim: Claim, operation: Operation, step: Step): number {
  return step.state === 'accepted' && operation.state !== 'accepted' ? 0 : claim.tries + 1;
}
