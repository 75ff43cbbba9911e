// What happened to a payment, as moments on one timeline: attempts, what Stripe asked of the customer, refunds by whom, disputes.
import type { Charge, Dispute, Operation, Refund, Told } from './parts.ts';
import type { PaymentParts } from './payment.ts';
import { operationOf, type Standing, standingOf } from './standing.ts';

type Sum = { readonly amount: bigint; readonly currency: string };

export type Moment = { readonly id: string; readonly at: Date; readonly payment: string } & (
  | { readonly kind: 'created'; readonly invoice: string | null }
  | ({ readonly kind: 'failed'; readonly code: string | null; readonly message: string | null } & Sum)
  | ({ readonly kind: 'succeeded' | 'authorized' | 'captured' | 'pending' } & Sum)
  | { readonly kind: 'asked' }
  | { readonly kind: 'canceled'; readonly reason: string | null }
  /** `page`: the address of the refund's own page. */
  | ({ readonly kind: 'refund'; readonly page: string } & Standing)
  /** Its money came back to the balance. */
  | ({ readonly kind: 'refund_failed'; readonly page: string } & Standing)
  | ({ readonly kind: 'disputed'; readonly status: string | null; readonly reason: string | null; readonly dueBy: Date | null } & Sum)
  | ({ readonly kind: 'dispute_closed'; readonly status: string | null } & Sum)
);

/** Newest first. `since` is when the payment was made; `invoice` what it was made for. */
export function momentsOf(payment: string, since: Date, invoice: string | null, parts: PaymentParts): Moment[] {
  const moments = [
    { id: `${payment}:created`, at: since, payment, kind: 'created' as const, invoice },
    ...parts.charges.flatMap((charge) => ofCharge(payment, charge, parts)),
    ...ofIntent(payment, parts),
    ...parts.refunds.flatMap((refund) => ofRefund(payment, refund, parts)),
    ...parts.operations.filter((operation) => !isMirrored(operation, parts.refunds)).map((operation) => ofOperation(payment, operation)),
    ...parts.disputes.flatMap((dispute) => ofDispute(payment, dispute, parts.told)),
  ];
  // Of one second, what comes later in a payment's life is the newer.
  return moments
    .map((moment, at) => ({ moment, at }))
    .toSorted((a, b) => b.moment.at.getTime() - a.moment.at.getTime() || b.at - a.at)
    .map(({ moment }) => moment);
}

function ofCharge(payment: string, charge: Charge, { intent, transactions }: PaymentParts): Moment[] {
  const { id, currency, data } = charge;
  const base = { id, at: charge.created ?? charge.mirrored_at, payment, amount: charge.amount, currency };
  if (charge.status === 'failed') return [{ ...base, kind: 'failed', code: word(data['failure_code']), message: word(data['failure_message']) }];
  if (charge.status === 'pending') return [{ ...base, kind: 'pending' }];
  if (!charge.captured) return [{ ...base, kind: 'authorized' }];
  if (intent?.data['capture_method'] === 'manual' || charge.amount_captured < charge.amount) {
    const taken = transactions.find((transaction) => transaction.id === charge.balance_transaction)?.created ?? base.at;
    return [
      { ...base, kind: 'authorized' },
      { ...base, id: `${id}:captured`, at: taken, kind: 'captured', amount: charge.amount_captured },
    ];
  }
  return [{ ...base, kind: 'succeeded' }];
}

/** Events alone tell that the customer was asked to confirm, and of attempts that failed before there was a charge. */
function ofIntent(payment: string, { intent, charges, told }: PaymentParts): Moment[] {
  const asked = told
    .filter(({ type }) => type === 'payment_intent.requires_action')
    .map(({ event, created }) => ({ id: event, at: created, payment, kind: 'asked' as const }));
  if (!intent) return asked;
  const { data } = intent;
  const canceled = typeof data['canceled_at'] === 'number' ? new Date(data['canceled_at'] * 1000) : null;
  const error = data['last_payment_error'] as { charge?: unknown; code?: unknown; message?: unknown } | null | undefined;
  const failedAlone = told.filter(
    ({ type, created }) =>
      type === 'payment_intent.payment_failed' && !charges.some((charge) => charge.created && Math.abs(charge.created.getTime() - created.getTime()) <= 5_000),
  );
  const sum = { amount: typeof data['amount'] === 'number' ? BigInt(Math.trunc(data['amount'])) : 0n, currency: word(data['currency']) ?? '' };
  return [
    ...asked,
    ...failedAlone.map(({ event, created }, at) => ({
      id: event,
      at: created,
      payment,
      kind: 'failed' as const,
      ...sum,
      code: at === 0 && !error?.charge ? word(error?.code) : null,
      message: at === 0 && !error?.charge ? word(error?.message) : null,
    })),
    ...(canceled ? [{ id: `${payment}:canceled`, at: canceled, payment, kind: 'canceled' as const, reason: word(data['cancellation_reason']) }] : []),
  ];
}

/** When it was made; and, where it failed afterwards, when its money came back. */
function ofRefund(payment: string, refund: Refund, { operations, transactions }: PaymentParts): Moment[] {
  const standing = standingOf(refund, operationOf(refund, operations));
  const made = { id: refund.id, at: refund.created ?? refund.mirrored_at, payment, kind: 'refund' as const, page: refund.id, ...standing };
  const back = standing.word === 'failed_afterwards' && transactions.find(({ id }) => id === refund.failure_balance_transaction)?.created;
  return back ? [made, { ...made, id: `${refund.id}:failed`, at: back, kind: 'refund_failed' }] : [made];
}

function ofOperation(payment: string, operation: Operation): Moment {
  return { id: operation.id, at: operation.created, payment, kind: 'refund', page: `op_${operation.id}`, ...standingOf(null, operation) };
}

/** The refund it made stands on the timeline itself. */
function isMirrored(operation: Operation, refunds: readonly Refund[]): boolean {
  return refunds.some((refund) => operationOf(refund, [operation]) !== null);
}

function ofDispute(payment: string, dispute: Dispute, told: readonly Told[]): Moment[] {
  const { id, amount, currency, status } = dispute;
  const closed = told.find((each) => each.type === 'charge.dispute.closed' && each.object === id);
  return [
    {
      id,
      at: dispute.created ?? dispute.mirrored_at,
      payment,
      kind: 'disputed',
      amount,
      currency,
      status,
      reason: word(dispute.data['reason']),
      dueBy: closed ? null : dispute.due_by,
    },
    ...(closed ? [{ id: closed.event, at: closed.created, payment, kind: 'dispute_closed' as const, amount, currency, status }] : []),
  ];
}

function word(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
