// Payment methods: test cards made from Stripe's names and numbers, attached to customers and detached for good.
import { belief, type ObjectType, type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { changed, hash, integer, mergedMetadata, needText, text } from '../core/given.ts';
import { type Behaviour, fingerprintOf, type TestCard, testCardNamed, testCardNumbered } from './test-card.ts';

const TESTS = ['sandbox/wire/conformance.test.ts'];
belief('A detached payment method can never be attached or charged again.', TESTS);
belief('Attaching a card that declines is refused with 402, except the one that only fails later charges.', TESTS);

export const paymentMethod: ObjectType = {
  object: 'payment_method',
  prefix: 'pm',
  collection: 'payment_methods',
  indexes: ['customer', 'type'],
  expandable: { customer: 'customer' },
  listFilters: { customer: 'customer', type: 'type' },
  shown: (_place, method) => withoutInside(method),
  routes: [
    { method: 'POST', path: '/v1/payment_methods', run: (place, { params }) => create(place, params) },
    { method: 'POST', path: '/v1/payment_methods/{id}', run: (place, { params, path }) => update(place, path.id ?? '', params) },
    {
      method: 'POST',
      path: '/v1/payment_methods/{id}/attach',
      run: (place, { params, path }) => attachTo(place, path.id ?? '', needText(params, 'customer'), 'id'),
    },
    { method: 'POST', path: '/v1/payment_methods/{id}/detach', run: (place, { path }) => detach(place, path.id ?? '') },
    {
      method: 'GET',
      path: '/v1/customers/{id}/payment_methods',
      run: (place, { params, path }) => {
        const customer = place.need('customer', path.id ?? '', 'customer').id;
        const type = text(params, 'type');
        return place.list('payment_method', { customer, ...(type ? { type } : {}) }, params, `/v1/customers/${customer}/payment_methods`);
      },
    },
    {
      method: 'GET',
      path: '/v1/customers/{id}/payment_methods/{method}',
      run: (place, { path }) => {
        const method = place.need('payment_method', path.method ?? '', 'payment_method');
        if (method.customer !== path.id)
          throw new Refusal(404, { code: 'resource_missing', param: 'payment_method', message: `No such payment_method: '${method.id}'` });
        return method;
      },
    },
  ],
};

/** The payment method an id names; Stripe's test names (pm_card_visa) make a new one. */
export function methodOf(place: Place, given: string, param = 'payment_method'): StripeObject {
  const card = testCardNamed(given);
  return card ? place.put(made(place, given, card)) : place.need('payment_method', given, param);
}

/** What the sandbox alone knows of it stays inside. */
export function withoutInside({ test_card: _card, detached: _gone, set_up: _set, ...method }: StripeObject): StripeObject {
  return method;
}

export function behaviourOf(method: StripeObject): Behaviour {
  return (typeof method.test_card === 'string' ? testCardNumbered(method.test_card)?.behaviour : undefined) ?? {};
}

export function attachTo(place: Place, given: string, customer: string, param = 'payment_method'): StripeObject {
  const owner = place.need('customer', customer, 'customer');
  const method = methodOf(place, given, param);
  if (method.customer === owner.id) return method;
  if (method.customer || method.detached) {
    throw new Refusal(400, {
      message: method.customer
        ? 'The payment method you provided has already been attached to a customer.'
        : 'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
    });
  }
  const { declines, attaches } = behaviourOf(method);
  if (declines && !attaches) {
    throw new Refusal(402, { type: 'card_error', code: declines.code, decline_code: declines.decline, message: declines.message, param: '' });
  }
  const attached = place.put({ ...method, customer: owner.id });
  place.emit('payment_method.attached', attached);
  return attached;
}

export function detachFrom(place: Place, method: StripeObject): StripeObject {
  const detached = place.put({ ...method, customer: null, detached: true });
  place.emit('payment_method.detached', detached, { customer: method.customer });
  clearDefaults(place, String(method.customer), method.id);
  return detached;
}

function create(place: Place, params: Params): StripeObject {
  const type = text(params, 'type') ?? 'card';
  if (type !== 'card') throw new Refusal(400, { param: 'type', message: `This sandbox makes card payment methods only, not ${type}.` });
  const given = hash(params, 'card');
  if (!given) throw new Refusal(400, { code: 'parameter_missing', param: 'card', message: 'Missing required param: card.' });
  const token = text(given, 'token');
  const number = text(given, 'number') ?? '';
  const card = token ? testCardNamed(token) : testCardNumbered(number);
  if (!card) {
    if (token) throw new Refusal(400, { code: 'resource_missing', param: 'card[token]', message: `No such token: '${token}'` });
    throw new Refusal(402, { type: 'card_error', code: 'incorrect_number', param: 'number', message: 'Your card number is incorrect.' });
  }
  const bare = made(place, token ?? '', card);
  const expiry = { exp_month: integer(given, 'exp_month') ?? cardOf(bare).exp_month, exp_year: integer(given, 'exp_year') ?? cardOf(bare).exp_year };
  return place.put(withGiven({ ...bare, card: { ...cardOf(bare), ...expiry } }, params));
}

function update(place: Place, id: string, params: Params): StripeObject {
  const before = place.need('payment_method', id);
  const given = hash(params, 'card') ?? {};
  const card = {
    ...cardOf(before),
    exp_month: integer(given, 'exp_month') ?? cardOf(before).exp_month,
    exp_year: integer(given, 'exp_year') ?? cardOf(before).exp_year,
  };
  const after = place.put(withGiven({ ...before, card }, params));
  const previous = changed(before, after);
  if (after.customer && Object.keys(previous).length) place.emit('payment_method.updated', after, previous);
  return after;
}

function detach(place: Place, id: string): StripeObject {
  const method = place.need('payment_method', id);
  if (!method.customer) {
    throw new Refusal(400, { message: 'The payment method you provided is not attached to a customer so detachment is impossible.' });
  }
  return detachFrom(place, method);
}

function clearDefaults(place: Place, customer: string, method: string): void {
  const owner = place.find('customer', customer);
  const settings = owner?.invoice_settings as { default_payment_method?: unknown } | undefined; // made by customer's create
  if (!owner || settings?.default_payment_method !== method) return;
  const after = place.put({ ...owner, invoice_settings: { ...settings, default_payment_method: null } });
  place.emit('customer.updated', after, { invoice_settings: { default_payment_method: method } });
}

function withGiven(old: StripeObject, params: Params): StripeObject {
  const billing = hash(params, 'billing_details');
  const before = old.billing_details as Record<string, unknown>; // made below
  const redisplay = text(params, 'allow_redisplay');
  return {
    ...old,
    ...(redisplay ? { allow_redisplay: redisplay } : {}),
    billing_details: billing
      ? {
          ...before,
          ...Object.fromEntries(['name', 'email', 'phone'].filter((name) => billing[name] !== undefined).map((name) => [name, text(billing, name)])),
          address: billing.address ? { ...(before.address as object), ...billing.address } : before.address,
        }
      : before,
    metadata: mergedMetadata(old.metadata, params),
  };
}

/** A legacy card as what can be charged: the same id, the same customer. */
export function cardAsMethod(place: Place, source: StripeObject, known: TestCard): StripeObject {
  return { ...made(place, '', known), id: source.id, customer: source.customer };
}

type Card = { exp_month: number; exp_year: number; [field: string]: unknown };
const cardOf = (method: StripeObject): Card => method.card as Card; // made below

function made(place: Place, name: string, card: TestCard): StripeObject {
  const at = new Date(place.now * 1000);
  return {
    id: place.newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: {
      address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
      email: null,
      name: null,
      phone: null,
      tax_id: null,
    },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: name.startsWith('pm_card') ? null : 'pass' },
      country: card.country,
      display_brand: card.brand === 'amex' ? 'american_express' : card.brand,
      exp_month: at.getUTCMonth() + 1,
      exp_year: at.getUTCFullYear() + (Number(card.number.slice(-2)) % 3) + 1,
      fingerprint: fingerprintOf(place.account, card),
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: place.now,
    customer: null,
    customer_account: null,
    livemode: place.livemode,
    metadata: {},
    type: 'card',
    test_card: card.number,
  };
}
