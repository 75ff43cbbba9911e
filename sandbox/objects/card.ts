// Legacy cards of a customer. Each can be charged and read as a payment method under the same id, as Stripe does it.
import { belief, type List, type ObjectType, type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { changed, integer, mergedMetadata, needText, textOr } from '../core/given.ts';
import { cardAsMethod } from './payment-method.ts';
import { type TestCard, testCardNamed } from './test-card.ts';

belief('A legacy card_ is listed among its customer’s payment methods; taken off the customer, it is gone.', ['sandbox/wire/conformance.test.ts']);

export const card: ObjectType = {
  object: 'card',
  prefix: 'card',
  collection: 'cards',
  indexes: ['customer'],
  expandable: { customer: 'customer' },
  retrievable: false,
  shown: (_place, { test_card: _card, ...shown }) => shown, // what the sandbox alone knows stays inside
  routes: [
    {
      method: 'GET',
      path: '/v1/customers/{customerId}/sources',
      run: (place, { params, path }) => sourcesOf(place, place.need('customer', path.customerId ?? '').id, params),
    },
    {
      method: 'POST',
      path: '/v1/customers/{customerId}/sources',
      run: (place, { params, path }) => addSource(place, path.customerId ?? '', needText(params, 'source'), params),
    },
    { method: 'GET', path: '/v1/customers/{customerId}/sources/{id}', run: (place, { path }) => ownCard(place, path.customerId ?? '', path.id ?? '') },
    {
      method: 'POST',
      path: '/v1/customers/{customerId}/sources/{id}',
      run: (place, { params, path }) => update(place, ownCard(place, path.customerId ?? '', path.id ?? ''), params),
    },
    {
      method: 'DELETE',
      path: '/v1/customers/{customerId}/sources/{id}',
      run: (place, { path }) => removeSource(place, ownCard(place, path.customerId ?? '', path.id ?? '')),
    },
  ],
  reacts: {
    'customer.deleted': (place, customer) => {
      for (const one of place.all('card', { customer: customer.id })) removeSource(place, one);
    },
  },
};

export function sourcesOf(place: Place, customer: string, params: Params = {}): List {
  return place.list('card', { customer }, params, `/v1/customers/${customer}/sources`);
}

/** Makes a card of Stripe's test token and hangs it on the customer; the first one becomes the default. */
export function addSource(place: Place, customerId: string, token: string, params: Params = {}): StripeObject {
  const customer = place.need('customer', customerId);
  const known = testCardNamed(token);
  if (!known) throw new Refusal(400, { code: 'resource_missing', param: 'source', message: `No such token: '${token}'` });
  const { declines, attaches } = known.behaviour;
  if (declines && !attaches) {
    throw new Refusal(402, { type: 'card_error', code: declines.code, decline_code: declines.decline, message: declines.message });
  }
  const made = place.put(cardOf(place, customer.id, known, mergedMetadata({}, params)));
  place.put(cardAsMethod(place, made, known));
  place.emit('customer.source.created', made);
  if (!customer.default_source) setDefault(place, customer, made.id);
  return made;
}

function update(place: Place, before: StripeObject, params: Params): StripeObject {
  const after = place.put({
    ...before,
    metadata: mergedMetadata(before.metadata, params),
    name: textOr(params, 'name', before.name),
    exp_month: integer(params, 'exp_month') ?? before.exp_month,
    exp_year: integer(params, 'exp_year') ?? before.exp_year,
  });
  const previous = changed(before, after);
  if (Object.keys(previous).length) place.emit('customer.source.updated', after, previous);
  return after;
}

function removeSource(place: Place, gone: StripeObject): StripeObject {
  const answer = place.remove('card', gone.id);
  place.remove('payment_method', gone.id);
  place.emit('customer.source.deleted', gone);
  const owner = place.find('customer', String(gone.customer));
  if (owner?.default_source === gone.id) setDefault(place, owner, place.all('card', { customer: owner.id })[0]?.id ?? null);
  return answer;
}

function setDefault(place: Place, customer: StripeObject, source: string | null): void {
  place.emit('customer.updated', place.put({ ...customer, default_source: source }), { default_source: customer.default_source });
}

function ownCard(place: Place, customer: string, id: string): StripeObject {
  const found = place.find('card', id);
  if (found?.customer === customer) return found;
  throw new Refusal(404, { code: 'resource_missing', param: 'id', message: `No such source: '${id}'` });
}

function cardOf(place: Place, customer: string, { number, brand, country, funding }: TestCard, metadata: Record<string, string>): StripeObject {
  const at = new Date(place.now * 1000);
  return {
    id: place.newId('card'),
    object: 'card',
    address_city: null,
    address_country: null,
    address_line1: null,
    address_line1_check: null,
    address_line2: null,
    address_state: null,
    address_zip: null,
    address_zip_check: null,
    brand: BRANDS[brand] ?? 'Unknown',
    country,
    customer,
    cvc_check: 'pass',
    dynamic_last4: null,
    exp_month: at.getUTCMonth() + 1,
    exp_year: at.getUTCFullYear() + 1,
    funding,
    last4: number.slice(-4),
    metadata,
    name: null,
    regulated_status: 'unregulated',
    tokenization_method: null,
    test_card: number,
  };
}

const BRANDS: Readonly<Record<string, string>> = { visa: 'Visa', mastercard: 'MasterCard', amex: 'American Express', discover: 'Discover' };
