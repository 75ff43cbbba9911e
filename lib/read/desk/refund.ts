// One refund with everything its page tells: what was asked here, what Stripe holds, and how it went from one to the other.
import { db, type Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { isId } from '../mirrored.ts';
import { type Charge, copies, newestAbout, OPERATION, type Operation, type Refund, type Told, type Transaction } from './parts.ts';
import { PAYMENTS, type PaymentRow } from './payments.ts';
import { wordOfOperation, wordOfRefund } from './refund-word.ts';
import { CAME_OF } from './refunds-where.ts';
import { here } from './statement.ts';

/** An entry of the audit log about the refund's operations. */
export type Entry = {
  readonly seq: bigint;
  readonly at: Date;
  readonly operation: string;
  readonly act: string;
  readonly actor: string | null;
  readonly request: string | null;
  readonly status: string | null;
  readonly reason: string | null;
};

/** What Stripe said of the refund in an event. */
export type Heard = { readonly event: string; readonly at: Date; readonly status: string | null; readonly pendingReason: string | null };

export type RefundStory = {
  /** The address of its page: `re_…`, or `op_…` while there is no mirrored object. */
  readonly id: string;
  readonly refund: Refund | null;
  readonly operation: Operation | null;
  readonly word: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly confirmed: boolean;
  readonly charge: Charge | null;
  readonly payment: PaymentRow | null;
  /** When the money came back, where it did. */
  readonly cameBack: Date | null;
  readonly entries: readonly Entry[];
  readonly heard: readonly Heard[];
  readonly attended: { readonly by: string | null; readonly at: Date; readonly note: string | null } | null;
  /** Acts of ours to cancel it, the newest first. */
  readonly cancels: readonly { readonly id: string; readonly state: string }[];
  /** Whoever asked is still a member, and so was written to when it failed; else the owners were. */
  readonly askerIsHere: boolean;
  readonly newestEvent: Told | null;
};

/** By `re_…`, `pyr_…` or `op_<uuid>`; null when this ledger has none by that id, whoever else may. */
export async function findRefund(ledger: Ledger, id: string): Promise<RefundStory | null> {
  const asked = /^op_([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/.exec(id)?.[1];
  if (!asked && !isId(id)) return null;
  return db.as(ledger, async (tx) => {
    const own = asked ? await operationWhere(tx, ledger, `o.kind = 'refund_payment' AND o.id_text = $4`, asked) : null;
    if (asked && !own) return null;
    const refund = await refundOf(tx, ledger, own, id);
    if (!own && !refund) return null;
    const operation =
      own ?? (refund ? await operationWhere(tx, ledger, `EXISTS (SELECT FROM refunds r WHERE ${here('r')} AND r.id = $4 AND ${CAME_OF})`, refund.id) : null);
    return storyOf(tx, ledger, refund, operation);
  });
}

async function refundOf(tx: Tx, ledger: Ledger, own: Operation | null, id: string): Promise<Refund | null> {
  if (!own) return (await copies<Refund>(tx, ledger, 'refunds', 'x.id = $4', id))[0] ?? null;
  if (own.refund) return (await copies<Refund>(tx, ledger, 'refunds', 'x.id = $4', own.refund))[0] ?? null;
  return (await copies<Refund>(tx, ledger, 'refunds', 'x.op_id = $4 AND x.charge = $5 AND x.amount = $6', own.id, own.charge, own.amount))[0] ?? null;
}

async function storyOf(tx: Tx, ledger: Ledger, refund: Refund | null, operation: Operation | null): Promise<RefundStory> {
  const scope = [ledger.workspace, ledger.account, ledger.livemode];
  const chargeId = refund?.charge ?? operation?.charge ?? null;
  const key = refund ? (refund.payment_intent ?? chargeId) : operation?.target;
  const [charge = null] = await copies<Charge>(tx, ledger, 'charges', 'x.id = $4', chargeId);
  const cancels = refund ? await cancelsOf(tx, ledger, refund.id) : [];
  const back = refund?.failure_balance_transaction;
  return {
    id: refund?.id ?? `op_${operation!.id}`,
    refund,
    operation,
    word: refund ? wordOfRefund(refund) : wordOfOperation(operation!),
    amount: refund?.amount ?? operation!.amount ?? 0n,
    currency: refund?.currency ?? operation!.currency ?? '',
    confirmed: refund?.confirmed ?? true,
    charge,
    payment: key ? await tx.maybe<PaymentRow>(PAYMENTS, [...scope, [key]]) : null,
    cameBack: back ? ((await copies<Transaction>(tx, ledger, 'balance_transactions', 'x.id = $4', back))[0]?.created ?? null) : null,
    entries: await entriesAbout(tx, ledger, [...(operation ? [operation.id] : []), ...cancels.map(({ id }) => id)]),
    heard: refund ? await heardOf(tx, ledger, refund.id) : [],
    attended: refund
      ? await tx.maybe(`SELECT a.actor ->> 'name' AS by, a.attended_at AS at, a.note FROM refund_attended a WHERE ${here('a')} AND a.refund = $4`, [
          ...scope,
          refund.id,
        ])
      : null,
    cancels,
    askerIsHere: operation ? await isMember(tx, ledger, operation.id) : false,
    newestEvent: refund ? await newestAbout(tx, ledger, [refund.id]) : null,
  };
}

async function operationWhere(tx: Tx, ledger: Ledger, where: string, value: string): Promise<Operation | null> {
  return tx.maybe<Operation>(`SELECT ${OPERATION} FROM operation o WHERE ${here('o')} AND ${where} LIMIT 1`, [
    ledger.workspace,
    ledger.account,
    ledger.livemode,
    value,
  ]);
}

function cancelsOf(tx: Tx, ledger: Ledger, refund: string): Promise<{ id: string; state: string }[]> {
  return tx.query(
    `SELECT o.id, o.state FROM operation o WHERE ${here('o')} AND o.kind = 'cancel_refund' AND o.target = $4 ORDER BY o.created_at DESC LIMIT 20`,
    [ledger.workspace, ledger.account, ledger.livemode, refund],
  );
}

async function isMember(tx: Tx, ledger: Ledger, operation: string): Promise<boolean> {
  const row = await tx.maybe(
    `SELECT 1 AS here FROM operation o JOIN membership m ON m.workspace_id = o.workspace_id AND m.person_id::text = o.actor ->> 'id'
     WHERE ${here('o')} AND o.id = $4 AND o.actor ->> 'kind' = 'person'`,
    [ledger.workspace, ledger.account, ledger.livemode, operation],
  );
  return row !== null;
}

/** Oldest first. The log is the workspace's; its entries name the operation. */
function entriesAbout(tx: Tx, ledger: Ledger, operations: readonly string[]): Promise<Entry[]> {
  return tx.query<Entry>(
    `SELECT e.seq, e.at, e.operation, e.body ->> 'act' AS act, e.body ->> 'request' AS request, e.body #>> '{after,status}' AS status,
       (SELECT x.text FROM audit_text x WHERE x.workspace_id = $1 AND x.seq = e.seq AND x.field = 'actor') AS actor,
       (SELECT x.text FROM audit_text x WHERE x.workspace_id = $1 AND x.seq = e.seq AND x.field = 'reason') AS reason
     FROM audit_entry e WHERE e.workspace_id = $1 AND e.operation = ANY($2) ORDER BY e.seq LIMIT 200`,
    [ledger.workspace, operations],
  );
}

/** Oldest first; an event whose body cannot be read tells nothing. */
async function heardOf(tx: Tx, ledger: Ledger, refund: string): Promise<Heard[]> {
  const events = await tx.query<{ event: string; at: Date; body: string }>(
    `SELECT i.event_id AS event, i.created AS at, i.body FROM inbox i
     WHERE i.workspace_id = $1 AND i.account = $2 AND i.livemode = $3 AND i.object_id = $4 AND i.type IN ('refund.created', 'refund.updated', 'refund.failed')
     ORDER BY i.created, i.event_id LIMIT 60`,
    [ledger.workspace, ledger.account, ledger.livemode, refund],
  );
  return events.flatMap(({ event, at, body }) => {
    const object = objectIn(body);
    return object ? [{ event, at, status: textOr(object['status']), pendingReason: textOr(object['pending_reason']) }] : [];
  });
}

function objectIn(body: string): Record<string, unknown> | null {
  try {
    return (JSON.parse(body) as { data: { object: Record<string, unknown> } }).data.object;
  } catch {
    return null;
  }
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Refunds on the charge that no operation of ours has: what an operation in review may have made. */
export async function listCandidates(ledger: Ledger, { charge, amount }: Pick<Operation, 'charge' | 'amount'>): Promise<Refund[]> {
  return db.as(ledger, (tx) =>
    copies<Refund>(
      tx,
      ledger,
      'refunds',
      `x.charge = $4 AND x.amount = $5 AND x.deleted_at IS NULL AND NOT EXISTS (SELECT FROM operation o WHERE ${here('o')} AND o.stripe_id = x.id AND o.kind = 'refund_payment')`,
      charge,
      amount,
    ),
  );
}
