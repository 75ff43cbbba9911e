// Writes a machine's step down: the operation's row, the note to open pages, the entry in the audit log.
import { appendAudit } from '../audit.ts';
import type { Tx } from '../db.ts';
import { standingOf } from '../deployment.ts';
import type { Ledger } from '../ledger.ts';
import type { Actor } from '../merchant.ts';
import type { Reply } from '../operations/define.ts';
import { verbOf } from '../operations/index.ts';
import { publish } from '../publish.ts';
import type { LastError } from './evidence.ts';
import type { Evidence, State, Step } from './machine.ts';
import type { Decided, HeldWhy, Operation } from './operation.ts';

export type Learned = {
  readonly evidence: Evidence;
  readonly reply?: Reply;
  /** How long the call took, on this process's own clock. */
  readonly elapsedMs?: number;
  /** `mirrored`: the webhook's way was faster, or a later change came by it. */
  readonly how?: 'sent' | 'found' | 'polled' | 'mirrored' | 'decided';
  readonly error?: LastError;
  readonly decided?: Omit<Decided, 'at'>;
};

/** The step, as the row keeps it; open pages hear of it with the commit. */
export async function record(
  tx: Tx,
  ledger: Ledger,
  operation: Operation,
  step: Step,
  learned: Learned,
  status: string | null,
  rest: number,
  id = learned.reply?.object.id,
  stripeIsDown = false,
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
       stripe_id = COALESCE(stripe_id, $8), stripe_status = COALESCE($9, stripe_status), request_id = COALESCE($10, request_id), last_error = $11, found_by = COALESCE(found_by, $12), held_why = $16, review_why = COALESCE($17, review_why),
       decided = COALESCE($18::jsonb || jsonb_build_object('at', clock_timestamp()), decided), next_at = CASE WHEN $13 THEN clock_timestamp() + $14 * interval '1 ms' END, settled_at = CASE WHEN $15 THEN COALESCE(settled_at, clock_timestamp()) END
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
      learned.how === 'found' ? 'reading' : learned.how === 'mirrored' ? 'event' : learned.how === 'decided' && learned.reply ? 'person' : null,
      step.act === 'wait',
      rest,
      step.act === 'rest' && step.state !== 'needs_review',
      state === 'held' ? await heldWhy(tx, stripeIsDown) : null,
      step.why ?? null,
      learned.decided ? JSON.stringify(learned.decided) : null,
    ],
  );
  await publish(tx, ledger, [...new Set([operation.id, operation.target, ...(operation.charge ? [operation.charge] : [])])]);
}

async function heldWhy(tx: Tx, stripeIsDown: boolean): Promise<HeldWhy> {
  const standing = await standingOf(tx);
  if (standing !== 'ours') return standing;
  return stripeIsDown ? 'stripe_down' : 'access';
}

/** The audit log tells what was sent, found, refused or left to a person; who comes second tells nothing. */
export async function tell(
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
  // A refusal after a lost try is only believed once a reading has found nothing; it is told then.
  const error = learned.error ?? (act === 'refused' ? operation.last_error : null);
  await appendAudit(tx, ledger.workspace, {
    act: `${verb.audited}.${act}`,
    actor,
    account: ledger.account,
    livemode: ledger.livemode,
    object: { type: verb.on, id: operation.charge ?? operation.target },
    operation: operation.id,
    request: learned.reply?.request ?? error?.request ?? undefined,
    after: {
      state: step.state,
      ...(id ? { id, status } : {}),
      ...(operation.amount === null ? {} : { amount: operation.amount, currency: operation.currency }),
      ...(error?.code ? { code: error.code } : {}),
    },
  });
}

function actOf(operation: Operation, step: Step, learned: Learned): string | null {
  // Long after the answer: who hears of it first tells it.
  if (operation.stripe_id !== null && (step.state === 'failed' || step.state === 'canceled')) return step.state === operation.state ? null : step.state;
  if (learned.how === 'mirrored') return operation.stripe_id === null ? 'found' : null;
  if (learned.how === 'sent' || learned.how === 'found') return operation.stripe_id === null && operation.state !== 'succeeded' ? learned.how : null;
  if (step.state === operation.state) return null;
  if (step.state === 'failed') return 'refused';
  if (step.state === 'canceled') return 'withdrawn';
  return step.state === 'needs_review' || step.state === 'held' ? step.state : null;
}
