// Refunds: booked at once, told in three events, and sometimes failing afterwards.
import { belief, type ObjectType, type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { changed, integer, mergedMetadata, text } from '../core/given.ts';
import { shownAmount } from '../core/money.ts';
import { book } from './balance-transaction.ts';
import { settled } from './charge.ts';
import { behaviourOf } from './payment-method.ts';

const TESTS = ['sandbox/wire/conformance.test.ts', 'sandbox/objects/ledger-proof.test.ts'];
belief('The reference of a card refund comes some seconds later, told by refund.updated and charge.refund.updated.', TESTS);
belief('A refund to …5126 fails one hour later; one to …7726 waits two days, then succeeds.', TESTS);
belief('A failed refund lowers amount_refunded of its charge again; no event names the charge.', TESTS);
belief('Without bank details for 45 days a refund that requires action is canceled, and its money comes back as with any canceled one.', TESTS);
belief('A customer’s bank details make a refund that required action pending again, for processing.', TESTS);
belief('Over-refunds are refused as 400 with the parameter amount; the code amount_too_large is remembered.', TESTS);

const REFERENCE_S = 4;
const FAILS_S = 3600;
const WAITS_S = 2 * 86_400;
const DETAILS_S = 45 * 86_400;

export const refund: ObjectType = {
  object: 'refund',
  prefix: 're',
  collection: 'refunds',
  indexes: ['charge', 'payment_intent', 'status'],
  expandable: {
    charge: 'charge',
    customer: 'customer',
    payment_intent: 'payment_intent',
    payment_method: 'payment_method',
    balance_transaction: 'balance_transaction',
    failure_balance_transaction: 'balance_transaction',
  },
  listFilters: { charge: 'charge', payment_intent: 'payment_intent' },
  routes: [
    { method: 'POST', path: '/v1/refunds', run: (place, { params }) => create(place, params) },
    { method: 'POST', path: '/v1/refunds/{id}', run: (place, { params, path }) => update(place, path.id ?? '', params) },
    { method: 'POST', path: '/v1/refunds/{id}/cancel', run: (place, { path }) => cancel(place, path.id ?? '') },
    {
      method: 'GET',
      path: '/v1/charges/{id}/refunds',
      run: (place, { params, path }) =>
        place.list('refund', { charge: place.need('charge', path.id ?? '').id }, params, `/v1/charges/${path.id ?? ''}/refunds`),
    },
  ],
  due: {
    refund_reference: giveReference,
    fail_refund: (place, id) => {
      const one = place.find('refund', id);
      if (one?.status === 'succeeded' || one?.status === 'pending') failRefund(place, id, 'expired_or_canceled_card');
    },
    settle_refund: (place, id) => {
      if (place.find('refund', id)?.status === 'pending') settleRefund(place, id);
    },
    refund_action_over: (place, id) => {
      if (place.find('refund', id)?.status === 'requires_action') cancel(place, id);
    },
  },
};

/** Its money comes back to the balance, and may be refunded anew. */
export function failRefund(place: Place, id: string, reason: string): StripeObject {
  const one = place.need('refund', id);
  if (one.status !== 'succeeded' && one.status !== 'pending') throw new Refusal(400, { message: `A refund that is ${String(one.status)} cannot fail.` });
  const failed = returned(place, one, { status: 'failed', failure_reason: reason });
  place.emit('refund.failed', failed);
  tellUpdated(place, failed, { status: one.status, failure_reason: null, failure_balance_transaction: null });
  return failed;
}

/** A pending refund reaches its customer. */
export function settleRefund(place: Place, id: string): StripeObject {
  const one = place.need('refund', id);
  if (one.status !== 'pending') throw new Refusal(400, { message: `This refund is ${String(one.status)}, not pending.` });
  const { pending_reason, ...rest } = one;
  place.due('settle_refund', id, null);
  const done = place.put({ ...rest, status: 'succeeded' });
  tellUpdated(place, done, { status: 'pending', pending_reason });
  giveReference(place, id);
  return done;
}

/** As with methods where the customer has to say where the money goes. Until then it may be canceled. */
export function requireRefundAction(place: Place, id: string): StripeObject {
  const one = place.need('refund', id);
  if (one.status !== 'succeeded' && one.status !== 'pending') throw new Refusal(400, { message: `A refund that is ${String(one.status)} asks for nothing.` });
  const { pending_reason, ...rest } = one;
  const waits = place.put({
    ...rest,
    status: 'requires_action',
    next_action: {
      type: 'display_details',
      display_details: { email_sent: { email_sent_at: place.now, email_sent_to: 'customer@example.com' }, expires_at: place.now + DETAILS_S },
    },
  });
  for (const job of ['settle_refund', 'refund_reference', 'fail_refund']) place.due(job, id, null);
  place.due('refund_action_over', id, place.now + DETAILS_S);
  tellUpdated(place, waits, { status: one.status, next_action: null, ...(pending_reason === undefined ? {} : { pending_reason }) });
  return waits;
}

/** The customer gave the bank details: the refund is on its way. */
export function giveRefundDetails(place: Place, id: string): StripeObject {
  const one = place.need('refund', id);
  if (one.status !== 'requires_action') throw new Refusal(400, { message: `This refund is ${String(one.status)}: nothing is asked of its customer.` });
  const { next_action, ...rest } = one;
  place.due('refund_action_over', id, null);
  place.due('settle_refund', id, place.now + WAITS_S);
  const moves = place.put({ ...rest, status: 'pending', pending_reason: 'processing' });
  tellUpdated(place, moves, { status: 'requires_action', next_action, pending_reason: null });
  return moves;
}

function create(place: Place, params: Params): StripeObject {
  const charge = refundable(place, params);
  const left = Number(charge.amount_captured) - Number(charge.amount_refunded);
  const amount = integer(params, 'amount') ?? left;
  if (amount < 1) throw new Refusal(400, { code: 'parameter_invalid_integer', param: 'amount', message: 'Invalid positive integer' });
  if (amount > left) {
    const currency = String(charge.currency);
    throw new Refusal(400, {
      code: 'amount_too_large',
      param: 'amount',
      message: `Refund amount (${shownAmount(amount, currency)}) is greater than unrefunded amount on charge (${shownAmount(left, currency)})`,
    });
  }
  const waits = waysOf(place, charge).refund === 'waits';
  const id = place.newId('re');
  const transaction = book(place, { amount: -amount, currency: String(charge.currency), kind: 'refund', source: id, description: 'REFUND FOR CHARGE' });
  const made = place.put({
    id,
    object: 'refund',
    amount,
    balance_transaction: transaction.id,
    charge: charge.id,
    created: place.now,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: { card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' }, type: 'card' },
    metadata: mergedMetadata({}, params),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(waits ? { pending_reason: 'processing' } : {}),
    reason: text(params, 'reason') ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: waits ? 'pending' : 'succeeded',
    transfer_reversal: null,
  });
  const total = Number(charge.amount_refunded) + amount;
  const after = place.put({
    ...charge,
    amount_refunded: total,
    refunded: total >= Number(charge.amount_captured),
    ...(made.reason === 'fraudulent' ? { fraud_details: { user_report: 'fraudulent' } } : {}),
  });
  place.emit('refund.created', made);
  place.emit('charge.refunded', after);
  if (waits) place.due('settle_refund', id, place.now + WAITS_S);
  else place.due('refund_reference', id, place.now + REFERENCE_S);
  if (waysOf(place, charge).refund === 'fails') place.due('fail_refund', id, place.now + FAILS_S);
  return made;
}

/** The charge meant, booked and with something that may go back. */
function refundable(place: Place, params: Params): StripeObject {
  const chargeId = text(params, 'charge');
  const intentId = text(params, 'payment_intent');
  if (chargeId && intentId) throw new Refusal(400, { message: 'You may only specify one of these parameters: charge, payment_intent.' });
  if (!chargeId && !intentId) {
    throw new Refusal(400, {
      code: 'parameter_missing',
      message: 'One of the following params should be provided for this request: payment_intent or charge.',
    });
  }
  const found = chargeId ? place.need('charge', chargeId, 'charge') : chargeOf(place, place.need('payment_intent', intentId ?? '', 'payment_intent'));
  if (found.status !== 'succeeded' || !found.captured) {
    throw new Refusal(400, { code: 'charge_not_refundable', param: 'charge', message: `Charge ${found.id} cannot be refunded: it was not captured.` });
  }
  const charge = settled(place, found.id);
  for (const dispute of place.all('dispute', { charge: charge.id })) {
    if (dispute.is_charge_refundable) continue;
    throw new Refusal(400, { code: 'charge_disputed', message: `Charge ${charge.id} has been charged back; cannot issue a refund.` });
  }
  if (Number(charge.amount_refunded) >= Number(charge.amount_captured)) {
    throw new Refusal(400, { code: 'charge_already_refunded', message: `Charge ${charge.id} has already been refunded.` });
  }
  return charge;
}

function chargeOf(place: Place, intent: StripeObject): StripeObject {
  const charge = intent.latest_charge ? place.find('charge', String(intent.latest_charge)) : null;
  if (charge?.status === 'succeeded' && charge.captured) return charge;
  throw new Refusal(400, {
    code: 'charge_not_refundable',
    param: 'payment_intent',
    message: `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
  });
}

function waysOf(place: Place, charge: StripeObject): ReturnType<typeof behaviourOf> {
  const method = place.find('payment_method', String(charge.payment_method));
  return method ? behaviourOf(method) : {};
}

function update(place: Place, id: string, params: Params): StripeObject {
  const before = place.need('refund', id);
  const after = place.put({ ...before, metadata: mergedMetadata(before.metadata, params) });
  const previous = changed(before, after);
  if (Object.keys(previous).length) tellUpdated(place, after, previous);
  return after;
}

function cancel(place: Place, id: string): StripeObject {
  const one = place.need('refund', id);
  if (one.status !== 'requires_action') {
    throw new Refusal(400, {
      message: `Refund ${id} could not be canceled because it has a status of ${String(one.status)}. Only a refund with the status requires_action may be canceled.`,
    });
  }
  const { next_action, ...rest } = one;
  const canceled = returned(place, rest, { status: 'canceled' });
  tellUpdated(place, canceled, { status: 'requires_action', next_action, failure_balance_transaction: null });
  return canceled;
}

function returned(place: Place, one: StripeObject, change: Record<string, unknown>): StripeObject {
  const amount = Number(one.amount);
  const transaction = book(place, { amount, currency: String(one.currency), kind: 'refund_failure', source: one.id, description: 'REFUND FAILURE' });
  const { pending_reason: _reason, ...rest } = one;
  for (const job of ['refund_reference', 'fail_refund', 'settle_refund', 'refund_action_over']) place.due(job, one.id, null);
  const charge = place.find('charge', String(one.charge));
  if (charge) place.put({ ...charge, amount_refunded: Number(charge.amount_refunded) - amount, refunded: false });
  return place.put({ ...rest, ...change, failure_balance_transaction: transaction.id });
}

function giveReference(place: Place, id: string): void {
  const one = place.find('refund', id);
  if (one?.status !== 'succeeded') return;
  const before = one.destination_details;
  const reference = String(7_000_000_000_000 + Number(one.created)).padEnd(23, '0');
  const after = place.put({
    ...one,
    destination_details: { card: { reference, reference_status: 'available', reference_type: 'acquirer_reference_number', type: 'refund' }, type: 'card' },
  });
  tellUpdated(place, after, { destination_details: before });
}

function tellUpdated(place: Place, one: StripeObject, previous: Record<string, unknown>): void {
  place.emit('refund.updated', one, previous);
  if (one.charge) place.emit('charge.refund.updated', one, previous);
}
