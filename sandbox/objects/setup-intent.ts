// Setup intents: saving a card without charging it, each try kept as a setup attempt.
import { type ObjectType, type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { flag, mergedMetadata, needText, text, textOr } from '../core/given.ts';
import { letters } from '../core/id.ts';
import { attachTo, behaviourOf, methodOf, withoutInside } from './payment-method.ts';
import type { Behaviour } from './test-card.ts';

export const setupIntent: ObjectType = {
  object: 'setup_intent',
  prefix: 'seti',
  collection: 'setup_intents',
  indexes: ['customer', 'payment_method'],
  expandable: { customer: 'customer', payment_method: 'payment_method', latest_attempt: 'setup_attempt' },
  listFilters: { customer: 'customer', payment_method: 'payment_method' },
  routes: [
    { method: 'POST', path: '/v1/setup_intents', run: (place, { params }) => create(place, params) },
    {
      method: 'POST',
      path: '/v1/setup_intents/{id}',
      run: (place, { params, path }) => place.put(withGiven(place, open(place, path.id ?? '', 'updated'), params)),
    },
    {
      method: 'POST',
      path: '/v1/setup_intents/{id}/confirm',
      run: (place, { params, path }) => confirm(place, open(place, path.id ?? '', 'confirmed'), params),
    },
    { method: 'POST', path: '/v1/setup_intents/{id}/cancel', run: (place, { params, path }) => cancel(place, open(place, path.id ?? '', 'canceled'), params) },
  ],
};

export const setupAttempt: ObjectType = {
  object: 'setup_attempt',
  prefix: 'setatt',
  collection: 'setup_attempts',
  indexes: ['setup_intent'],
  expandable: { customer: 'customer', payment_method: 'payment_method', setup_intent: 'setup_intent' },
  retrievable: false,
  routes: [
    {
      method: 'GET',
      path: '/v1/setup_attempts',
      run: (place, { params }) => {
        const intent = place.need('setup_intent', needText(params, 'setup_intent'), 'setup_intent').id;
        return place.list('setup_attempt', { setup_intent: intent }, params, '/v1/setup_attempts');
      },
    },
  ],
};

/** The customer comes back from 3-D Secure. */
export function authenticateSetup(place: Place, id: string, passes: boolean): StripeObject {
  const intent = place.need('setup_intent', id);
  if (intent.status !== 'requires_action') throw new Refusal(400, { message: `This SetupIntent waits for no action: it is ${String(intent.status)}.` });
  const method = place.need('payment_method', String(intent.payment_method), 'payment_method');
  if (passes) return saved(place, intent, method, String(intent.latest_attempt));
  return failed(place, intent, method, String(intent.latest_attempt), {
    code: 'setup_intent_authentication_failure',
    decline: 'authentication_required',
    message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  }).intent;
}

function create(place: Place, params: Params): StripeObject {
  const id = place.newId('seti');
  const intent = place.put(
    withGiven(
      place,
      {
        id,
        object: 'setup_intent',
        allowed_payment_method_types: null,
        application: place.application,
        automatic_payment_methods: params.payment_method_types === undefined ? { allow_redirects: 'always', enabled: true } : null,
        cancellation_reason: null,
        client_secret: `${id}_secret_${letters(25)}`,
        created: place.now,
        customer: null,
        customer_account: null,
        description: null,
        excluded_payment_method_types: null,
        flow_directions: null,
        last_setup_error: null,
        latest_attempt: null,
        livemode: place.livemode,
        mandate: null,
        metadata: {},
        next_action: null,
        on_behalf_of: null,
        payment_method: null,
        payment_method_configuration_details: null,
        payment_method_options: { card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
        payment_method_types: Array.isArray(params.payment_method_types) ? params.payment_method_types.map(String) : ['card'],
        single_use_mandate: null,
        status: 'requires_payment_method',
        usage: text(params, 'usage') ?? 'off_session',
      },
      params,
    ),
  );
  place.emit('setup_intent.created', intent);
  return flag(params, 'confirm') ? confirm(place, intent, {}) : intent;
}

function confirm(place: Place, before: StripeObject, params: Params): StripeObject {
  const intent = place.put(withGiven(place, before, params));
  if (!intent.payment_method) throw unexpected(intent, "You cannot confirm this SetupIntent because it's missing a payment method.");
  const method = place.need('payment_method', String(intent.payment_method), 'payment_method');
  const { authenticates, declines, attaches } = behaviourOf(method);
  const attempt = newAttempt(place, intent, method).id;
  const tried = place.put({ ...intent, latest_attempt: attempt });
  if (authenticates && !method.set_up) {
    const next = { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', source: intent.id } };
    const waits = place.put({ ...tried, status: 'requires_action', next_action: next });
    place.emit('setup_intent.requires_action', waits);
    return waits;
  }
  if (!declines || attaches) return saved(place, tried, method, attempt);
  throw failed(place, tried, method, attempt, declines).refusal;
}

function cancel(place: Place, intent: StripeObject, params: Params): StripeObject {
  const canceled = place.put({ ...intent, status: 'canceled', cancellation_reason: text(params, 'cancellation_reason') ?? null, next_action: null });
  place.emit('setup_intent.canceled', canceled);
  return canceled;
}

function saved(place: Place, intent: StripeObject, method: StripeObject, attempt: string): StripeObject {
  place.put({ ...method, set_up: true });
  if (intent.customer && !method.customer) attachTo(place, method.id, String(intent.customer));
  place.put({ ...place.need('setup_attempt', attempt), status: 'succeeded' });
  const done = place.put({ ...intent, status: 'succeeded', next_action: null, last_setup_error: null });
  place.emit('setup_intent.succeeded', done);
  return done;
}

function failed(
  place: Place,
  intent: StripeObject,
  method: StripeObject,
  attempt: string,
  declines: NonNullable<Behaviour['declines']>,
): { intent: StripeObject; refusal: Refusal } {
  const error = {
    code: declines.code,
    decline_code: declines.decline,
    doc_url: `https://stripe.com/docs/error-codes/${declines.code.replaceAll('_', '-')}`,
    message: declines.message,
    payment_method: withoutInside(method),
    type: 'card_error' as const,
  };
  place.put({ ...place.need('setup_attempt', attempt), status: 'failed', setup_error: error });
  const back = place.put({ ...intent, status: 'requires_payment_method', payment_method: null, next_action: null, last_setup_error: error });
  place.emit('setup_intent.setup_failed', back);
  return { intent: back, refusal: new Refusal(402, { ...error, setup_intent: back }, true) };
}

function newAttempt(place: Place, intent: StripeObject, method: StripeObject): StripeObject {
  const card = method.card as Record<string, unknown>; // made by payment-method.ts
  return place.put({
    id: place.newId('setatt'),
    object: 'setup_attempt',
    application: place.application,
    created: place.now,
    customer: intent.customer,
    customer_account: null,
    flow_directions: null,
    livemode: place.livemode,
    on_behalf_of: null,
    payment_method: method.id,
    payment_method_details: {
      card: {
        brand: card.brand,
        checks: card.checks,
        country: card.country,
        exp_month: card.exp_month,
        exp_year: card.exp_year,
        funding: card.funding,
        last4: card.last4,
        network: card.brand,
        three_d_secure: null,
        wallet: null,
      },
      type: 'card',
    },
    setup_error: null,
    setup_intent: intent.id,
    status: 'requires_confirmation',
    usage: intent.usage,
  });
}

function withGiven(place: Place, old: StripeObject, params: Params): StripeObject {
  const customer = text(params, 'customer');
  if (customer) place.need('customer', customer, 'customer');
  const given = text(params, 'payment_method');
  const method = given ? methodOf(place, given) : null;
  const owner = customer ?? old.customer;
  if (method?.customer && method.customer !== owner) {
    throw new Refusal(400, { message: `The provided PaymentMethod (${method.id}) does not belong to the Customer of this SetupIntent.` });
  }
  return {
    ...old,
    customer: owner,
    description: textOr(params, 'description', old.description),
    metadata: mergedMetadata(old.metadata, params),
    ...(method ? { payment_method: method.id, status: 'requires_confirmation', next_action: null } : {}),
  };
}

function open(place: Place, id: string, verb: string): StripeObject {
  const intent = place.need('setup_intent', id);
  if (intent.status !== 'succeeded' && intent.status !== 'canceled') return intent;
  throw unexpected(intent, `This SetupIntent cannot be ${verb} because it has a status of ${intent.status}.`);
}

function unexpected(intent: StripeObject, message: string): Refusal {
  return new Refusal(400, { code: 'setup_intent_unexpected_state', message, setup_intent: intent });
}
