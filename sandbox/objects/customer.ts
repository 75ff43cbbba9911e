// Customers. Deleting one detaches its payment methods; what else hangs on it reacts to customer.deleted.
import { changed, hash, integer, mergedMetadata, text, textOr } from '../core/given.ts';
import { embeddedList } from '../core/embedded-list.ts';
import { type ObjectType, type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { addSource, sourcesOf } from './card.ts';
import { attachTo, detachFrom } from './payment-method.ts';

export const customer: ObjectType = {
  object: 'customer',
  prefix: 'cus',
  collection: 'customers',
  indexes: ['email'],
  expandable: { default_source: 'card', 'invoice_settings.default_payment_method': 'payment_method' },
  included: {
    sources: (place, { id }) => sourcesOf(place, id),
    tax: () => ({ automatic_tax: 'unrecognized_location', ip_address: null, location: null, provider: 'stripe' }) as unknown as StripeObject, // a hash, not an object of Stripe's
    tax_ids: (_place, { id }) => embeddedList(`/v1/customers/${id}/tax_ids`, []),
    subscriptions: (place, { id }) => place.list('subscription', { customer: id }, {}, `/v1/customers/${id}/subscriptions`),
  },
  listFilters: { email: 'email' },
  remembered: true,
  routes: [
    { method: 'POST', path: '/v1/customers', run: (place, { params }) => create(place, params) },
    { method: 'POST', path: '/v1/customers/{id}', run: (place, { params, path }) => update(place, path.id ?? '', params) },
    { method: 'DELETE', path: '/v1/customers/{id}', run: (place, { path }) => remove(place, path.id ?? '') },
  ],
};

/** Stores `after` and tells what changed; nothing is told when nothing did. */
export function saveCustomer(place: Place, before: StripeObject, after: StripeObject): StripeObject {
  const previous = changed(before, after);
  place.put(after);
  if (Object.keys(previous).length) place.emit('customer.updated', after, previous);
  return after;
}

function create(place: Place, params: Params): StripeObject {
  const id = place.newId('cus');
  const bare: StripeObject = {
    id,
    object: 'customer',
    address: null,
    balance: 0,
    created: place.now,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: id.slice(-8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: place.livemode,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
  const method = text(params, 'payment_method');
  const made = place.put(withGiven(bare, { ...params, invoice_settings: undefined }));
  const attached = method ? attachTo(place, method, id) : null;
  const settled = place.put(withSettings(place, made, params, attached && { [String(method)]: attached.id }));
  place.emit('customer.created', settled);
  const source = text(params, 'source');
  if (!source) return settled;
  addSource(place, id, source);
  return place.need('customer', id);
}

function update(place: Place, id: string, params: Params): StripeObject {
  place.need('customer', id);
  const source = text(params, 'source');
  if (source) {
    const added = addSource(place, id, source);
    place.put({ ...place.need('customer', id), default_source: added.id });
  }
  const current = place.need('customer', id);
  return saveCustomer(place, current, withSettings(place, withGiven(current, params), params));
}

function remove(place: Place, id: string): StripeObject {
  const gone = place.need('customer', id);
  for (const method of place.all('payment_method', { customer: id })) detachFrom(place, method);
  const answer = place.remove('customer', id);
  place.emit('customer.deleted', gone);
  return answer;
}

function withGiven(old: StripeObject, params: Params): StripeObject {
  const email = textOr(params, 'email', old.email);
  if (typeof email === 'string' && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new Refusal(400, { code: 'email_invalid', param: 'email', message: `Invalid email address: ${email}` });
  }
  if (typeof email === 'string' && email.length > 512) throw new Refusal(400, { param: 'email', message: 'Email must be at most 512 characters.' });
  const business = text(params, 'business_name');
  const individual = text(params, 'individual_name');
  return {
    ...old,
    address: addressOf(hash(params, 'address'), old.address),
    balance: integer(params, 'balance') ?? old.balance,
    ...(business ? { business_name: business } : {}),
    ...(individual ? { individual_name: individual } : {}),
    description: textOr(params, 'description', old.description),
    email,
    invoice_prefix: textOr(params, 'invoice_prefix', old.invoice_prefix),
    metadata: mergedMetadata(old.metadata, params),
    name: textOr(params, 'name', old.name),
    next_invoice_sequence: integer(params, 'next_invoice_sequence') ?? old.next_invoice_sequence,
    phone: textOr(params, 'phone', old.phone),
    preferred_locales: Array.isArray(params.preferred_locales) ? params.preferred_locales : old.preferred_locales,
    shipping: shippingOf(hash(params, 'shipping'), old.shipping),
    tax_exempt: textOr(params, 'tax_exempt', old.tax_exempt) ?? 'none',
    test_clock: textOr(params, 'test_clock', old.test_clock),
  };
}

/** `known`: what a test name (pm_card_visa) became earlier in the same request. */
function withSettings(place: Place, customer: StripeObject, params: Params, known: Readonly<Record<string, string>> | null = null): StripeObject {
  const given = hash(params, 'invoice_settings');
  if (!given) return customer;
  const old = customer.invoice_settings as Record<string, unknown>; // made in create
  const named = text(given, 'default_payment_method');
  const method = named ? (known?.[named] ?? named) : named;
  if (method) {
    const found = place.need('payment_method', method, 'invoice_settings[default_payment_method]');
    if (found.customer !== customer.id) {
      throw new Refusal(400, {
        code: 'resource_missing',
        param: 'invoice_settings[default_payment_method]',
        message: `The customer does not have a payment method with the ID ${method}. The payment method must be attached to the customer.`,
      });
    }
  }
  return {
    ...customer,
    invoice_settings: {
      ...old,
      default_payment_method: method === undefined ? old.default_payment_method : method,
      footer: textOr(given, 'footer', old.footer),
      custom_fields: Array.isArray(given.custom_fields) ? given.custom_fields : given.custom_fields === '' ? null : old.custom_fields,
    },
  };
}

export function addressOf(given: Params | null | undefined, old: unknown): unknown {
  if (given === undefined) return old;
  if (given === null) return null;
  const part = (name: string): string | null => text(given, name) ?? null;
  return {
    city: part('city'),
    country: part('country'),
    line1: part('line1'),
    line2: part('line2'),
    postal_code: part('postal_code'),
    state: part('state'),
  };
}

export function shippingOf(given: Params | null | undefined, old: unknown): unknown {
  if (given === undefined) return old;
  if (given === null) return null;
  return {
    address: addressOf(hash(given, 'address'), null),
    carrier: text(given, 'carrier') ?? null,
    name: text(given, 'name') ?? null,
    phone: text(given, 'phone') ?? null,
    tracking_number: text(given, 'tracking_number') ?? null,
  };
}
