// The mirrored objects that payments are made of, as the detail pages read them.
import type { StripeObject } from '../../catalogue/define.ts';
import type { Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { here } from './statement.ts';

export type Copy = {
  readonly id: string;
  readonly created: Date | null;
  readonly data: StripeObject;
  readonly confirmed: boolean;
  readonly deleted_at: Date | null;
  /** An event's id, "page" or "fetch". */
  readonly as_of_source: string;
  readonly mirrored_at: Date;
};

export type Charge = Copy & {
  readonly payment_intent: string | null;
  readonly balance_transaction: string | null;
  readonly status: string | null;
  readonly amount: bigint;
  readonly amount_captured: bigint;
  readonly amount_refunded: bigint;
  readonly currency: string;
  readonly captured: boolean | null;
};

export type Refund = Copy & {
  readonly charge: string | null;
  readonly payment_intent: string | null;
  readonly balance_transaction: string | null;
  readonly failure_balance_transaction: string | null;
  readonly status: string | null;
  readonly amount: bigint;
  readonly currency: string;
  readonly op_id: string | null;
};

export type Dispute = Copy & {
  readonly charge: string | null;
  readonly payment_intent: string | null;
  readonly status: string | null;
  readonly amount: bigint;
  readonly currency: string;
  readonly due_by: Date | null;
};

export type Transaction = Copy & {
  readonly source: string | null;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly net: bigint;
  readonly currency: string;
};

/** What was asked for here: one row per intended refund, with or without an object at Stripe yet. */
export type Operation = {
  readonly id: string;
  readonly state: string;
  readonly amount: bigint | null;
  readonly currency: string | null;
  readonly reason: string | null;
  readonly note: string | null;
  readonly refund: string | null;
  readonly refundStatus: string | null;
  readonly target: string;
  readonly charge: string | null;
  /** Who asked; null where it is not known any more. */
  readonly by: string | null;
  /** A person, a key or a job. */
  readonly byKind: string;
  readonly code: string | null;
  readonly message: string | null;
  /** Stripe's request id of the last answer. */
  readonly request: string | null;
  readonly created: Date;
  readonly firstSent: Date | null;
  /** `reading`: looked for after its answer was lost. `event`: its webhook was faster than the answer, or told a later change. `person`: in review. */
  readonly foundBy: string | null;
  readonly heldWhy: string | null;
  readonly reviewWhy: string | null;
  readonly decided: { readonly what: string; readonly by: { readonly name: string }; readonly at: string } | null;
};

/** What an object's own history does not tell, from the events that were received. */
export type Told = { readonly event: string; readonly type: string; readonly created: Date; readonly object: string };

const COPY = 'id, created, data, confirmed, deleted_at, as_of_source, mirrored_at';

/** `where` names its parameters from $4 on. */
export function copies<R extends Copy>(tx: Tx, ledger: Ledger, table: keyof typeof columnsOf, where: string, ...params: readonly unknown[]): Promise<R[]> {
  return tx.query<R>(`SELECT ${COPY}${columnsOf[table]} FROM ${table} x WHERE ${here('x')} AND ${where} ORDER BY x.created DESC NULLS LAST, x.id DESC`, [
    ledger.workspace,
    ledger.account,
    ledger.livemode,
    ...params,
  ]);
}

const columnsOf = {
  customers: '',
  payment_intents: '',
  payment_methods: ', kind, brand, last4, exp_month, exp_year',
  subscriptions: ', status, current_period_end',
  invoices: ', number, status, subscription, total, amount_remaining, currency',
  charges: `, payment_intent, balance_transaction, status, COALESCE(amount, 0) AS amount, COALESCE(amount_captured, 0) AS amount_captured,
    COALESCE(amount_refunded, 0) AS amount_refunded, COALESCE(currency, '') AS currency, captured`,
  refunds: `, charge, payment_intent, balance_transaction, failure_balance_transaction, status, COALESCE(amount, 0) AS amount, COALESCE(currency, '') AS currency, op_id`,
  disputes: `, charge, payment_intent, status, COALESCE(amount, 0) AS amount, COALESCE(currency, '') AS currency, due_by`,
  balance_transactions: `, source, COALESCE(amount, 0) AS amount, COALESCE(fee, 0) AS fee, COALESCE(net, 0) AS net, COALESCE(currency, '') AS currency`,
} as const;

/** Who asked for an operation `o`, by the name it was asked under. */
export const ACTOR_NAME = `COALESCE(o.actor ->> 'name', (SELECT p.name FROM person p WHERE o.actor ->> 'kind' = 'person' AND p.id::text = o.actor ->> 'id'))`;

export const OPERATION = `o.id, o.state, o.amount, o.currency, o.params ->> 'reason' AS reason, o.params #>> '{metadata,note}' AS note, o.stripe_id AS refund,
  o.stripe_status AS "refundStatus", o.target, o.charge, ${ACTOR_NAME} AS by, o.actor ->> 'kind' AS "byKind", o.last_error ->> 'code' AS code, o.last_error ->> 'message' AS message,
  COALESCE(o.request_id, o.last_error ->> 'request') AS request, o.created_at AS created, o.first_sent_at AS "firstSent", o.found_by AS "foundBy", o.held_why AS "heldWhy",
  o.review_why AS "reviewWhy", o.decided`;

export function operationsOn(tx: Tx, ledger: Ledger, targets: readonly string[]): Promise<Operation[]> {
  return tx.query<Operation>(
    `SELECT ${OPERATION} FROM operation o WHERE ${here('o')} AND o.kind = 'refund_payment' AND o.target = ANY($4) ORDER BY o.created_at DESC`,
    [ledger.workspace, ledger.account, ledger.livemode, targets],
  );
}

/** The newest event about any of these, handed on already; null when all of them came by lists and fetches alone. */
export function newestAbout(tx: Tx, ledger: Ledger, objects: readonly string[]): Promise<Told | null> {
  return tx.maybe<Told>(
    `SELECT i.event_id AS event, i.type, i.created, i.object_id AS object FROM inbox i
     WHERE i.workspace_id = $1 AND i.account = $2 AND i.livemode = $3 AND i.object_id = ANY($4) AND i.state = 'done' ORDER BY i.created DESC, i.handled_at DESC LIMIT 1`,
    [ledger.workspace, ledger.account, ledger.livemode, objects],
  );
}

export function toldOf(tx: Tx, ledger: Ledger, objects: readonly string[], types: readonly string[]): Promise<Told[]> {
  return tx.query<Told>(
    `SELECT i.event_id AS event, i.type, i.created, i.object_id AS object FROM inbox i
     WHERE i.workspace_id = $1 AND i.account = $2 AND i.livemode = $3 AND i.object_id = ANY($4) AND i.type = ANY($5) ORDER BY i.created DESC LIMIT 200`,
    [ledger.workspace, ledger.account, ledger.livemode, objects, types],
  );
}
