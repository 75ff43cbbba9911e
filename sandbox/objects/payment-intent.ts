// Payment intents: made, changed, confirmed, captured, canceled.
import { type ObjectType, type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { flag, integer, mergedMetadata, needText, text, textOr } from '../core/given.ts';
import { checkChargeable } from '../core/money.ts';
import { captureCharge, releaseCharge } from './charge.ts';
import { attemptIntent, authenticateIntent, type Attempt, unexpected } from './confirm-intent.ts';
import { bareIntent, chosenMethod, withGiven } from './intent-fields.ts';
import { raiseDispute } from './dispute.ts';
import { behaviourOf, methodOf } from './payment-method.ts';

export const paymentIntent: ObjectType = {
  object: 'payment_intent',
  prefix: 'pi',
  collection: 'payment_intents',
  indexes: ['customer'],
  expandable: { customer: 'customer', latest_charge: 'charge', payment_method: 'payment_method' },
  listFilters: { customer: 'customer' },

  routes: [
    { method: 'POST', path: '/v1/payment_intents', run: (place, { params }) => create(place, params) },
    { method: 'POST', path: '/v1/payment_intents/{id}', run: (place, { params, path }) => update(place, path.id ?? '', params) },
    { method: 'POST', path: '/v1/payment_intents/{id}/confirm', run: (place, { params, path }) => confirm(place, path.id ?? '', params) },
    { method: 'POST', path: '/v1/payment_intents/{id}/capture', run: (place, { params, path }) => capture(place, path.id ?? '', params) },
    {
      method: 'POST',
      path: '/v1/payment_intents/{id}/cancel',
      run: (place, { params, path }) => cancelIntent(place, path.id ?? '', text(params, 'cancellation_reason') ?? null),
    },
  ],
  due: { expire_hold: expireHold },
};

export type PayOf = {
  amount: number;
  currency: string;
  customer: string | null;
  method: string;
  description?: string;
  metadata?: Record<string, string>;
  statement?: string;
  offSession?: boolean;
};

/** Creates and confirms in one; a declined attempt stays. A card that asks for 3-D Secure waits for its customer, on session or off. */
export function pay(place: Place, { amount, currency, customer, method, description, metadata = {}, statement }: PayOf): Attempt {
  const intent = place.put({
    ...bareIntent(place, amount, currency),
    customer,
    description: description ?? null,
    metadata,
    statement_descriptor: statement ?? null,
    setup_future_usage: 'off_session',
  });
  place.emit('payment_intent.created', intent);
  return attemptIntent(place, intent, methodOf(place, method), {});
}

/** A further try with that method. */
export function confirmIntent(place: Place, id: string, method: string): Attempt {
  return attemptIntent(place, place.need('payment_intent', id, 'intent'), methodOf(place, method), {});
}

export { authenticateIntent };

export function cancelIntent(place: Place, id: string, reason: string | null): StripeObject {
  const intent = place.need('payment_intent', id);
  if (!CANCELABLE.includes(String(intent.status))) {
    throw unexpected(
      intent,
      `You cannot cancel this PaymentIntent because it has a status of ${String(intent.status)}. Only a PaymentIntent with one of the following statuses may be canceled: ${CANCELABLE.join(', ')}.`,
    );
  }
  if (intent.status === 'requires_capture') releaseCharge(place, String(intent.latest_charge), reason === 'automatic' ? 'charge.expired' : 'charge.refunded');
  place.due('expire_hold', id, null);
  const canceled = place.put({ ...intent, status: 'canceled', canceled_at: place.now, cancellation_reason: reason, amount_capturable: 0, next_action: null });
  place.emit('payment_intent.canceled', canceled);
  return canceled;
}

const CANCELABLE = ['requires_payment_method', 'requires_capture', 'requires_confirmation', 'requires_action', 'processing'];
const CHANGEABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

function create(place: Place, params: Params): StripeObject {
  const amount = integer(params, 'amount');
  if (amount === undefined) throw new Refusal(400, { code: 'parameter_missing', param: 'amount', message: 'Missing required param: amount.' });
  const currency = needText(params, 'currency').toLowerCase();
  if (!/^[a-z]{3}$/.test(currency)) throw new Refusal(400, { param: 'currency', message: `Invalid currency: ${currency.slice(0, 20)}.` });
  checkChargeable(amount, currency);
  const customer = text(params, 'customer') ?? null;
  if (customer) place.need('customer', customer, 'customer');
  const method = chosenMethod(place, params, customer);
  const types = Array.isArray(params.payment_method_types) ? params.payment_method_types.map(String) : ['card'];
  const automatic = params.payment_method_types === undefined;
  const intent = place.put(
    withGiven(
      {
        ...bareIntent(place, amount, currency),
        automatic_payment_methods: automatic ? { allow_redirects: 'always', enabled: true } : null,
        capture_method: text(params, 'capture_method') ?? 'automatic_async',
        confirmation_method: text(params, 'confirmation_method') ?? 'automatic',
        customer,
        payment_method: method?.id ?? null,
        payment_method_types: types,
        setup_future_usage: text(params, 'setup_future_usage') ?? null,
        status: method ? 'requires_confirmation' : 'requires_payment_method',
      },
      params,
    ),
  );
  place.emit('payment_intent.created', intent);
  if (flag(params, 'confirm') !== true) return intent;
  if (!method) {
    throw new Refusal(400, {
      code: 'payment_intent_unexpected_state',
      message:
        'You cannot confirm this PaymentIntent because it’s missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.',
    });
  }
  return answerOf(attemptIntent(place, intent, method, waysOf(params)));
}

function update(place: Place, id: string, params: Params): StripeObject {
  const old = place.need('payment_intent', id);
  const money = ['amount', 'currency', 'customer', 'payment_method', 'setup_future_usage', 'capture_method'].some((name) => params[name] !== undefined);
  if (money && !CHANGEABLE.includes(String(old.status))) {
    throw unexpected(
      old,
      `This PaymentIntent's ${old.status === 'requires_capture' ? 'amount' : 'details'} could not be updated because it has a status of ${String(old.status)}.`,
    );
  }
  const amount = integer(params, 'amount') ?? Number(old.amount);
  const currency = (text(params, 'currency') ?? String(old.currency)).toLowerCase();
  if (money) checkChargeable(amount, currency);
  const customer = textOr(params, 'customer', old.customer) as string | null; // a customer is an id or null
  if (typeof params.customer === 'string' && customer) place.need('customer', customer, 'customer');
  const method = chosenMethod(place, params, customer);
  return place.put(
    withGiven(
      {
        ...old,
        amount,
        currency,
        customer,
        capture_method: text(params, 'capture_method') ?? old.capture_method,
        setup_future_usage: textOr(params, 'setup_future_usage', old.setup_future_usage),
        ...(method ? { payment_method: method.id, status: 'requires_confirmation', next_action: null } : {}),
      },
      params,
    ),
  );
}

function confirm(place: Place, id: string, params: Params): StripeObject {
  const old = place.need('payment_intent', id);
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(String(old.status))) {
    throw unexpected(
      old,
      old.status === 'succeeded'
        ? 'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
        : `You cannot confirm this PaymentIntent because it has a status of ${String(old.status)}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.`,
    );
  }
  const method =
    chosenMethod(place, params, old.customer as string | null) ??
    (old.payment_method ? place.need('payment_method', String(old.payment_method), 'payment_method') : null); // an id or null
  if (!method) {
    throw unexpected(
      old,
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    );
  }
  const intent = place.put(
    withGiven(
      {
        ...old,
        capture_method: text(params, 'capture_method') ?? old.capture_method,
        setup_future_usage: textOr(params, 'setup_future_usage', old.setup_future_usage),
      },
      params,
    ),
  );
  return answerOf(attemptIntent(place, intent, method, waysOf(params)));
}

