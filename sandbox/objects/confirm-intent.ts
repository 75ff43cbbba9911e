// One attempt at a payment intent, and what the card makes of it.
import { belief, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { HOLD_S, failedCharge, paidCharge, type Payment } from './charge.ts';
import { raiseDispute } from './dispute.ts';
import { attachTo, behaviourOf, withoutInside } from './payment-method.ts';
import type { Behaviour } from './test-card.ts';

const TESTS = ['sandbox/wire/conformance.test.ts'];
belief('After a declined attempt the intent is back at requires_payment_method and has let go of the method.', TESTS);
belief('A hold that runs out cancels its intent with the reason "automatic".', TESTS);

export type Attempt = { intent: StripeObject; outcome: 'succeeded' | 'requires_action' | 'declined'; refusal: Refusal | null };
type Ways = { offSession?: boolean; refusesAction?: boolean; returnUrl?: string | null; authenticated?: boolean };
type Declines = NonNullable<Behaviour['declines']>;

const NEEDS_AUTHENTICATION: Declines = {
  code: 'authentication_required',
  decline: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

export function attemptIntent(place: Place, intent: StripeObject, method: StripeObject, ways: Ways): Attempt {
  const { authenticates, declines, dispute } = behaviourOf(method);
  const asks = !ways.authenticated && (authenticates === 'always' || (authenticates === 'once' && !method.set_up));
  if (asks && (ways.offSession || ways.refusesAction)) return declined(place, intent, method, NEEDS_AUTHENTICATION, ways);
  if (asks) return waiting(place, intent, method, ways);
  if (declines) return declined(place, intent, method, declines, ways);
  const made = paid(place, intent, method, ways);
  if (dispute && made.status === 'succeeded') raiseDispute(place, String(made.latest_charge), dispute);
  return { intent: made, outcome: 'succeeded', refusal: null };
}

/** The customer comes back from 3-D Secure. */
export function authenticateIntent(place: Place, id: string, passes: boolean): Attempt {
  const intent = place.need('payment_intent', id);
  if (intent.status !== 'requires_action') throw unexpected(intent, `This PaymentIntent waits for no action: it has a status of ${String(intent.status)}.`);
  const method = place.need('payment_method', String(intent.payment_method), 'payment_method');
  if (passes) return attemptIntent(place, intent, place.put({ ...method, set_up: true }), { authenticated: true });
  const message = 'We are unable to authenticate your payment method. Please choose a different payment method and try again.';
  const error = {
    code: 'payment_intent_authentication_failure',
    doc_url: docs('payment-intent-authentication-failure'),
    message,
    type: 'invalid_request_error',
  };
  const failed = place.put({
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    last_payment_error: { ...error, payment_method: withoutInside(method) },
  });
  place.emit('payment_intent.payment_failed', failed);
  return { intent: failed, outcome: 'declined', refusal: new Refusal(402, { ...error, type: 'card_error', payment_intent: failed }, true) };
}

export function unexpected(intent: StripeObject, message: string): Refusal {
  return new Refusal(400, { code: 'payment_intent_unexpected_state', message, payment_intent: intent });
}

function waiting(place: Place, intent: StripeObject, method: StripeObject, { returnUrl }: Ways): Attempt {
  const next = returnUrl
    ? { redirect_to_url: { return_url: returnUrl, url: `https://hooks.stripe.example/3d_secure_2/${intent.id}` }, type: 'redirect_to_url' }
    : { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', source: intent.id } };
  const waits = place.put({ ...intent, status: 'requires_action', payment_method: method.id, next_action: next, last_payment_error: null });
  place.emit('payment_intent.requires_action', waits);
  return { intent: waits, outcome: 'requires_action', refusal: null };
}

function declined(place: Place, intent: StripeObject, method: StripeObject, declines: Declines, ways: Ways): Attempt {
  const charge = failedCharge(place, method, paymentOf(intent, ways), declines);
  const error = {
    advice_code: 'try_again_later',
    charge: charge.id,
    code: declines.code,
    decline_code: declines.decline,
    doc_url: docs(declines.code.replaceAll('_', '-')),
    message: declines.message,
    network_decline_code: '05',
  };
  const failed = place.put({
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    latest_charge: charge.id,
    last_payment_error: { ...error, payment_method: withoutInside(method), type: 'card_error' },
  });
  place.emit('payment_intent.payment_failed', failed);
  const refusal = new Refusal(402, { ...error, type: 'card_error', payment_intent: failed, payment_method: withoutInside(method) }, true);
  return { intent: failed, outcome: 'declined', refusal };
}

function paid(place: Place, intent: StripeObject, method: StripeObject, ways: Ways): StripeObject {
  const charge = paidCharge(place, method, paymentOf(intent, ways));
  const held = intent.capture_method === 'manual';
  const made = place.put({
    ...intent,
    status: held ? 'requires_capture' : 'succeeded',
    amount_capturable: held ? intent.amount : 0,
    amount_received: held ? 0 : intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.id,
  });
  if (intent.setup_future_usage && intent.customer && !method.customer && !method.detached) attachTo(place, method.id, String(intent.customer));
  if (held) place.due('expire_hold', intent.id, place.now + HOLD_S);
  place.emit(held ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', made);
  return made;
}

function paymentOf(intent: StripeObject, { authenticated }: Ways): Payment {
  return {
    amount: Number(intent.amount),
    currency: String(intent.currency),
    customer: intent.customer === null ? null : String(intent.customer),
    description: intent.description === null ? null : String(intent.description),
    intent: intent.id,
    metadata: { ...(intent.metadata as Record<string, string>) }, // merged by mergedMetadata
    receipt_email: intent.receipt_email,
    shipping: intent.shipping,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    captures: intent.capture_method === 'manual' ? 'by hand' : intent.capture_method === 'automatic' ? 'now' : 'later',
    authenticated: authenticated ?? false,
  };
}

const docs = (code: string): string => `https://stripe.com/docs/error-codes/${code}`;
