// What a refund that was asked for came to, as the form hears it. Plain data: it crosses from the server action to the page.
import type { Amount } from '../object/amount-text.ts';

export type RefundReason = 'requested_by_customer' | 'duplicate' | 'fraudulent' | 'other';
export const refundReasons: readonly RefundReason[] = ['requested_by_customer', 'duplicate', 'fraudulent', 'other'];

/** Minor units as strings: bigint does not cross to the browser as it is. */
export type RefundFigures = { left: string; alreadyRefunded: string };

/** `token` in an answer replaces the form's client token: after a definite refusal the next submit is a new intent. */
export type RefundOutcome =
  | { kind: 'accepted'; amount: Amount; status: string; refund?: string }
  | { kind: 'no_answer' }
  /** Stored and waiting here: it goes out when access to Stripe is no longer in doubt. */
  | { kind: 'held' }
  /** Refused here, before Stripe was asked. */
  | { kind: 'not_sent'; message: string; token: string }
  | { kind: 'refused'; code: string | null; message: string; request?: string | null; token: string }
  | { kind: 'invalid'; field: 'amount' | 'reason' | 'note'; why: 'not_a_number' | 'decimals' | 'zero' | 'above_left' | 'note_required' | 'unknown_reason' }
  | { kind: 'changed'; figures: RefundFigures; token: string }
  | { kind: 'in_flight'; amount: Amount | null; token: string }
  | { kind: 'forbidden' }
  | { kind: 'signed_out' };

/** Server action: reads `amount_minor`, `reason`, `note`, `client_token` and `seen_left` from the form. */
export type RefundAction = (previous: RefundOutcome | null, form: FormData) => Promise<RefundOutcome>;

/** What is being refunded, all as text ready to show or as minor units. */
export type RefundSubject = {
  currency: string;
  /** Decimal string of the whole payment, as in `Amount`. */
  amount: string;
  figures: RefundFigures;
  /** Fees are in their own currency; absent when not known. */
  fee?: Amount | null;
  who?: string | null;
  /** "SEPA ·· 3000" */
  method?: string | null;
  /** "22 Nov, 14:37" */
  when: string;
  subscription?: boolean;
  /** A refund of this payment that is queued, sending or unknown: submit is off until it has its answer. */
  inFlight?: Amount | null;
};

/** `clientToken` is made with the page: two clicks on one rendered form are one intent. */
export type RefundProps = { subject: RefundSubject; locale: string; clientToken: string; action: RefundAction };
