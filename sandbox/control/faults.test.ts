// Every fault fires when it was ordered, does what it says, and is counted.
import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTrial, type Trial } from '#tests/trial.ts';

let trial: Trial;
let on: { stripeAccount: string };

beforeAll(async () => {
  trial = await startTrial();
  on = { stripeAccount: await trial.connect() };
});
afterEach(() => trial.control('DELETE faults'));
afterAll(() => trial.stop());

type Count = { kind: string; ordered: number; fired: number };
const order = (kind: string, more: object = {}) => trial.control('POST faults', { kind, times: 1, ...more });
const firedOf = async (kind: string): Promise<number> => (await trial.control<Count[]>('GET faults')).find((one) => one.kind === kind)?.fired ?? 0;
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => {
      throw new Error('the call was not refused');
    },
    (error: unknown) => error as Stripe.errors.StripeError,
  );
const create = (name: string, idempotencyKey: string, more: Stripe.RequestOptions = {}) =>
  trial.stripe.customers.create({ name }, { ...on, idempotencyKey, ...more });
const made = async (name: string): Promise<number> => (await trial.stripe.customers.list({ limit: 100 }, on)).data.filter((one) => one.name === name).length;

test('error_500 fails before the effect, and the key stays free', async () => {
  await order('error_500');
  expect((await errorOf(create('a', 'f1'))).statusCode).toBe(500);
  expect(await made('a')).toBe(0);
  await create('a', 'f1');
  expect([await made('a'), await firedOf('error_500')]).toEqual([1, 1]);
});

test('stored_500 is replayed for its key for ever', async () => {
  await order('stored_500');
  for (let i = 0; i < 3; i++) expect((await errorOf(create('b', 'f2'))).statusCode).toBe(500);
  expect([await made('b'), await firedOf('stored_500')]).toEqual([0, 1]);
});

test('stored_500 can hide an effect', async () => {
  await order('stored_500', { effect: true });
  await errorOf(create('b2', 'f2b'));
  expect(await made('b2')).toBe(1);
});

test('hang takes effect and answers too late; meanwhile its key is in use', async () => {
  await order('hang', { ms: 3000 });
  const error = await errorOf(create('c', 'f3', { timeout: 800 }));
  expect(error).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  expect(await made('c')).toBe(1);
  expect(await errorOf(create('c', 'f3'))).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await create('c', 'f3');
  expect([await made('c'), await firedOf('hang')]).toEqual([1, 1]);
});

test('reset_before cuts the line without effect', async () => {
  await order('reset_before', { times: 2, match: 'POST /v1/customers' }); // the SDK tries a closed connection once more even at 0 retries
  expect(await errorOf(create('d', 'f4'))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  expect([await made('d'), await firedOf('reset_before')]).toEqual([0, 2]);
});

test('reset_after cuts the line when it is done', async () => {
  await order('reset_after', { times: 2, match: 'POST /v1/customers' });
  expect(await errorOf(create('e', 'f5'))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  await create('e', 'f5');
  expect([await made('e'), await firedOf('reset_after')]).toEqual([1, 2]);
});

test('rate_limit_429, lock_timeout_429 and in_use_409 say so and do nothing', async () => {
  await order('rate_limit_429');
  const limited = await errorOf(create('f', 'f6'));
  expect(limited).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
  expect(limited).toMatchObject({ code: 'rate_limit', headers: { 'stripe-rate-limited-reason': 'global-rate' } });
  await order('lock_timeout_429');
  expect(await errorOf(create('f', 'f6'))).toMatchObject({ statusCode: 429, code: 'lock_timeout', headers: { 'stripe-should-retry': 'true' } });
  await order('in_use_409');
  expect(await errorOf(create('f', 'f6'))).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  expect(await made('f')).toBe(0);
  expect(await Promise.all(['rate_limit_429', 'lock_timeout_429', 'in_use_409'].map(firedOf))).toEqual([1, 1, 1]);
});

test('slow waits before its effect, and its key is in use', async () => {
  await order('slow', { ms: 2000, match: '/v1/customers' });
  const first = create('g', 'f7');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await errorOf(create('g', 'f7'))).toMatchObject({ statusCode: 409 });
  await first;
  expect([await made('g'), await firedOf('slow')]).toEqual([1, 1]);
});

test('a fault hits only what it is meant for', async () => {
  await order('error_500', { match: 'GET /v1/charges/*' });
  await trial.stripe.customers.list({}, on);
  await trial.stripe.charges.list({}, on);
  expect((await errorOf(trial.stripe.charges.retrieve('ch_x', {}, on))).statusCode).toBe(500);
  expect(await firedOf('error_500')).toBe(1);
});

test('published rate limits bite once they are switched on', async () => {
  const other = { stripeAccount: await trial.connect() };
  await trial.control('POST rate_limits', { on: true });
  try {
    const answers = await Promise.allSettled(Array.from({ length: 80 }, () => trial.stripe.customers.list({}, other)));
    expect(answers.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
  } finally {
    await trial.control('POST rate_limits', { on: false });
  }
});

test('calls are logged with method, path, key and status', async () => {
  await trial.control('DELETE requests');
  await create('logged', 'f8');
  const calls = await trial.control<object[]>(`GET requests?account=${on.stripeAccount}&method=POST&path=/v1/customers`);
  expect(calls).toMatchObject([{ method: 'POST', path: '/v1/customers', status: 200, idempotency_key: 'f8', account: on.stripeAccount }]);
});

test.each([
  ['POST faults', { kind: 'earthquake' }],
  ['POST faults', { kind: 'hang', times: 0 }],
  ['POST clock', { advance: -5 }],
  ['POST code', { account: 'acct_none', client_id: 'ca_trialtest' }],
  ['POST world', { name: 'atlantis' }],
  ['GET nothing', undefined],
])('the order %s %o is refused', async (name, given) => {
  await expect(trial.control(name, given)).rejects.toThrow(/answered 40[04]/);
});

test('the oracle knows objects and what was deleted', async () => {
  const account = { stripeAccount: await trial.connect() };
  const kept = await trial.stripe.customers.create({ name: 'kept' }, account);
  const gone = await trial.stripe.customers.create({ name: 'gone' }, account);
  await trial.stripe.customers.del(gone.id, {}, account);
  const truth = await trial.control<{ objects: object[]; deleted: string[] }>(`GET oracle?account=${account.stripeAccount}&livemode=false&type=customer`);
  expect(truth).toMatchObject({ objects: [{ id: kept.id, name: 'kept' }], deleted: [gone.id] });
});
