// Charges: every attempt at a payment, booked to the balance once captured.
import { belief, type ObjectType, type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { changed, flag, hash, integer, mergedMetadata, needText, text, textOr } from '../core/given.ts';
import { checkChargeable } from '../core/money.ts';
import { descriptor } from './account.ts';
import { book } from './balance-transaction.ts';
import { shippingOf } from './customer.ts';
import { behaviourOf, methodOf } from './payment-method.ts';
import type { Behaviour } from './test-card.ts';

const TESTS = ['sandbox/wire/conformance.test.ts', 'sandbox/objects/ledger-proof.test.ts'];
belief('With asynchronous capture the balance transaction follows two seconds after the charge, told by charge.updated.', TESTS);
belief('A hold runs out after seven days.', TESTS);

const ASYNC_S = 2;
export const HOLD_S = 7 * 86_400;

export const charge: ObjectType = {
  object: 'charge',
  prefix: 'ch',
  collection: 'charges',
  indexes: ['customer', 'payment_intent', 'transfer_group'],
  expandable: {
    customer: 'customer',
    payment_intent: 'payment_intent',
    balance_transaction: 'balance_transaction',
    failure_balance_transaction: 'balance_transaction',
  },
  included: { refunds: (place, { id }) => place.list('refund', { charge: id }, {}, `/v1/charges/${id}/refunds`) },
  listFilters: { customer: 'customer', payment_intent: 'payment_intent', transfer_group: 'transfer_group' },
  routes: [
    { method: 'POST', path: '/v1/charges', run: (place, { params }) => createBare(place, params) },
    { method: 'POST', path: '/v1/charges/{id}', run: (place, { params, path }) => update(place, path.id ?? '', params) },
  ],
  due: { settle_charge: settle },
};

export type Payment = {
  amount: number;
  currency: string;
  customer: string | null;
  description: string | null;
  intent: string | null;
  metadata: Record<string, string>;
  receipt_email: unknown;
  shipping: unknown;
  statement_descriptor: unknown;
  statement_descriptor_suffix: unknown;
  captures: 'now' | 'later' | 'by hand';
  authenticated: boolean;
};

type Declines = NonNullable<Behaviour['declines']>;

export function failedCharge(place: Place, method: StripeObject, payment: Payment, declines: Declines): StripeObject {
  const made = place.put({
    ...bare(place, method, payment),
    status: 'failed',
    paid: false,
    captured: false,
    amount_captured: 0,
    failure_code: declines.code,
    failure_message: declines.message,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: '05',
      network_status: behaviourOf(method).risk === 'highest' ? 'not_sent_to_network' : 'declined_by_network',
      reason: declines.decline,
      risk_level: behaviourOf(method).risk ?? 'normal',
      seller_message: 'The bank did not return any further details with this decline.',
      type: behaviourOf(method).risk === 'highest' ? 'blocked' : 'issuer_declined',
    },
  });
  place.emit('charge.failed', made);
  return made;
}

export function paidCharge(place: Place, method: StripeObject, payment: Payment): StripeObject {
  const captured = payment.captures !== 'by hand';
  const made = place.put({ ...bare(place, method, payment), captured, amount_captured: captured ? payment.amount : 0 });
  if (payment.captures === 'later') place.due('settle_charge', made.id, place.now + ASYNC_S);
  const booked = payment.captures === 'now' ? booking(place, made) : made;
  place.emit('charge.succeeded', booked);
  return booked;
}

export function captureCharge(place: Place, id: string, amount: number): StripeObject {
  const held = place.need('charge', id);
  const captured = booking(place, place.put({ ...held, captured: true, amount_captured: amount }));
  place.emit('charge.captured', captured);
  return captured;
}

/** The hold's money goes back without ever having been booked. */
export function releaseCharge(place: Place, id: string, event: 'charge.refunded' | 'charge.expired'): StripeObject {
  const held = place.need('charge', id);
  const released = place.put({ ...held, refunded: true, amount_refunded: held.amount });
  place.emit(event, released);
  return released;
}

/** Books the charge now if that is still to come: what follows from it needs its transaction. */
export function settled(place: Place, id: string): StripeObject {
  settle(place, id);
  return place.need('charge', id, 'charge');
}

function settle(place: Place, id: string): void {
  place.due('settle_charge', id, null);
  const open = place.find('charge', id);
  if (!open?.captured || open.balance_transaction || open.status !== 'succeeded') return;
  place.emit('charge.updated', booking(place, open), { balance_transaction: null });
}

