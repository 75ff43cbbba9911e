// A whole paper's account, made by the sandbox's own rules: subscriptions, invoices, failures, refunds, disputes. Read once, it differs in nothing.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entries } from '#lib/catalogue/index.ts';
import { openHouse, say, type House } from './house.ts';
import { differences, quiet } from './stripe.ts';

let house: House;
beforeAll(async () => (house = await openHouse({ workers: 1 })));
afterAll(() => house?.close());

test('every type of a lived-in account is mirrored field by field', { timeout: 240_000 }, async () => {
  const { stripe, ground } = house;
  const made = await stripe.control<{ account: string; counts: Record<string, number> }>('POST world', {
    name: 'harbor',
    livemode: false,
    seed: 7,
    readers: 40,
    months: 4,
  });
  await stripe.control('POST grant', { account: made.account, livemode: false });
  const ledger = await house.connect(made.account);
  await quiet(ground, stripe);
  const { differing, compared } = await differences(stripe, ground, ledger);
  const { rows } = await ground.owner.query<{ type: string; state: string; rows: number }>('SELECT type, state, rows::int FROM backfill WHERE account = $1', [
    made.account,
  ]);
  say('world seed 7', { compared, differing: differing.length, read: Object.fromEntries(rows.map((row) => [row.type, row.rows])) });
  expect(rows.filter((row) => row.state !== 'done')).toEqual([]);
  expect(entries.filter((entry) => (made.counts[entry.type] ?? 0) === 0).map((entry) => entry.type)).toEqual([]);
  expect(differing).toEqual([]);
  expect(compared).toBeGreaterThan(500);
});
