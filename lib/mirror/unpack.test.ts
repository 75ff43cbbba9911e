import { describe, expect, test } from 'vitest';
import { API_VERSION } from '../stripe.ts';
import { unpack, type StripeEvent } from './unpack.ts';

const event = (type: string, object: unknown, more: Partial<StripeEvent> & { previous?: unknown } = {}): StripeEvent => ({
  id: 'evt_1',
  type,
  created: 1_700_000_000,
  api_version: API_VERSION,
  ...more,
  data: { object, ...(more.previous ? { previous_attributes: more.previous } : {}) },
});
const charge = { id: 'ch_1', object: 'charge', amount: 5, payment_intent: 'pi_1', balance_transaction: null };

describe('unpack', () => {
  test('a full object in the pinned version, received in this generation, is usable; any other only points at its object', () => {
    expect(unpack(event('charge.succeeded', charge), true)).toMatchObject({ object: charge, usable: true });
    expect(unpack(event('charge.succeeded', charge, { api_version: '2020-08-27' }), true)).toMatchObject({ object: { id: 'ch_1' }, usable: false });
    expect(unpack(event('charge.succeeded', charge, { api_version: null }), true).usable).toBe(false);
    expect(unpack(event('charge.succeeded', charge), false).usable).toBe(false);
    expect(unpack(event('charge.succeeded', { id: 'ch_1', object: 'charge' }), true).usable).toBe(false);
  });

  test('a deletion needs nothing but the id, in whatever version', () => {
    const gone = { id: 'cus_1', object: 'customer', email: 'old shape' };
    expect(unpack(event('customer.deleted', gone, { api_version: '2015-01-01' }), false)).toMatchObject({
      object: { id: 'cus_1', object: 'customer', deleted: true },
      usable: true,
    });
  });

  test('the end of a subscription is no deletion', () => {
    const ended = { id: 'sub_1', object: 'subscription', status: 'canceled', customer: 'cus_1' };
    expect(unpack(event('customer.subscription.deleted', ended), true).object).toEqual(ended);
  });

  test('an upcoming invoice is none yet, whatever id it carries', () => {
    const upcoming = { id: 'upcoming_in_1', object: 'invoice', parent: { subscription_details: { subscription: 'sub_1' } }, customer: 'cus_1' };
    for (const object of [upcoming, { ...upcoming, id: undefined }])
      expect(unpack(event('invoice.upcoming', object), true)).toEqual({
        object: null,
        usable: false,
        neighbours: [{ how: 'object', type: 'subscription', id: 'sub_1' }],
      });
  });

  test('neighbours are read from the object, by suffix, list, children and previous attributes', () => {
    expect(unpack(event('charge.refunded', charge), true).neighbours).toEqual([
      { how: 'object', type: 'payment_intent', id: 'pi_1' },
      { how: 'object', type: 'refund', id: '?charge=ch_1' },
    ]);
    expect(unpack(event('customer.deleted', { id: 'cus_1', object: 'customer' }), true).neighbours).toContainEqual({
      how: 'children',
      type: 'subscription',
      column: 'customer',
      id: 'cus_1',
    });
    const method = { id: 'pm_1', object: 'payment_method', customer: null, type: 'card' };
    expect(unpack(event('payment_method.detached', method, { previous: { customer: 'cus_9' } }), true).neighbours).toEqual([
      { how: 'object', type: 'customer', id: 'cus_9' },
    ]);
    const renewed = {
      id: 'sub_1',
      object: 'subscription',
      status: 'active',
      latest_invoice: { id: 'in_1', object: 'invoice' },
      items: { data: [{ price: { id: 'price_1' } }] },
    };
    expect(unpack(event('customer.subscription.updated', renewed), true).neighbours).toEqual([
      { how: 'object', type: 'invoice', id: 'in_1' },
      { how: 'if_new', type: 'price', id: 'price_1' },
    ]);
  });

  test('types we do not know, and shapes nobody promised, never throw', () => {
    for (const object of [
      null,
      7,
      'x',
      [],
      {},
      { object: 7 },
      { object: 'wormhole', id: 'w_1' },
      { object: '__proto__' },
      { object: 'charge', id: 7 },
      { object: 'invoice', lines: 'no' },
    ])
      expect(unpack(event('anything.new', object), true).object).toBeNull();
  });
});
