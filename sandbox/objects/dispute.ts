// Disputes and inquiries: raised by test cards or at the console, answered with evidence, decided by the bank.
import { belief, type ObjectType, type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { changed, flag, hash, mergedMetadata, text } from '../core/given.ts';
import { book } from './balance-transaction.ts';
import { settled } from './charge.ts';
import { failRefund } from './refund.ts';

const TESTS = ['sandbox/wire/conformance.test.ts', 'sandbox/objects/ledger-proof.test.ts'];
belief('winning_evidence and losing_evidence in uncategorized_text decide a test dispute at once.', TESTS);
belief('An inquiry marks its charge as disputed, moves no money and leaves it refundable; closed, it is warning_closed.', TESTS);
belief('Evidence is due 21 days after a dispute was raised; without an answer it is lost then.', TESTS);
belief('A dispute under review is decided after 60 days, for the merchant.', TESTS);

const DAY = 86_400;
export const EVIDENCE_DAYS = 21;
const REVIEW_DAYS = 60;

export type DisputeKind = 'fraudulent' | 'product_not_received' | 'inquiry';

export const dispute: ObjectType = {
  object: 'dispute',
  prefix: 'du',
  collection: 'disputes',
  indexes: ['charge', 'payment_intent', 'status'],
  expandable: { charge: 'charge', payment_intent: 'payment_intent' },
  listFilters: { charge: 'charge', payment_intent: 'payment_intent' },
  shown: (place, one) => ({
    ...one,
    balance_transactions: (one.balance_transactions as string[]).map((id) => shownTransaction(place, id)), // ids, written below
    evidence_details: { ...(one.evidence_details as object), past_due: isOpen(one) && dueBy(one) < place.now },
  }),
  routes: [
    { method: 'POST', path: '/v1/disputes/{id}', run: (place, { params, path }) => update(place, path.id ?? '', params) },
    { method: 'POST', path: '/v1/disputes/{id}/close', run: (place, { path }) => concede(place, path.id ?? '') },
  ],
  due: {
    dispute_due: (place, id) => {
      const one = place.find('dispute', id);
      if (one && isOpen(one)) decide(place, one, isInquiry(one) ? 'warning_closed' : 'lost');
    },
    dispute_decided: (place, id) => {
      const one = place.find('dispute', id);
      if (one && isUnderReview(one)) decide(place, one, isInquiry(one) ? 'warning_closed' : 'won');
    },
  },
  reacts: {
    'charge.refunded': (place, charge) => {
      if (!charge.refunded) return;
      const inquiry = place.all('dispute', { charge: charge.id }).find((one) => isInquiry(one) && (isOpen(one) || isUnderReview(one)));
      if (inquiry) decide(place, inquiry, 'warning_closed');
    },
  },
};

export function raiseDispute(place: Place, chargeId: string, kind: DisputeKind): StripeObject {
  const charge = settled(place, chargeId);
  if (charge.status !== 'succeeded' || !charge.captured) throw new Refusal(400, { message: 'Only a captured charge can be disputed.' });
  if (charge.disputed) throw new Refusal(400, { message: 'This charge is disputed already.' });
  const amount = Number(charge.amount_captured) - Number(charge.amount_refunded);
  if (amount < 1) throw new Refusal(400, { message: 'Nothing of this charge is left to dispute.' });
  const inquiry = kind === 'inquiry';
  const card = (charge.payment_method_details as { card: { brand: string } }).card; // made by charge.ts
  const id = place.newId('du');
  const reasonCode = kind === 'product_not_received' ? '13.1' : '10.4';
  const made: StripeObject = {
    id,
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: place.now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: emptyEvidence(),
    evidence_details: {
      due_by: place.now + EVIDENCE_DAYS * DAY,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: place.livemode,
    metadata: {},
    network_reason_code: reasonCode,
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: { brand: card.brand, case_type: inquiry ? 'inquiry' : 'chargeback', network: card.brand, network_reason_code: reasonCode },
      type: 'card',
    },
    reason: inquiry ? 'general' : kind,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  };
  place.put({ ...place.need('charge', charge.id), disputed: true });
  place.due('dispute_due', id, place.now + EVIDENCE_DAYS * DAY);
  if (inquiry) {
    place.put(made);
    place.emit('charge.dispute.created', made);
    return made;
  }
  failPending(place, charge.id);
  const withdrawn = place.put({ ...made, balance_transactions: [transaction(place, made, -amount)] });
  place.emit('charge.dispute.created', withdrawn);
  place.emit('charge.dispute.funds_withdrawn', withdrawn);
  return withdrawn;
}

/** The bank's word, as the console gives it. */
export function decideDispute(place: Place, id: string, how: 'won' | 'lost'): StripeObject {
  const one = place.need('dispute', id);
  if (!isOpen(one) && !isUnderReview(one)) throw new Refusal(400, { message: `This dispute is ${String(one.status)} already.` });
  return decide(place, one, isInquiry(one) ? 'warning_closed' : how);
}

function update(place: Place, id: string, params: Params): StripeObject {
  const before = place.need('dispute', id);
  const evidence = hash(params, 'evidence');
  const submits = Boolean(evidence) && (flag(params, 'submit') ?? true);
  if (evidence && !isOpen(before)) throw new Refusal(400, { message: 'This dispute is closed or under review; its evidence can no longer be changed.' });
  const details = before.evidence_details as { submission_count: number }; // made in raiseDispute
  const after = place.put({
    ...before,
    metadata: mergedMetadata(before.metadata, params),
    evidence: evidence ? { ...(before.evidence as object), ...onlyText(evidence) } : before.evidence,
    evidence_details: evidence
      ? {
          ...details,
          has_evidence: true,
          submission_count: details.submission_count + (submits ? 1 : 0),
          submission_method: submits ? 'manual' : 'not_submitted',
        }
      : before.evidence_details,
    status: submits ? (isInquiry(before) ? 'warning_under_review' : 'under_review') : before.status,
  });
  const previous = changed(before, after);
  if (Object.keys(previous).length) place.emit('charge.dispute.updated', after, previous);
  if (!submits) return after;
  place.due('dispute_due', id, null);
  const words = String((after.evidence as { uncategorized_text: unknown }).uncategorized_text ?? '');
  if (words.includes('winning_evidence')) return decide(place, after, isInquiry(after) ? 'warning_closed' : 'won');
  if (words.includes('losing_evidence')) return decide(place, after, isInquiry(after) ? 'warning_closed' : 'lost');
  place.due('dispute_decided', id, place.now + REVIEW_DAYS * DAY);
  return after;
}

function concede(place: Place, id: string): StripeObject {
  const one = place.need('dispute', id);
  if (!isOpen(one) && !isUnderReview(one)) throw new Refusal(400, { message: 'This dispute is already closed.' });
  return decide(place, one, isInquiry(one) ? 'warning_closed' : 'lost');
}

function decide(place: Place, one: StripeObject, status: 'won' | 'lost' | 'warning_closed'): StripeObject {
  place.due('dispute_due', one.id, null);
  place.due('dispute_decided', one.id, null);
  const closed = place.put<StripeObject>({ ...one, status, is_charge_refundable: status !== 'lost' });
  place.emit('charge.dispute.closed', closed);
  if (status !== 'won') return closed;
  const transactions = closed.balance_transactions as string[]; // ids, written by this file
  const back = place.put({ ...closed, balance_transactions: [...transactions, transaction(place, closed, Number(closed.amount))] });
  place.emit('charge.dispute.funds_reinstated', back);
  return back;
}

function transaction(place: Place, one: StripeObject, amount: number): string {
  const kind = amount < 0 ? 'dispute' : 'dispute_reversal';
  const description = `Chargeback ${amount < 0 ? 'withdrawal' : 'reversal'} for ${String(one.charge)}`;
  return book(place, { amount, currency: String(one.currency), kind, source: one.id, description }).id;
}

function failPending(place: Place, charge: string): void {
  for (const one of place.all('refund', { charge, status: 'pending' })) failRefund(place, one.id, 'charge_for_pending_refund_disputed');
}

function shownTransaction(place: Place, id: string): StripeObject {
  const found = place.need('balance_transaction', id);
  return { ...found, status: Number(found.available_on) <= place.now ? 'available' : 'pending' };
}

const isInquiry = ({ status }: StripeObject): boolean => String(status).startsWith('warning_');
const isOpen = ({ status }: StripeObject): boolean => status === 'needs_response' || status === 'warning_needs_response';
const isUnderReview = ({ status }: StripeObject): boolean => status === 'under_review' || status === 'warning_under_review';
const dueBy = (one: StripeObject): number => (one.evidence_details as { due_by: number }).due_by; // made in raiseDispute

function onlyText(evidence: Params): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(evidence)
      .filter(([name, value]) => EVIDENCE.includes(name) && typeof value !== 'object')
      .map(([name]) => [name, text(evidence, name)]),
  );
}

function emptyEvidence(): Record<string, unknown> {
  return { ...Object.fromEntries(EVIDENCE.map((name) => [name, null])), enhanced_evidence: {} };
}

const EVIDENCE = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
];
