// What an operation came to, as plain values: the action and the REST route translate them and decide nothing.
import type { Minor } from '../money.ts';
import { verbOf } from '../operations/index.ts';
import type { Operation } from './operation.ts';
import type { PaymentOfInvoice } from './invoice-payments.ts';
import type { Unavailable } from './refundable.ts';

export type Outcome =
  /** Stripe has it; `status` is Stripe's word for the object. */
  | {
      readonly kind: 'accepted';
      readonly operation: string;
      readonly object: string | null;
      readonly status: string;
      readonly amount: Minor | null;
      readonly currency: string | null;
    }
  /** The same for an act that makes no object. */
  | { readonly kind: 'done'; readonly operation: string }
  /** Not answered in time: the completer goes on with the same row and key. */
  | { readonly kind: 'no_answer'; readonly operation: string }
  /** Stored and not sent: access is in doubt. It goes out when the doubt is over. */
  | { readonly kind: 'held'; readonly operation: string; readonly amount: Minor | null; readonly currency: string | null }
  | { readonly kind: 'needs_review'; readonly operation: string }
  /** A definite no of Stripe's. The next try is a new intent. */
  | { readonly kind: 'refused'; readonly operation: string; readonly code: string | null; readonly message: string; readonly request: string | null }
  /** The rest was decided here: nothing was stored and Stripe was not asked. */
  | { readonly kind: 'invalid'; readonly field: string; readonly why: string; readonly left?: Minor; readonly currency?: string }
  | { readonly kind: 'changed'; readonly left: Minor; readonly refunded: Minor; readonly currency: string }
  | { readonly kind: 'in_flight'; readonly amount: Minor; readonly currency: string }
  | { readonly kind: 'unavailable'; readonly why: Unavailable; readonly currency?: string }
  /** The invoice was paid by several payments: one of them has to be named. */
  | { readonly kind: 'pick_payment'; readonly invoice: string; readonly payments: readonly PaymentOfInvoice[] }
  /** Above what the actor may refund, each time or today. Both null: no limit is set in this currency for one who needs one. */
  | { readonly kind: 'over_limit'; readonly each: Minor | null; readonly day: Minor | null; readonly used: Minor; readonly currency: string }
  /** The same amount left this payment lately; `again: true` in the input passes it. */
  | { readonly kind: 'same_again'; readonly amount: Minor; readonly currency: string; readonly secondsAgo: number }
  /** Above this amount the password is asked again; it is good for five minutes. */
  | { readonly kind: 'needs_password'; readonly above: Minor; readonly currency: string };

export function outcomeOf(operation: Operation): Outcome {
  const { id, amount, currency, last_error: error, decided } = operation;
  switch (operation.state) {
    case 'accepted':
    case 'succeeded':
      if (!verbOf(operation.kind).retrieve) return { kind: 'done', operation: id };
      return { kind: 'accepted', operation: id, object: operation.stripe_id, status: operation.stripe_status ?? operation.state, amount, currency };
    case 'failed':
    case 'canceled':
      if (operation.stripe_id)
        return { kind: 'accepted', operation: id, object: operation.stripe_id, status: operation.stripe_status ?? operation.state, amount, currency };
      if (operation.state === 'canceled')
        return { kind: 'refused', operation: id, code: 'withdrawn', message: decided ? TAKEN_BACK : WITHDRAWN, request: null };
      if (decided?.what === 'not_refunded') return { kind: 'refused', operation: id, code: 'decided_not', message: NOT_FOUND, request: null };
      return { kind: 'refused', operation: id, code: error?.code ?? null, message: error?.message ?? '', request: error?.request ?? null };
    case 'held':
      return { kind: 'held', operation: id, amount, currency };
    case 'needs_review':
      return { kind: 'needs_review', operation: id };
    case 'queued':
    case 'sending':
    case 'unknown':
      return { kind: 'no_answer', operation: id };
  }
}

const TAKEN_BACK = 'It was withdrawn by a person before anything was sent.';
const NOT_FOUND = 'A person looked at Stripe and found that it was not refunded.';
const WITHDRAWN = 'The connection this was asked under has ended. It was withdrawn before anything was sent.';
