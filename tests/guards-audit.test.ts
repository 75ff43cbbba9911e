// The advisory lock of the audit chain (I12): appends that meet wait for one another. Without it the chain's unique keys would refuse all but one.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ledgerOfRow } from '#lib/access/job.ts';
import { appendAudit, verifyAudit } from '#lib/audit.ts';
import { openDatabase, type Database } from '#lib/db.ts';
import { freshDatabase, type FreshDatabase } from './world.ts';

const PARALLEL = 20;

let urls: FreshDatabase;
let app: Database;
beforeAll(async () => {
  urls = await freshDatabase();
  app = openDatabase({ url: urls.appUrl, role: 'app', max: PARALLEL });
});
afterAll(async () => {
  await app?.close();
  await urls?.drop();
});

test('of appends at the same moment none is refused, and the chain has them all', async () => {
  const ledger = ledgerOfRow({ workspace_id: randomUUID(), account: 'acct_1', livemode: false, generation: 1 });
  const actor = { kind: 'job', id: 'system', name: 'test' } as const;
  await Promise.all(Array.from({ length: PARALLEL }, () => app.as(ledger, (tx) => tx.query('SELECT 1')))); // every connection stands
  const ends = await Promise.allSettled(
    Array.from({ length: PARALLEL }, (_, index) => app.as(ledger, (tx) => appendAudit(tx, ledger.workspace, { act: 'test.made', actor, after: { index } }))),
  );
  expect(ends.filter((end) => end.status === 'rejected').map((end) => String(end.reason))).toEqual([]);
  expect(await app.as(ledger, (tx) => verifyAudit(tx, ledger.workspace))).toMatchObject({ ok: true, entries: BigInt(PARALLEL) });
});
