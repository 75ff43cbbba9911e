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
  /** Nothing more is sent by itself: a person decides, on the page named. */
  | { kind: 'needs_review'; href: string }
  /** Refused here, before Stripe was asked. */
  | { kind: 'not_sent'; message: string; token: string }
  | { kind: 'refused'; code: string | null; message: string; request?: string | null; token: string }
  | { kind: 'invalid'; field: 'amount' | 'reason' | 'note'; why: 'not_a_number' | 'decimals' | 'zero' | 'above_left' | 'note_required' | 'unknown_reason' }
  | { kind: 'changed'; figures: RefundFigures; token: string }
  | { kind: 'in_flight'; amount: Amount | null; token: string }
  | { kind: 'over_limit'; limit: RefundLimit; mayMore: readonly string[]; token: string }
  | { kind: 'same_again'; repeated: Repeated; token: string }
  | { kind: 'needs_password'; above: string; token: string }
  | { kind: 'forbidden' }
  | { kind: 'signed_out' };

/** Server action: reads `amount_minor`, `reason`, `note`, `client_token`, `seen_left` and `again` from the form. */
export type RefundAction = (previous: RefundOutcome | null, form: FormData) => Promise<RefundOutcome>;

/** What came of the password given again. */
export type StepUp = 'ok' | 'wrong' | 'too_many' | 'signed_out' | 'forbidden';
/** Server action: reads `password` from the form. */
export type StepUpAction = (form: FormData) => Promise<StepUp>;

/** In minor units. `none_set`: one who needs a limit has none in this currency. */
export type RefundLimit = { each: string | null; day: string | null; used: string } | 'none_set';
/** The same amount left this payment so long ago. */
export type Repeated = { minor: string; secondsAgo: number };

/** What a person should know before they refund; a line stands in the dialog only where it applies. */
export type RefundPreflight = {
  inquiry: boolean;
  /** Refunds that wait at Stripe, counted as refunded. */
  pending: Amount | null;
  /** "04/26" */
  cardExpired: string | null;
  invoice: boolean;
  subscription: boolean;
  /** The balance's currency, where it is another one. */
  settledIn: string | null;
  lately: readonly Repeated[];
  stepUp: { above: string; given: boolean };
  limit: RefundLimit | null;
  mayMore: readonly string[];
  /** Where what is available at Stripe is asked for: `{ available: "1200" }` in minor units of `balanceCurrency`, or null there. */
  balance: string;
  balanceCurrency: string;
};

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
  /** A refund of this payment that is queued, sending or unknown: submit is off until it has its answer. */
  inFlight?: Amount | null;
};

/** `clientToken` is made with the page: two clicks on one rendered form are one intent. */
export type RefundProps = {
  subject: RefundSubject;
  preflight: RefundPreflight;
  locale: string;
  clientToken: string;
  action: RefundAction;
  stepUp: StepUpAction;
};
