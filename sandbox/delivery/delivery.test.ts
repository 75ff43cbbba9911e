// Deliveries as a receiver sees them: signed, retried, doubled, late, lost, and told apart by mode.
import { createServer, type Server } from 'node:http';
import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { KEYS, startTrial, type Trial } from '#tests/trial.ts';

type Heard = { event: Stripe.Event; secret: string };

let trial: Trial;
let receiver: Server;
let answers: number[] = [];
let heard: Heard[] = [];
const SECRETS = [KEYS.SANDBOX_TEST_WEBHOOK_SECRET, KEYS.SANDBOX_LIVE_WEBHOOK_SECRET];

beforeAll(async () => {
  receiver = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      const status = answers.shift() ?? 200;
      if (status === 200) heard.push(verified(body, String(req.headers['stripe-signature'])));
      res.writeHead(status).end();
    });
  });
  const port = await new Promise<number>((resolve) => {
    receiver.listen(0, '127.0.0.1', () => {
      const address = receiver.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  trial = await startTrial({ SANDBOX_WEBHOOK_URL: `http://127.0.0.1:${port}/hook` });
});
beforeEach(async () => {
  answers = [];
  await trial.control('DELETE delivery');
  for (let quiet = false; !quiet; ) {
    const { waiting, in_flight } = await trial.control<{ waiting: number; in_flight: number }>('GET delivery');
    quiet = waiting + in_flight === 0;
  }
  await trial.control('DELETE delivery');
  await trial.control('POST delivery', { retry_ms: 50 });
  answers = [];
  heard = [];
});
afterAll(async () => {
  await trial.stop();
  receiver.close();
});

/** As the app verifies it: by the SDK, with either endpoint's secret. */
function verified(body: string, signature: string): Heard {
  for (const secret of SECRETS) {
    try {
      return { event: trial.stripe.webhooks.constructEvent(body, signature, secret), secret };
    } catch {
      // the other one
    }
  }
  throw new Error('no secret fits the signature');
}

async function until(done: () => boolean): Promise<void> {
  for (let i = 0; i < 1500; i++) {
    if (done()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it did not come about: ${JSON.stringify(heard.map(({ event }) => event.type))}`);
}
const typesHeard = (): string[] => heard.map(({ event }) => event.type);
const counters = async (): Promise<Record<string, number>> => (await trial.control<{ counters: Record<string, number> }>('GET delivery')).counters;

test('an event of a connected account arrives signed, named and in the pinned version', async () => {
  const account = await trial.connect();
  const customer = await trial.stripe.customers.create({ name: 'Åsa 🗞' }, { stripeAccount: account });
  await until(() => typesHeard().filter((type) => type === 'customer.created').length === 2);
  expect(heard.find(({ event, secret }) => event.type === 'customer.created' && secret === KEYS.SANDBOX_TEST_WEBHOOK_SECRET)).toMatchObject({
    event: { account, livemode: false, api_version: '2026-10-28.endive', data: { object: { id: customer.id, name: 'Åsa 🗞' } } },
  });
  const { id } = heard.find(({ event }) => event.type === 'customer.created')?.event ?? { id: '' };
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await trial.stripe.events.retrieve(id, {}, { stripeAccount: account })).pending_webhooks).toBe(0);
});

test('a live endpoint hears live and test events, a test endpoint test events alone', async () => {
  const customersOf = (account: string): Heard[] => heard.filter(({ event }) => event.account === account && event.type === 'customer.created');
  const account = await trial.connect(true);
  await trial.live.customers.create({ name: 'Live' }, { stripeAccount: account });
  const tester = await trial.connect();
  await trial.stripe.customers.create({ name: 'Test' }, { stripeAccount: tester });
  await until(() => customersOf(tester).length === 2 && customersOf(account).length > 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(customersOf(account)).toMatchObject([{ secret: KEYS.SANDBOX_LIVE_WEBHOOK_SECRET, event: { livemode: true } }]);
  expect(new Set(customersOf(tester).map(({ secret }) => secret))).toEqual(new Set(SECRETS.slice(0, 2)));
  expect(new Set(customersOf(tester).map(({ event }) => event.id)).size).toBe(1);
});

test('an account nobody is connected to is not heard of', async () => {
  const { id } = await trial.control<{ id: string }>('POST accounts', { name: 'Alone', country: 'US', email: 'a@x.example' });
  await trial.control('POST act', { account: id, act: 'new-payment', amount: '12.00', currency: 'usd', card: 'pm_card_visa' });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(heard.filter(({ event }) => event.account === id)).toEqual([]);
});

test('what is answered with an error is tried again with longer waits, and counted', async () => {
  const account = await trial.connect();
  await until(() => typesHeard().length === 2);
  answers = [500, 302];
  heard = [];
  await trial.stripe.customers.create({}, { stripeAccount: account });
  await until(() => heard.length === 2);
  expect(await counters()).toMatchObject({ failed: 2 });
  const { id } = heard[0]?.event ?? { id: '' };
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await trial.stripe.events.list({ delivery_success: false }, { stripeAccount: account })).data.map((event) => event.id)).not.toContain(id);
});

test('while the receiver is away, delivery_success=false finds the event', async () => {
  const account = await trial.connect();
  await until(() => typesHeard().length === 2);
  await trial.control('POST delivery', { retry_ms: 60_000 });
  answers = [500, 500];
  const customer = await trial.stripe.customers.create({}, { stripeAccount: account });
  await new Promise((resolve) => setTimeout(resolve, 150));
  const open = await trial.stripe.events.list({ delivery_success: false }, { stripeAccount: account });
  expect(open.data).toMatchObject([{ type: 'customer.created', pending_webhooks: 2, data: { object: { id: customer.id } } }]);
});

test('duplicates, drops, delays and holds happen when they are ordered, and are counted', async () => {
  const account = { stripeAccount: await trial.connect() };
  await until(() => typesHeard().length === 2);
  await trial.control('POST delivery', { hold: true });
  heard = [];
  await trial.stripe.customers.create({}, account);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(heard).toEqual([]);
  await trial.control('POST delivery', { hold: false, duplicate: 1, shuffle_ms: 60, seed: 7 });
  for (let i = 0; i < 5; i++) await trial.stripe.customers.create({}, account);
  await until(() => heard.length === 2 + 5 * 2 * 2);
  expect(await counters()).toMatchObject({ duplicated: 10 });
  expect((await counters()).shuffled).toBeGreaterThan(0);
  await trial.control('POST delivery', { duplicate: 0, shuffle_ms: 0, drop: 1 });
  heard = [];
  await trial.stripe.customers.create({}, account);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(heard).toEqual([]);
  expect(await counters()).toMatchObject({ dropped: 2 });
});

test('the same seed drops the same deliveries', async () => {
  const account = { stripeAccount: await trial.connect() };
  const run = async (): Promise<boolean[]> => {
    await trial.control('POST delivery', { drop: 0.5, seed: 42, hold: true });
    const dropped: boolean[] = [];
    let before = (await counters()).dropped ?? 0;
    for (let i = 0; i < 8; i++) {
      await trial.stripe.customers.create({}, account);
      const now = (await counters()).dropped ?? 0;
      dropped.push(now > before);
      before = now;
    }
    await trial.control('POST delivery', { drop: 0, hold: false });
    return dropped;
  };
  expect(await run()).toEqual(await run());
});

test('an event can be sent again, as the official CLI asks for it', async () => {
  const account = { stripeAccount: await trial.connect() };
  await until(() => typesHeard().length === 2);
  const customer = await trial.stripe.customers.create({}, account);
  await until(() => heard.length === 4);
  const { id } = heard.at(-1)?.event ?? { id: '' };
  await trial.stripe.rawRequest('POST', `/v1/events/${id}/retry`, { for_stripecli: 'true' }, account);
  await until(() => heard.length === 6);
  expect(heard.at(-1)?.event).toMatchObject({ id, data: { object: { id: customer.id } } });
});

test('taking access away is told before the calls are refused', async () => {
  const account = await trial.connect();
  await trial.control('POST revoke', { account, livemode: false });
  await until(() => typesHeard().includes('account.application.deauthorized'));
  expect(heard.find(({ event }) => event.type === 'account.application.deauthorized')).toMatchObject({
    event: { account, data: { object: { id: KEYS.SANDBOX_TEST_CLIENT_ID, object: 'application' } } },
  });
  await expect(trial.stripe.customers.list({}, { stripeAccount: account })).rejects.toMatchObject({ statusCode: 403, code: 'account_invalid' });
});

test('an endpoint made by API gets its own account’s events with the secret shown once', async () => {
  const account = { stripeAccount: await trial.connect() };
  const { port } = new URL(String((await trial.stripe.webhookEndpoints.list({ limit: 1 })).data[0]?.url));
  const made = await trial.stripe.webhookEndpoints.create({ url: `http://127.0.0.1:${port}/own`, enabled_events: ['product.created'] }, account);
  SECRETS.push(made.secret ?? '');
  expect((await trial.stripe.webhookEndpoints.retrieve(made.id, {}, account)).secret).toBeUndefined();
  heard = [];
  await trial.stripe.products.create({ name: 'Paper' }, account);
  await until(() => heard.some(({ secret }) => secret === made.secret));
  expect(heard.find(({ secret }) => secret === made.secret)?.event.account).toBeUndefined();
  await trial.stripe.webhookEndpoints.del(made.id, {}, account);
  await expect(trial.stripe.webhookEndpoints.retrieve(made.id, {}, account)).rejects.toMatchObject({ statusCode: 404 });
});

test('an older account’s event comes in another version and shape', async () => {
  const account = { stripeAccount: await trial.connect() };
  await trial.control('POST delivery', { shape: '2020-08-27' });
  heard = [];
  await trial.stripe.paymentIntents.create({ amount: 900, currency: 'usd', payment_method: 'pm_card_visa', confirm: true }, account);
  await until(() => typesHeard().includes('charge.succeeded'));
  expect(heard.find(({ event }) => event.type === 'charge.succeeded')?.event).toMatchObject({
    api_version: '2020-08-27',
    data: { object: { invoice: null, refunds: { object: 'list' } } },
  });
});

test('what was not delivered before a restart is delivered after it', async () => {
  const account = { stripeAccount: await trial.connect() };
  await until(() => typesHeard().length >= 2);
  await trial.control('POST delivery', { hold: true });
  const customer = await trial.stripe.customers.create({ name: 'Kept' }, account);
  heard = [];
  await trial.restart();
  await until(() => heard.some(({ event }) => event.type === 'customer.created'));
  expect(await trial.stripe.customers.retrieve(customer.id, {}, account)).toMatchObject({ name: 'Kept' });
});
