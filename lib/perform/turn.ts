// The one transaction of an operation's turn: under its lease, from its row and a piece of evidence, the machine's step is written down whole.
import { ledgerOfRow } from '../access/job.ts';
import { appendAudit } from '../audit.ts';
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
import { publish } from '../publish.ts';
import { holdWork, lockWork, releaseWork, type Claim } from './claim.ts';
import type { LastError } from './evidence.ts';
import { next, SENDABLE_FOR_MS, type Evidence, type Facts, type State, type Step } from './machine.ts';
import { accessFor, factsOf, findOperation, type Operation } from './operation.ts';
import { restOf } from './pace.ts';

export type Learned = {
  readonly evidence: Evidence;
  readonly reply?: Reply;
  /** How long the call took, on this process's own clock. */
  readonly elapsedMs?: number;
  /** `mirrored`: the webhook's way was faster, or a later change came by it. */
  readonly how?: 'sent' | 'found' | 'polled' | 'mirrored';
  readonly error?: LastError;
};

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
  const facts = { ...factsOf(operation, await accessFor(tx, ledger, operation.kind)), ...(before?.step.act === 'send' ? beforeSending(before) : {}) };
  const status = learned.reply ? await writeReply(tx, ledger, operation, learned, learned.reply, writes) : null;
  const evidence: Evidence = learned.reply ? { kind: 'object', settled: verbOf(operation.kind).settledBy(status) } : learned.evidence;
  const step = guarded(next(facts, evidence), facts);
  const mine = held && step.act === 'send' ? await startSending(tx, { ...held, ledger }, operation) : held ? { ...held, ledger } : null;
  const rest = restOf(step.state, triesAfter(claim, operation, step));
  await record(tx, ledger, operation, step, { ...learned, evidence }, status, rest);
  if (!mine || !['send', 'read', 'poll'].includes(step.act))
    await releaseWork(tx, ledger, operation.id, step.act === 'rest' ? 'done' : { restMs: rest, tries: triesAfter(claim, operation, step) });
  await tell(tx, ledger, operation, step, learned, status, actor);
  if (step.alarm) log.error({ operation: operation.id, state: step.state, request: learned.reply?.request ?? learned.error?.request }, step.alarm);
  if (!mine) return null;
  return { operation: { ...operation, state: step.state }, step, claim: mine, firstTry: facts.doubtFor === null, restMs: rest };
}

/** An operation takes over what the mirror shows of its refund. Whoever holds a live lease on it writes its answer down itself. */
export async function adoptMirrored(tx: Tx, ledger: Ledger, id: string, refund: string, status: string | null): Promise<boolean> {
  const work = await lockWork(tx, ledger, id);
  if (work?.leased) return false;
  const operation = await findOperation(tx, ledger, id, 'FOR UPDATE');
  if (!operation || (operation.stripe_id === refund && operation.stripe_status === status)) return false;
  const evidence: Evidence = { kind: 'object', settled: verbOf(operation.kind).settledBy(status) };
  const step = next(factsOf(operation, 'open'), evidence);
  const tries = operation.state === 'accepted' ? (work?.tries ?? 0) : 0;
  await record(tx, ledger, operation, step, { evidence, how: 'mirrored' }, status, restOf(step.state, tries), refund);
  await releaseWork(tx, ledger, id, step.act === 'rest' ? 'done' : { restMs: restOf(step.state, tries), tries });
  if (operation.stripe_id === null) await tell(tx, ledger, operation, step, { evidence, how: 'mirrored' }, status, mirror, refund);
  if (step.alarm) log.error({ operation: id, state: step.state, refund }, step.alarm);
  return true;
}

const mirror: Actor = { kind: 'job', id: 'system', name: 'mirror' };

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