function capture(place: Place, id: string, params: Params): StripeObject {
  const old = place.need('payment_intent', id);
  if (old.status !== 'requires_capture') {
    throw unexpected(
      old,
      `This PaymentIntent could not be captured because it has a status of ${String(old.status)}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
    );
  }
  const amount = integer(params, 'amount_to_capture') ?? Number(old.amount_capturable);
  if (amount < 1)
    throw new Refusal(400, { code: 'parameter_invalid_integer', param: 'amount_to_capture', message: 'This value must be greater than or equal to 1.' });
  if (amount > Number(old.amount_capturable)) {
    throw new Refusal(400, {
      code: 'amount_too_large',
      param: 'amount_to_capture',
      message: `The amount to capture is greater than the amount you can capture for this charge (${String(old.amount_capturable)}).`,
    });
  }
  place.due('expire_hold', id, null);
  captureCharge(place, String(old.latest_charge), amount);
  const captured = place.put({ ...old, metadata: mergedMetadata(old.metadata, params), amount_capturable: 0, amount_received: amount, status: 'succeeded' });
  place.emit('payment_intent.succeeded', captured);
  const method = place.find('payment_method', String(old.payment_method));
  const { dispute } = method ? behaviourOf(method) : {};
  if (dispute) raiseDispute(place, String(old.latest_charge), dispute);
  return captured;
}

function expireHold(place: Place, id: string): void {
  if (place.find('payment_intent', id)?.status === 'requires_capture') cancelIntent(place, id, 'automatic');
}

function answerOf({ intent, refusal }: Attempt): StripeObject {
  if (refusal) throw refusal;
  return intent;
}

function waysOf(params: Params): { offSession?: boolean; refusesAction?: boolean; returnUrl?: string | null } {
  const offSession = params.off_session;
  return {
    offSession: offSession !== undefined && offSession !== false && offSession !== 'false' && offSession !== '',
    refusesAction: flag(params, 'error_on_requires_action'),
    returnUrl: text(params, 'return_url'),
  };
}
