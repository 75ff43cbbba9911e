// What no machine may decide: a person has looked at Stripe and says what is there. Stripe is read once more first, and the saying is audited.
import { ledgerOfRow } from '../access/job.ts';
import { appendAudit } from '../audit.ts';
import { db, type Tx } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { Merchant } from '../merchant.ts';
import { markOwed } from '../mirror/owe.ts';
import { retrying } from '../mirror/retry.ts';
import { evidenceOfReply, writeObjects } from '../mirror/write.ts';
import type { Reply } from '../operations/define.ts';
import { verbOf } from '../operations/index.ts';
import { clientsOf } from './attempt.ts';
import { lockWork, releaseWork } from './claim.ts';
import { mailFailure } from './failed-later.ts';
import { next, type Evidence } from './machine.ts';
import { factsOf, findOperation, storedActor, type Decided, type Operation } from './operation.ts';
import { restOf } from './pace.ts';
import { record, type Learned } from './record.ts';

export type Verdict = { readonly was: 'refunded'; readonly refund: string } | { readonly was: 'not' };

export type Reviewed =
  | { readonly kind: 'done' }
  /** Not waiting for a decision: decided by somebody else, or found meanwhile. */
  | { readonly kind: 'refused'; readonly why: 'not_in_review' }
  /** Stripe has what this operation made: it was adopted, whatever was said. */
  | { readonly kind: 'refused'; readonly why: 'found'; readonly refund: string }
  /** No refund of this charge and amount under that id, or another operation made it. */
  | { readonly kind: 'refused'; readonly why: 'no_such_refund' }
  | { readonly kind: 'refused'; readonly why: 'stripe_unavailable' };

/**
 * `refunded` names the refund that Stripe shows; `not` frees the amount. Throws forbidden, not_found, unprocessable.
 * After the access has ended Stripe cannot be read: then only `not` is taken, since nothing can go out any more either.
 */
export async function decideReview(merchant: Merchant, operation: string, verdict: Verdict, reason: string): Promise<Reviewed> {
  if (!merchant.can.has('repair')) throw new AppError('forbidden', 'Deciding what became of a refund needs the role admin.', { detail: { role: 'admin' } });
  const why = reason.trim();
  if (why === '' || why.length > 500 || why.includes('\u0000') || !why.isWellFormed())
    throw new AppError('unprocessable', 'Say in 1 to 500 characters what you saw at Stripe.', { param: 'reason' });
  const found = await look(merchant, operation);
  if (!found) throw new AppError('not_found', 'There is no such operation.');
  if (found.operation.state !== 'needs_review') return { kind: 'refused', why: 'not_in_review' };
  const reading = await readAgain(found.operation, verdict, found.ended);
  if ('refused' in reading) return { kind: 'refused', why: reading.refused };
  const decided: Omit<Decided, 'at'> | undefined = reading.own
    ? undefined
    : { what: verdict.was === 'refunded' ? 'refunded' : 'not_refunded', by: storedActor(merchant.actor) };
  const wrote = await retrying(() => db.as(merchant, (tx) => write(tx, merchant, found.operation, reading.reply, decided, why))).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === UNIQUE) return 'no_such_refund' as const;
    throw error;
  });
  if (wrote !== 'done') return typeof wrote === 'string' ? { kind: 'refused', why: wrote } : wrote;
  return reading.own ? { kind: 'refused', why: 'found', refund: reading.reply!.object.id } : { kind: 'done' };
}

/** Another operation took the same refund at the same instant. */
const UNIQUE = '23505';

async function look(merchant: Merchant, id: string): Promise<{ operation: Operation; ended: boolean } | null> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return null;
  return db.as(merchant, async (tx) => {
    const ledger = await ledgerOf(tx, merchant, id);
    const operation = ledger && (await findOperation(tx, ledger, id));
    return operation && { operation, ended: await isOver(tx, ledgerOfRow(operation)) };
  });
}

/** An operation may be of an account this workspace has left: it still wants its decision. */
async function ledgerOf(tx: Tx, merchant: Merchant, id: string): Promise<Ledger | null> {
  const row = await tx.maybe<{ workspace_id: string; account: string; livemode: boolean; generation: number }>(
    'SELECT workspace_id, account, livemode, generation FROM operation WHERE workspace_id = $1 AND id = $2 AND livemode = $3',
    [merchant.workspace.id, id, merchant.livemode],
  );
  return row && ledgerOfRow(row);
}

/** The connection it was asked under has ended, whether or not another followed: Stripe may never answer for it again. */
async function isOver(tx: Tx, ledger: Ledger): Promise<boolean> {
  const route = await tx.maybe('SELECT 1 AS here FROM account_route WHERE account = $1 AND livemode = $2 AND workspace_id = $3 AND generation = $4', [
    ledger.account,
    ledger.livemode,
    ledger.workspace,
    ledger.generation,
  ]);
  return route === null;
}

type Reading = { readonly reply: Reply | null; readonly own: boolean } | { readonly refused: 'stripe_unavailable' | 'no_such_refund' };

