import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ledgerOfRow } from '../access/job.ts';
import { parseApiQuery } from '../catalogue/api-query.ts';
import { entries } from '../catalogue/index.ts';
import { closeDatabases, openDatabase, useDatabase, type Database, type Tx } from '../db.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';
import { page } from './list.ts';

let urls: FreshDatabase;
let real: Database;

beforeAll(async () => {
  urls = await freshDatabase();
  real = openDatabase({ url: urls.appUrl, role: 'app', max: 1 });
});
afterAll(async () => {
  await real.close();
  await closeDatabases();
  await urls.drop();
});

// Behind row-level security a condition that is not leakproof never reaches an index: every page would be read from the head of the list.
test.each(entries.map((entry) => [entry.collection, entry] as const))(
  'a page of %s begins in the index at its cursor, whichever way',
  async (collection, entry) => {
    const ledger = ledgerOfRow({ workspace_id: randomUUID(), account: 'acct_1', livemode: false, generation: 1 });
    const plans: string[] = [];
    const explained = (tx: Tx): Tx => ({
      ...tx,
      maybe: async <R>() => ({ id: 'x_1', place: '2026-01-01 00:00:00+00' }) as R,
      query: async (sql, params) => {
        // An empty table is read whole at any price; what counts is which conditions the index may take.
        await tx.query('SET LOCAL enable_seqscan = off');
        await tx.query('SET LOCAL enable_sort = off');
        plans.push((await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, params)).map((row) => row['QUERY PLAN']).join('\n'));
        return [];
      },
    });
    const restore = useDatabase({ main: { ...real, as: (who, work) => real.as(who, (tx) => work(explained(tx))), close: async () => {} } });
    for (const param of ['starting_after', 'ending_before']) await page(ledger, entry, parseApiQuery(new URLSearchParams({ [param]: 'x_1' }), entry));
    await restore();
    expect(plans).toHaveLength(2);
    for (const plan of plans) expect(plan).toMatch(new RegExp(`${collection}_listed[^]*Index Cond: .*ROW\\(CASE`));
  },
);
