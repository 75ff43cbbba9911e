// How a refund stands, in one word: while Stripe has no object for it the operation's state speaks, then Stripe's status (INVARIANTS §3.3).

/** A refund as the mirror holds it. Its money went out and came back where there is a transaction of its failure. */
export type AtStripe = { readonly status: string | null; readonly failure_balance_transaction: string | null };
/** An operation whose refund is not mirrored, and what a person said of it, where one did. */
export type Ours = {
  readonly state: string;
  readonly refund: string | null;
  readonly refundStatus: string | null;
  readonly decided: { readonly what: string } | null;
};

/** Words that are ours alone: Stripe may come to use one of them for something else. */
const own = new Set<string>(['queued', 'held', 'sending', 'unknown', 'needs_review', 'refused', 'not_refunded', 'failed_afterwards', 'no_status']);

export function wordOfRefund({ status, failure_balance_transaction: cameBack }: AtStripe): string {
  if (status === null || status === '') return 'no_status';
  if (status === 'failed' && cameBack) return 'failed_afterwards';
  return own.has(status) ? status.toUpperCase() : status;
}

export function wordOfOperation({ state, refund, refundStatus, decided }: Ours): string {
  if (refund)
    return refundStatus === null && state === 'accepted' ? 'pending' : wordOfRefund({ status: refundStatus ?? state, failure_balance_transaction: null });
  if (state === 'failed') return decided?.what === 'not_refunded' ? 'not_refunded' : 'refused';
  return state;
}

/** The same for an operation's row in SQL, as `wordOfOperation` has it. */
export const OPERATION_WORD = `CASE
  WHEN o.stripe_id IS NOT NULL THEN CASE WHEN o.stripe_status IS NOT NULL THEN o.stripe_status WHEN o.state = 'accepted' THEN 'pending' ELSE o.state END
  WHEN o.state = 'failed' THEN CASE WHEN o.decided ->> 'what' = 'not_refunded' THEN 'not_refunded' ELSE 'refused' END
  ELSE o.state END`;