/** Through the webhook's own door; the status is the mirror's, which may know more than this reply. */
async function writeReply(tx: Tx, ledger: Ledger, operation: Operation, learned: Learned, reply: Reply, writes: boolean): Promise<string | null> {
  const verb = verbOf(operation.kind);
  if (reply.object.object !== 'refund') return verb.statusOf(reply.object);
  if (!writes) {
    await markOwed(tx, ledger, [{ type: 'refund', id: reply.object.id }, ...(operation.charge ? [{ type: 'charge', id: operation.charge }] : [])], {
      soon: true,
    });
    return verb.statusOf(reply.object);
  }
  await writeObjects(tx, ledger, [reply.object], evidenceOfReply(reply, learned.elapsedMs));
  const row = await tx.maybe<{ status: string | null }>('SELECT status FROM refunds WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = $4', [
    ledger.workspace,
    ledger.account,
    ledger.livemode,
    reply.object.id,
  ]);
  return row ? row.status : verb.statusOf(reply.object);
}

async function record(
  tx: Tx,
  ledger: Ledger,
  operation: Operation,
  step: Step,
  learned: Learned,
  status: string | null,
  rest: number,
  id = learned.reply?.object.id,
): Promise<void> {
  const state: State = step.act === 'send' ? 'sending' : step.state;
  const error =
    learned.evidence.kind === 'object'
      ? null
      : step.refused && operation.last_error?.kind === 'refused'
        ? operation.last_error
        : (learned.error ?? operation.last_error);
  await tx.query(
    `UPDATE operation SET state = $3, equal_500s = $4, last_500 = $5, checks = $6, first_sent_at = CASE WHEN $7 THEN NULL ELSE first_sent_at END,
       stripe_id = COALESCE(stripe_id, $8), stripe_status = COALESCE($9, stripe_status), request_id = COALESCE($10, request_id), last_error = $11, found_by = COALESCE(found_by, $12),
       next_at = CASE WHEN $13 THEN clock_timestamp() + $14 * interval '1 ms' END, settled_at = CASE WHEN $15 THEN COALESCE(settled_at, clock_timestamp()) END
     WHERE workspace_id = $1 AND id = $2`,
    [
      ledger.workspace,
      operation.id,
      state,
      step.equal500s,
      step.last500,
      step.checks,
      step.doubt === 'cleared',
      id ?? null,
      status,
      learned.reply?.request ?? learned.error?.request ?? null,
      error && JSON.stringify(error),
      learned.how === 'found' ? 'reading' : learned.how === 'mirrored' ? 'event' : null,
      step.act === 'wait',
      rest,
      step.act === 'rest' && step.state !== 'needs_review',
    ],
  );
  await publish(tx, ledger, [...new Set([operation.id, operation.target, ...(operation.charge ? [operation.charge] : [])])]);
}

/** The audit log tells what was sent, found, refused or left to a person; who comes second tells nothing. */
async function tell(
  tx: Tx,
  ledger: Ledger,
  operation: Operation,
  step: Step,
  learned: Learned,
  status: string | null,
  actor: Actor,
  id = learned.reply?.object.id,
): Promise<void> {
  const act = actOf(operation, step, learned);
  if (!act) return;
  const verb = verbOf(operation.kind);
  await appendAudit(tx, ledger.workspace, {
    act: `${verb.audited}.${act}`,
    actor,
    account: ledger.account,
    livemode: ledger.livemode,
    object: { type: verb.on, id: operation.charge ?? operation.target },
    operation: operation.id,
    request: learned.reply?.request ?? learned.error?.request ?? undefined,
    after: {
      state: step.state,
      ...(id ? { id, status } : {}),
      ...(operation.amount === null ? {} : { amount: operation.amount, currency: operation.currency }),
      ...(learned.error?.code ? { code: learned.error.code } : {}),
    },
  });
}

function actOf(operation: Operation, step: Step, learned: Learned): string | null {
  if (learned.how === 'mirrored') return 'found';
  if (learned.how === 'sent' || learned.how === 'found') return operation.stripe_id === null && operation.state !== 'succeeded' ? learned.how : null;
  if (step.state === operation.state) return null;
  if (step.state === 'failed') return 'refused';
  if (step.state === 'canceled') return 'withdrawn';
  return step.state === 'needs_review' || step.state === 'held' ? step.state : null;
}

function triesAfter(claim: Claim, operation: Operation, step: Step): number {
  return step.state === 'accepted' && operation.state !== 'accepted' ? 0 : claim.tries + 1;
}
