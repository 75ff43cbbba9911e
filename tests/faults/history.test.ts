// F12: about 1,000 objects (long: 50,000) are read while the account lives on, and the worker is killed once (at 10, 50 and 90 %).
// Nothing differs, at most one page of a type is read again for each kill, and pages stay as fast as they are.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { paymentsGrammar } from '#lib/catalogue/lists.ts';
import { parseQuery } from '#lib/catalogue/query.ts';
import type { Ledger } from '#lib/ledger.ts';
import { listPayments } from '#lib/read/desk/payments.ts';
import { chance, inLanes, openHouse, say, type House } from './house.ts';
import { mustHaveFired, scaled, seeds } from './scale.ts';
import { differences, quiet } from './stripe.ts';

const CUSTOMERS = scaled(60, 3_000);
const PAYMENTS = scaled(250, 12_000);
const PRODUCTS = scaled(210, 9_000);
/** Customers with a method each list, payment intents, charges, balance transactions, products. */
const OBJECTS = CUSTOMERS + 3 * PAYMENTS + PRODUCTS;
/** Shares of the history that are there when the worker is killed. */
const KILLS = scaled([0.3], [0.1, 0.5, 0.9]);
const BETWEEN_WRITES_MS = scaled(100, 50);
const PATIENCE_MS = scaled(120_000, 3_000_000);

let house: House;
// Slow enough that the kill falls into the middle.
beforeAll(async () => (house = await openHouse({ workers: 0, env: { CALL_RATE_FACTOR: '2' } })));
afterAll(() => house?.close());

const query = async <T>(sql: string, params: unknown[] = []) => (await house.ground.owner.query(sql, params)).rows as T[];
type Read = { type: string; state: string; rows: number };
const history = (account: string) => query<Read>('SELECT type, state, rows::int FROM backfill WHERE account = $1', [account]);

test.each(seeds([12]))('F12 with seed %i: history read under live writes and kill -9 ends equal to Stripe', { timeout: 2 * PATIENCE_MS }, async (seed) => {
  const { stripe, ground } = house;
  const random = chance(seed);
  const account = await stripe.account(`history-${seed}`);
  const merchant = stripe.merchant(account);
  // What happened before the account was connected reached nobody.
  await stripe.control('POST delivery', { drop: 1 });
  const customers: string[] = [];
  const payments: string[] = [];
  await inLanes(
    Array.from({ length: CUSTOMERS }, (_, index) => index),
    4,
    async (index) => {
      customers.push((await merchant.customers.create({ name: `Reader ${index}` })).id);
    },
  );
  await inLanes(
    Array.from({ length: PAYMENTS }, (_, index) => index),
    4,
    async (index) => {
      const customer = customers[index % customers.length]!;
      payments.push(
        (
          await merchant.paymentIntents.create({
            amount: 500 + index,
            currency: 'eur',
            customer,
            payment_method: 'pm_card_visa',
            confirm: true,
            return_url: 'https://x.example',
          })
        ).id,
      );
    },
  );
  await inLanes(
    Array.from({ length: PRODUCTS }, (_, index) => index),
    4,
    async (index) => {
      await merchant.products.create({ name: `Paper ${index}` });
    },
  );
  await stripe.control('DELETE requests');
  await stripe.control('DELETE delivery');
  // An hour passes at Stripe, so that the first sweep finds nothing of all this: only its lists tell it.
  await stripe.control('POST clock', { advance: 3_600 });

  const ledger = await house.connect(account);
  const life = { goesOn: true };
  let writes = 0;
  const living = (async () => {
    while (life.goesOn) {
      const customer = customers[Math.floor(random() * customers.length)]!;
      if (random() < 0.7) await merchant.customers.update(customer, { name: `Renamed ${writes}` });
      else await merchant.refunds.create({ payment_intent: payments[Math.floor(random() * payments.length)]!, amount: 10 + (writes % 7) });
      writes += 1;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_WRITES_MS));
    }
  })();
  const during = readPages(ledger);

  let worker = await house.addWorker();
  const killedAt: { rows: number; unfinished: number }[] = [];
  for (const share of KILLS) {
    await until(async () => rowsIn(await history(account)) > share * OBJECTS);
    const atKill = await history(account);
    worker.kill('SIGKILL');
    killedAt.push({ rows: rowsIn(atKill), unfinished: atKill.filter((type) => type.state !== 'done').length });
    await new Promise((resolve) => setTimeout(resolve, 200));
    worker = await house.addWorker();
  }
  await until(async () => (await history(account)).every((type) => type.state === 'done'));
  life.goesOn = false;
  await living;
  const readDuring = await during.stop();
  await quiet(ground, stripe, PATIENCE_MS);
  const after = readPages(ledger);
  await until(async () => after.count() >= scaled(20, 200));
  const readAfter = await after.stop();

  const done = await history(account);
  const calls = await stripe.control<{ path: string; status: number }[]>(`GET requests?account=${account}&method=GET`);
  // Types whose list nothing but the history reads: the pages their rows need, and what was read beyond them.
  const pagesOf = (type: string) => calls.filter((call) => call.path === `/v1/${type}s`).length;
  const again = [
    { type: 'product', pages: pagesOf('product'), needed: Math.ceil(done.find((one) => one.type === 'product')!.rows / 100) },
    { type: 'payment_method', pages: pagesOf('payment_method'), needed: customers.length },
  ];
  const [{ state }] = (await query<{ state: string }>('SELECT state FROM connection WHERE account = $1', [account])) as [{ state: string }];
  const { differing, compared } = await differences(stripe, ground, ledger);
  say(`F12 seed ${seed}`, {
    compared,
    writes,
    killed_at: killedAt,
    again,
    page_p95_ms: { during: readDuring.p95, after: readAfter.p95, reads: readDuring.count },
  });

  mustHaveFired({
    'live writes': [writes, 20],
    kills: [killedAt.length, KILLS.length],
    'kills in the middle': [killedAt.filter((kill) => kill.unfinished > 0).length, KILLS.length],
    'pages read meanwhile': [readDuring.count, 20],
  });
  expect(compared).toBeGreaterThan(0.95 * OBJECTS);
  expect(differing).toEqual([]);
  expect(state).toBe('live');
  // The short form shares two cores with everything else of the run: there the figure is only told.
  expect(scaled(0, readDuring.p95)).toBeLessThan(1.2 * readAfter.p95 + 5);
  for (const { type, pages, needed } of again) expect([type, pages - needed <= KILLS.length]).toEqual([type, true]);
});

function rowsIn(types: readonly Read[]): number {
  return types.reduce((sum, type) => sum + type.rows, 0);
}

/** Reads the first page of payments ten times a second, as a person would who watches it. */
function readPages(ledger: Ledger): { count: () => number; stop: () => Promise<{ p95: number; count: number }> } {
  const took: number[] = [];
  const run = { over: false };
  const reading = (async () => {
    while (!run.over) {
      const start = performance.now();
      await listPayments(ledger, parseQuery(new URLSearchParams(), paymentsGrammar), 'UTC');
      took.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    count: () => took.length,
    stop: async () => {
      run.over = true;
      await reading;
      return { p95: Math.round(took.sort((a, b) => a - b)[Math.floor(0.95 * took.length)] ?? 0), count: took.length };
    },
  };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > PATIENCE_MS) throw new Error('It did not come to pass in time.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
