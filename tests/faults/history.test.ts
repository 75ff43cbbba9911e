// F12, short: about 1,000 objects are read while the account lives on, and the worker is killed once. Nothing differs, and at most one page of a type is read again.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chance, inLanes, openHouse, say, type House } from './house.ts';
import { differences, quiet } from './stripe.ts';

let house: House;
// Slow enough that the kill falls into the middle.
beforeAll(async () => (house = await openHouse({ workers: 0, env: { CALL_RATE_FACTOR: '2' } })));
afterAll(() => house?.close());

const query = async <T>(sql: string, params: unknown[] = []) => (await house.ground.owner.query(sql, params)).rows as T[];
type Read = { type: string; state: string; rows: number };
const history = (account: string) => query<Read>('SELECT type, state, rows::int FROM backfill WHERE account = $1', [account]);

test('F12: history read under live writes and one kill -9 ends equal to Stripe', { timeout: 240_000 }, async () => {
  const { stripe, ground } = house;
  const random = chance(12);
  const account = await stripe.account('history');
  const merchant = stripe.merchant(account);
  // What happened before the account was connected reached nobody.
  await stripe.control('POST delivery', { drop: 1 });
  const customers: string[] = [];
  const payments: string[] = [];
  await inLanes(
    Array.from({ length: 60 }, (_, index) => index),
    4,
    async (index) => {
      customers.push((await merchant.customers.create({ name: `Reader ${index}` })).id);
    },
  );
  await inLanes(
    Array.from({ length: 250 }, (_, index) => index),
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
    Array.from({ length: 210 }, (_, index) => index),
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
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();

  const first = await house.addWorker();
  await until(async () => (await history(account)).reduce((sum, type) => sum + type.rows, 0) > 300);
  const atKill = await history(account);
  first.kill('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const running = atKill.filter((type) => type.state === 'running').length;
  await house.addWorker();
  await until(async () => (await history(account)).every((type) => type.state === 'done'));
  life.goesOn = false;
  await living;
  await quiet(ground, stripe);

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
  say('F12 seed 12', { compared, writes, killed_while_running: running, rows_at_kill: atKill.reduce((sum, type) => sum + type.rows, 0), again });

  expect(writes, 'live writes fired').toBeGreaterThan(20);
  expect(
    atKill.some((type) => type.state !== 'done'),
    'the kill fell into the middle',
  ).toBe(true);
  expect(compared).toBeGreaterThan(950);
  expect(differing).toEqual([]);
  expect(state).toBe('live');
  for (const { type, pages, needed } of again) expect([type, pages - needed <= 1]).toEqual([type, true]);
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > 60_000) throw new Error('It did not come to pass within 60 s.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
