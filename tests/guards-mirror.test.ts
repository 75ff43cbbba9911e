// Two guards of the mirror that the fault runs meet only by chance: mode in the key of a row, and the mark that a fetch has seen.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ledgerOfRow } from '#lib/access/job.ts';
import { take } from '#lib/mirror/lease.ts';
import { markOwed } from '#lib/mirror/owe.ts';
import { payWith } from '#lib/mirror/pay.ts';
import { writeObjects, type Evidence } from '#lib/mirror/write.ts';
import { openGround, type Ground } from './faults/ground.ts';
import { customerOf, nowSeconds } from './faults/signed.ts';

let ground: Ground;
beforeAll(async () => (ground = await openGround()));
afterAll(() => ground?.close());

const query = async (sql: string, params: unknown[] = []) => (await ground.owner.query(sql, params)).rows;
const fetched = (): Evidence => ({ kind: 'fetch', low: new Date(nowSeconds() * 1_000), high: new Date((nowSeconds() + 1) * 1_000), source: 'fetch' });
const customer = (name: string) => ({ ...customerOf('cus_one', { name }), id: 'cus_one', object: 'customer' });

test('one id in both modes of one workspace’s account is two rows, each with its own contents (I8)', async () => {
  const { workspace, account } = await ground.connect('acct_both');
  for (const [livemode, name] of [
    [false, 'Test'],
    [true, 'Live'],
  ] as const) {
    const ledger = ledgerOfRow({ workspace_id: workspace, account, livemode, generation: 1 });
    await ground.worker.as(ledger, (tx) => writeObjects(tx, ledger, [customer(name)], fetched()));
  }
  expect(await query('SELECT livemode, name FROM customers WHERE workspace_id = $1 ORDER BY livemode', [workspace])).toEqual([
    { livemode: false, name: 'Test' },
    { livemode: true, name: 'Live' },
  ]);
});

test('a mark that comes while a fetch is under way is not paid by it: the object is fetched again (I2)', async () => {
  const ledger = await ground.connect('acct_marked');
  const ref = { type: 'customer', id: 'cus_one' };
  const taken = await ground.worker.as(ledger, async (tx) => {
    await markOwed(tx, ledger, [ref], { soon: true });
    return take(tx, ledger, 'object', [ref]);
  });
  await ground.worker.as(ledger, (tx) => markOwed(tx, ledger, [ref], { soon: true }));
  expect(await payWith(ledger, taken, [{ object: customer('Ada'), evidence: fetched() }])).toHaveLength(1);
  const owed = () => query('SELECT dirty_seq > clean_seq AS owed, lease_until FROM work WHERE workspace_id = $1', [ledger.workspace]);
  expect(await owed()).toEqual([{ owed: true, lease_until: null }]);
  const again = await ground.worker.as(ledger, (tx) => take(tx, ledger, 'object', [ref]));
  await payWith(ledger, again, [{ object: customer('Ada'), evidence: fetched() }]);
  expect(await owed()).toEqual([{ owed: false, lease_until: null }]);
});
