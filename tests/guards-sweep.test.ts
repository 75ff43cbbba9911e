// The sweeper as a guard of its own (I5): with no delivery at all the worker's sweep brings what happened, and its cursor waits for every page.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useDatabase, type Database } from '#lib/db.ts';
import { sweep } from '#lib/inbox/sweep.ts';
import type { Ledger } from '#lib/ledger.ts';
import { until } from './faults/completed.ts';
import { openHouse, say, type House } from './faults/house.ts';
import { quiet } from './faults/stripe.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse({ workers: 0 });
  await house.stripe.control('POST delivery', { drop: 1 });
});
afterAll(() => house?.close());

const query = async <T>(sql: string, params: unknown[] = []) => (await house.ground.owner.query(sql, params)).rows as T[];
const sweptTo = async (ledger: Ledger) =>
  (await query<{ at: string }>('SELECT swept_to::text AS at FROM connection WHERE account = $1', [ledger.account]))[0]!.at;

test('the cursor moves only when every page is kept', { timeout: 60_000 }, async () => {
  const account = await house.stripe.account('pages');
  const ledger = await house.connect(account);
  await sweep(ledger);
  const before = await sweptTo(ledger);
  await customers(account, 130);
  const stop = new AbortController();
  await overAfterOnePage(stop, async () => expect(sweep(ledger, { signal: stop.signal })).rejects.toThrow(/no token/));
  const [kept] = await query<{ n: number }>(`SELECT count(*)::int AS n FROM inbox WHERE account = $1 AND source = 'sweep'`, [account]);
  say('swept before it was stopped', kept);
  expect(kept!.n, 'it was stopped midway').toBeGreaterThan(50);
  expect(kept!.n, 'it was stopped midway').toBeLessThan(130);
  expect(await sweptTo(ledger)).toBe(before);
  expect((await sweep(ledger)).found + kept!.n).toBeGreaterThanOrEqual(130);
  expect(await sweptTo(ledger)).not.toBe(before);
});

test('the worker sweeps by itself, and what no delivery told is mirrored', { timeout: 120_000 }, async () => {
  const account = await house.stripe.account('dark');
  const ledger = await house.connect(account);
  await house.addWorker();
  await quiet(house.ground, house.stripe);
  await customers(account, 3);
  const { counters } = await house.stripe.control<{ counters: { dropped: number; delivered: number } }>('GET delivery');
  say('deliveries', counters);
  expect([counters.dropped > 0, counters.delivered], 'drops fired').toEqual([true, 0]);
  await query(`UPDATE work SET not_before = clock_timestamp() WHERE kind = 'sweep' AND account = $1`, [account]);
  const mirrored = async () => (await query('SELECT 1 FROM customers WHERE workspace_id = $1', [ledger.workspace])).length;
  await until(async () => (await mirrored()) === 3, 20_000).catch(() => {});
  expect(await mirrored()).toBe(3);
});

async function customers(account: string, count: number): Promise<void> {
  const merchant = house.stripe.merchant(account);
  for (let made = 0; made < count; made += 10)
    await Promise.all(Array.from({ length: Math.min(10, count - made) }, (_, index) => merchant.customers.create({ name: `Reader ${made + index}` })));
}

/** Fires once the first page of events is kept. */
async function overAfterOnePage(stop: AbortController, work: () => Promise<void>): Promise<void> {
  const { worker } = house.ground;
  const watching: Database = {
    ...worker,
    routing: (inner) =>
      worker.routing((tx) =>
        inner({
          ...tx,
          run: async (sql, params) => {
            const rows = await tx.run(sql, params);
            if (sql.includes('INSERT INTO inbox')) stop.abort();
            return rows;
          },
        }),
      ),
    close: async () => {},
  };
  const restore = useDatabase({ main: watching });
  try {
    await work();
  } finally {
    await restore();
  }
}
