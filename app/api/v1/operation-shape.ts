// An operation as a program sees it: an object of ours beside Stripe's, to be asked for until it is settled.
import type { Asked } from '#lib/read/operation.ts';

/** Amounts in minor units. `settled`: nothing more happens by itself; a refund that succeeded may still fail at Stripe, which its own object then says. */
export function shapeOf(asked: Asked): Record<string, unknown> {
  const { state, last_error: error } = asked;
  return {
    id: `op_${asked.id}`,
    object: 'operation',
    type: asked.kind,
    created: Math.floor(asked.created_at.getTime() / 1000),
    livemode: asked.livemode,
    state,
    settled: ['succeeded', 'failed', 'canceled', 'needs_review'].includes(state),
    why: state === 'held' || state === 'needs_review' ? asked.why : null,
    message: messages[state] ?? null,
    charge: asked.charge,
    amount: asked.amount === null ? null : Number(asked.amount),
    currency: asked.currency,
    refund: asked.stripe_id,
    refund_status: asked.stripe_status,
    error:
      error && state !== 'accepted' && state !== 'succeeded'
        ? { type: error.type ?? 'api_error', code: error.code, message: error.message, param: error.param ?? null, request_id: error.request }
        : null,
    url: operationPath(asked.id),
  };
}

export function operationPath(id: string): string {
  return `/api/v1/operations/op_${id}`;
}

/** How often it is worth asking, in seconds. */
export const FOLLOW_AFTER = '5';

const messages: Readonly<Record<string, string>> = {
  queued: 'Stored, not sent yet. Ask again at url.',
  sending: 'Sent to Stripe, whose answer is awaited. It cannot happen twice. Ask again at url.',
  unknown: 'Stripe’s answer did not arrive. It is being found out with the same key, so it cannot happen twice. Ask again at url.',
  held: 'Stored and held back: acts on Stripe are paused for this account. It is sent once when that is over. Ask again at url.',
  accepted: 'Stripe has it; it is not final there. Ask again at url, or read the refund.',
  succeeded: 'Done.',
  failed: 'It did not happen, or failed at Stripe. A new try is a new request under a new Idempotency-Key.',
  canceled: 'It was withdrawn or canceled. A new try is a new request under a new Idempotency-Key.',
  needs_review: 'Stripe’s answer cannot be found out by machine. Nothing more is sent; a person decides in Counterpart, under Refunds.',
};
