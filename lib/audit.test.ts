// F15, short: parallel appends make one chain, and whatever a database administrator does to it is found.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ledgerOfRow } from './access/job.ts';
import { appendAudit, verifyAudit, type Head, type Verified } from './audit.ts';
import { openDatabase, type Database } from './db.ts';
import type { Ledger } from './ledger.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';

const PARALLEL = 50;
const ROUNDS = 4;

let urls: FreshDatabase;
let app: Database;
let owner: pg.Client;
let ledger: Ledger;
let head: Head;

beforeAll(async () => {
  urls = await freshDatabase();
  app = openDatabase({ url: urls.appUrl, role: 'app', max: 20 });
  owner = new pg.Client({ connectionString: urls.ownerUrl });
  await owner.connect();
});

afterAll(async () => {
  await Promise.all([app?.close(), owner?.end()]);
  await urls?.drop();
});

beforeEach(async () => {
  ledger = ledgerOfRow({ workspace_id: randomUUID(), account: 'acct_1', livemode: false, generation: 1 });
  await owner.query(`SELECT set_config('app.workspace', $1, false)`, [ledger.workspace]);
  await append(10);
  const whole = await verify();
  if (!whole.ok) throw new Error('The chain was not whole to begin with.');
  head = whole.head!;
});

test('parallel appends never fork the chain', async () => {
  for (let round = 0; round < ROUNDS; round += 1) await append(PARALLEL);
  expect(await verify(head)).toMatchObject({ ok: true, entries: BigInt(10 + PARALLEL * ROUNDS) });
});

test('an altered entry is found', async () => {
  await damage(`UPDATE audit_entry SET body = jsonb_set(body, '{after,index}', '99') WHERE workspace_id = $1 AND seq = 4`);
  expect(await verify(head)).toEqual({ ok: false, at: 4n, why: 'altered' });
});

test('an altered time is found to the microsecond', async () => {
  await damage(`UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE workspace_id = $1 AND seq = 6`);
  expect(await verify(head)).toEqual({ ok: false, at: 6n, why: 'altered' });
});

test('a deleted entry is found', async () => {
  await damage('DELETE FROM audit_entry WHERE workspace_id = $1 AND seq = 5');
  expect(await verify(head)).toEqual({ ok: false, at: 5n, why: 'missing' });
});

test('reordered entries are found', async () => {
  await damage('UPDATE audit_entry SET seq = -1 WHERE workspace_id = $1 AND seq = 2');
  await damage('UPDATE audit_entry SET seq = 2 WHERE workspace_id = $1 AND seq = 3');
  await damage('UPDATE audit_entry SET seq = 3 WHERE workspace_id = $1 AND seq = -1');
  expect(await verify(head)).toEqual({ ok: false, at: 2n, why: 'broken_link' });
});

test('a cut tail is whole in itself, and is found through the exported head', async () => {
  await damage('DELETE FROM audit_entry WHERE workspace_id = $1 AND seq > 7');
  expect(await verify()).toMatchObject({ ok: true, entries: 7n });
  expect(await verify(head)).toEqual({ ok: false, at: 8n, why: 'cut_short' });
});

test('a chain written anew from the cut is found through the exported head', async () => {
  await damage('DELETE FROM audit_entry WHERE workspace_id = $1 AND seq > 7');
  await damage('DELETE FROM audit_text WHERE workspace_id = $1 AND seq > 7');
  await append(5);
  expect(await verify()).toMatchObject({ ok: true, entries: 12n });
  expect(await verify(head)).toEqual({ ok: false, at: 10n, why: 'altered' });
});

async function append(count: number): Promise<void> {
  const actor = { kind: 'job', id: 'system', name: 'test' } as const;
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      app.as(ledger, (tx) => appendAudit(tx, ledger.workspace, { act: 'test.made', actor, after: { index }, texts: { note: 'outside the chain' } })),
    ),
  );
}

function verify(exported?: Head): Promise<Verified> {
  return app.as(ledger, (tx) => verifyAudit(tx, ledger.workspace, exported));
}

async function damage(sql: string): Promise<void> {
  const { rowCount } = await owner.query(sql, [ledger.workspace]);
  if (!rowCount) throw new Error('Nothing was damaged: the test proves nothing.');
}