/** `own`: what the operation itself made, by its id in the metadata. */
async function readAgain(operation: Operation, verdict: Verdict, ended: boolean): Promise<Reading> {
  const verb = verbOf(operation.kind);
  const clients = clientsOf(operation, 'interactive');
  try {
    const own = await verb.find(clients, operation.params, operation.id);
    if (own) return { reply: own, own: true };
    if (verdict.was === 'not') return { reply: null, own: false };
    const named = /^(re|pyr)_\w{1,240}$/.test(verdict.refund) && verb.retrieve ? await verb.retrieve(clients, verdict.refund) : null;
    return named && isOf(operation, named) ? { reply: named, own: false } : { refused: 'no_such_refund' };
  } catch (error) {
    if ((error as { statusCode?: unknown }).statusCode === 404) return { refused: 'no_such_refund' };
    return ended && verdict.was === 'not' ? { reply: null, own: false } : { refused: 'stripe_unavailable' };
  }
}

function isOf(operation: Operation, { object }: Reply): boolean {
  const charge = object['charge'];
  const of = charge !== null && typeof charge === 'object' ? (charge as { id?: unknown }).id : charge;
  return of === operation.charge && BigInt(Number(object['amount'])) === operation.amount && object['currency'] === operation.currency;
}

async function write(
  tx: Tx,
  merchant: Merchant,
  seen: Operation,
  reply: Reply | null,
  decided: Omit<Decided, 'at'> | undefined,
  reason: string,
): Promise<'done' | 'not_in_review' | 'no_such_refund' | Extract<Reviewed, { why: 'found' }>> {
  const ledger = ledgerOfRow(seen);
  await lockWork(tx, ledger, seen.id);
  const operation = await findOperation(tx, ledger, seen.id, 'FOR UPDATE');
  if (operation?.state !== 'needs_review') return 'not_in_review';
  if (reply && (await isTaken(tx, operation, reply.object))) return 'no_such_refund';
  const arrived = reply ? null : await findMirrored(tx, operation);
  if (arrived !== null) return { kind: 'refused', why: 'found', refund: arrived };
  if (reply) await markOwed(tx, ledger, (await writeObjects(tx, ledger, [reply.object], evidenceOfReply(reply))).stale, { soon: true });
  const verb = verbOf(operation.kind);
  const status = reply ? verb.statusOf(reply.object) : null;
  const evidence: Evidence = reply ? { kind: 'object', settled: verb.settledBy(status) } : { kind: 'decided_not' };
  const step = next(factsOf(operation, 'open'), evidence);
  const learned: Learned = {
    evidence,
    how: decided ? 'decided' : 'found',
    ...(reply ? { reply } : { error: { kind: 'decided_not', code: null, message: '', request: null } }),
    ...(decided ? { decided } : {}),
  };
  await record(tx, ledger, operation, step, learned, status, restOf(step.state, 0));
  await releaseWork(tx, ledger, operation.id, step.act === 'rest' ? 'done' : { restMs: restOf(step.state, 0), tries: 0 });
  await appendAudit(tx, merchant.workspace.id, {
    act: decided ? `${verb.audited}.decided` : `${verb.audited}.found`,
    actor: merchant.actor,
    account: operation.account,
    livemode: operation.livemode,
    object: { type: verb.on, id: operation.charge ?? operation.target },
    operation: operation.id,
    ...(reply?.request ? { request: reply.request } : {}),
    before: { state: operation.state, ...(operation.review_why ? { why: operation.review_why } : {}) },
    after: {
      state: step.state,
      ...(decided ? { decided: decided.what } : {}),
      ...(reply ? { id: reply.object.id, status } : {}),
      ...(operation.amount === null ? {} : { amount: operation.amount, currency: operation.currency }),
    },
    texts: { reason },
  });
  await mailFailure(tx, operation, step, learned, reply?.object.id ?? null, merchant.actor);
  return 'done';
}

/** Another operation has it, or made it and has not heard of it yet. */
async function isTaken(tx: Tx, operation: Operation, refund: Reply['object']): Promise<boolean> {
  const metadata = refund['metadata'] as Record<string, unknown> | null | undefined; // Stripe's: text by text
  const other = await tx.maybe(
    `SELECT 1 AS taken FROM operation WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND kind = $4 AND id <> $5
        AND (stripe_id = $6 OR (stripe_id IS NULL AND id::text = $7)) LIMIT 1`,
    [operation.workspace_id, operation.account, operation.livemode, operation.kind, operation.id, refund.id, String(metadata?.['op_id'] ?? '')],
  );
  return other !== null;
}

/** Its refund came by an event after Stripe was read: it is followed in a moment, and no verdict may stand against it. */
async function findMirrored(tx: Tx, operation: Operation): Promise<string | null> {
  const row = await tx.maybe<{ id: string }>(
    `SELECT id FROM refunds WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND op_id = $4 AND charge = $5 AND amount = $6 AND deleted_at IS NULL
      ORDER BY created, id LIMIT 1`,
    [operation.workspace_id, operation.account, operation.livemode, operation.id, operation.charge, operation.amount],
  );
  return row?.id ?? null;
}
