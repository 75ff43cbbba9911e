import { afterEach, expect, test } from 'vitest';
import { schemaFaults, type TrialRun, trialRun } from './trial-run.ts';

let run: TrialRun;

afterEach(() => {
  expect(schemaFaults(run.core)).toEqual([]);
  run.core.store.close();
});

test('a product with a price is kept; without one it can be deleted', () => {
  run = trialRun();
  const sold = run.hand.post('/v1/products', { name: 'Paper', default_price_data: { currency: 'usd', unit_amount: 900, recurring: { interval: 'month' } } });
  expect(run.hand.get(`/v1/prices/${sold.default_price}`)).toMatchObject({ product: sold.id, unit_amount: 900, type: 'recurring' });
  expect(run.hand.ask('DELETE', `/v1/products/${sold.id}`).status).toBe(400);
  const bare = run.hand.post('/v1/products', { name: 'Mug' });
  expect(run.hand.remove(`/v1/products/${bare.id}`)).toMatchObject({ deleted: true });
  expect(run.hand.ask('GET', `/v1/products/${bare.id}`).status).toBe(404);
});

test('prices are listed active ones first asked, the others on demand', () => {
  run = trialRun();
  const product = run.hand.post('/v1/products', { name: 'Paper' }).id;
  const [kept, retired] = [1, 2].map((unit_amount) => run.hand.post('/v1/prices', { product, currency: 'usd', unit_amount }).id);
  run.hand.post(`/v1/prices/${retired}`, { active: false });
  expect(run.last('price.updated').previous_attributes).toEqual({ active: true });
  expect(run.hand.list('/v1/prices').map(({ id }) => id)).toEqual([kept]);
  expect(run.hand.list('/v1/prices', { active: false }).map(({ id }) => id)).toEqual([retired]);
});

test('a price needs an amount, a currency and a product', () => {
  run = trialRun();
  const product = run.hand.post('/v1/products', { name: 'Paper' }).id;
  for (const params of [
    { product, currency: 'usd' },
    { product, unit_amount: 5 },
    { currency: 'usd', unit_amount: 5 },
    { product: 'prod_none', currency: 'usd', unit_amount: 5 },
    { product, currency: 'dollars', unit_amount: 5 },
    { product, currency: 'usd', unit_amount: -5 },
    { product, currency: 'usd', unit_amount_decimal: 'x' },
    { product, currency: 'usd', unit_amount: 5, recurring: { interval: 'fortnight' } },
    { product, currency: 'usd', unit_amount: 5, recurring: { interval: 'year', interval_count: 4 } },
  ])
    expect([params, run.hand.ask('POST', '/v1/prices', params).status]).toEqual([params, 400]);
  expect(run.hand.post('/v1/prices', { product, currency: 'usd', unit_amount_decimal: '0.5' }).unit_amount).toBeNull();
});