function booking(place: Place, one: StripeObject): StripeObject {
  const method = typeof one.payment_method === 'string' ? place.find('payment_method', one.payment_method) : null;
  const transaction = book(place, {
    amount: Number(one.amount_captured),
    currency: String(one.currency),
    kind: 'charge',
    source: one.id,
    description: one.description === null ? null : String(one.description),
    availableAtOnce: method ? behaviourOf(method).available : false,
  });
  return place.put({ ...one, balance_transaction: transaction.id });
}

function createBare(place: Place, params: Params): StripeObject {
  const amount = integer(params, 'amount') ?? 0;
  const currency = needText(params, 'currency').toLowerCase();
  checkChargeable(amount, currency);
  const customer = text(params, 'customer') ?? null;
  if (customer) place.need('customer', customer, 'customer');
  const method = methodOf(place, needText(params, 'source'), 'source');
  const payment: Payment = {
    amount,
    currency,
    customer,
    description: text(params, 'description') ?? null,
    intent: null,
    metadata: mergedMetadata({}, params),
    receipt_email: text(params, 'receipt_email') ?? null,
    shipping: shippingOf(hash(params, 'shipping'), null),
    statement_descriptor: text(params, 'statement_descriptor') ?? null,
    statement_descriptor_suffix: text(params, 'statement_descriptor_suffix') ?? null,
    captures: flag(params, 'capture') === false ? 'by hand' : 'now',
    authenticated: false,
  };
  const { declines } = behaviourOf(method);
  if (!declines) return paidCharge(place, method, payment);
  const failed = failedCharge(place, method, payment, declines);
  throw new Refusal(402, { type: 'card_error', code: declines.code, decline_code: declines.decline, message: declines.message, charge: failed.id }, true);
}

function update(place: Place, id: string, params: Params): StripeObject {
  const before = place.need('charge', id);
  const fraud = hash(params, 'fraud_details');
  const customer = text(params, 'customer');
  if (customer) place.need('customer', customer, 'customer');
  const after = place.put({
    ...before,
    customer: customer ?? before.customer,
    description: textOr(params, 'description', before.description),
    fraud_details: fraud ? { user_report: text(fraud, 'user_report') ?? undefined } : before.fraud_details,
    metadata: mergedMetadata(before.metadata, params),
    receipt_email: textOr(params, 'receipt_email', before.receipt_email),
    shipping: shippingOf(hash(params, 'shipping'), before.shipping),
    transfer_group: textOr(params, 'transfer_group', before.transfer_group),
  });
  const previous = changed(before, after);
  if (Object.keys(previous).length) place.emit('charge.updated', after, previous);
  return after;
}

function bare(place: Place, method: StripeObject, payment: Payment): StripeObject {
  const card = method.card as Record<string, unknown>; // made by payment-method.ts
  const { risk } = behaviourOf(method);
  return {
    id: place.newId('ch'),
    object: 'charge',
    amount: payment.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: place.application,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: payment.statement_descriptor ?? descriptor(place.merchant.name),
    captured: false,
    created: place.now,
    currency: payment.currency,
    customer: payment.customer,
    description: payment.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: place.livemode,
    metadata: payment.metadata,
    on_behalf_of: null,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: 'approved_by_network',
      reason: risk === 'elevated' ? 'elevated_risk_level' : null,
      risk_level: risk ?? 'normal',
      risk_score: risk === 'elevated' ? 74 : 20 + (payment.amount % 37),
      seller_message: 'Payment complete.',
      type: 'authorized',
    },
    paid: true,
    payment_intent: payment.intent,
    payment_method: method.id,
    payment_method_details: {
      card: {
        amount_authorized: payment.amount,
        authorization_code: String(100_000 + ((place.now * 7 + payment.amount) % 900_000)),
        brand: card.brand,
        ...(payment.captures === 'by hand' ? { capture_before: place.now + HOLD_S } : {}),
        checks: card.checks,
        country: card.country,
        electronic_commerce_indicator: null,
        exp_month: card.exp_month,
        exp_year: card.exp_year,
        fingerprint: card.fingerprint,
        funding: card.funding,
        installments: null,
        last4: card.last4,
        mandate: null,
        network: card.brand,
        network_transaction_id: null,
        regulated_status: card.regulated_status,
        three_d_secure: payment.authenticated
          ? {
              authentication_flow: 'challenge',
              electronic_commerce_indicator: '05',
              exemption_indicator: null,
              result: 'authenticated',
              result_reason: null,
              transaction_id: null,
              version: '2.2.0',
            }
          : null,
        transaction_link_id: null,
        wallet: null,
      },
      type: 'card',
    },
    receipt_email: payment.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: payment.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: payment.statement_descriptor,
    statement_descriptor_suffix: payment.statement_descriptor_suffix,
    status: 'succeeded',
    transfer_data: null,
    transfer_group: null,
  };
}
