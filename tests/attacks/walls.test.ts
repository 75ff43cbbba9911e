// The database's own walls (INVARIANTS §4), with no help from the data layer: what a login may see, claim, write and delete.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerOfAccount } from '#lib/access/job.ts';
import { appendAudit, GENESIS, hashOf } from '#lib/audit.ts';
import { checkDatabase, routingTables, tenantTables } from '#lib/boot-check.ts';
import { openDatabase, type Database } from '#lib/db.ts';
import type { Ledger } from '#lib/ledger.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';

const [a, b] = [randomUUID(), randomUUID()];
let urls: FreshDatabase;
let owner: pg.Client;
let app: Database;
let worker: Database;
let ledgerA: Ledger;

beforeAll(async () => {
  urls = await freshDatabase();
  owner = new pg.Client({ connectionString: urls.ownerUrl });
  await owner.connect();
  app = openDatabase({ url: urls.appUrl, role: 'app', max: 4 });
  worker = openDatabase({ url: urls.workerUrl, role: 'worker', max: 4 });
  for (const [workspace, account] of [
    [a, 'acct_a'],
    [b, 'acct_b'],
  ]) {
    await owner.query(`INSERT INTO workspace (id, slug, name, time_zone, locale) VALUES ($1, $2, $2, 'UTC', 'en')`, [workspace, account!.replace('_', '-')]);
    await owner.query('INSERT INTO account_route (account, livemode, workspace_id, generation) VALUES ($1, false, $2, 1)', [account, workspace]);
    await owner.query(`SELECT set_config('app.workspace', $1, false)`, [workspace]);
    await owner.query(
      `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts) VALUES ($1, $2, false, 1, 'live', 'read_write', '{}')`,
      [workspace, account],
    );
    await owner.query(`INSERT INTO work (workspace_id, account, livemode, kind, type, id, dirty_seq) VALUES ($1, $2, false, 'object', 'charge', $2, 1)`, [
      workspace,
      account,
    ]);
  }
  ledgerA = (await app.routing((tx) => ledgerOfAccount(tx, 'acct_a', false)))!;
});

afterAll(async () => {
  await Promise.all([app?.close(), worker?.close(), owner?.end()]);
  await urls?.drop();
});

test('every table stands in exactly one list, and the inbox in both', async () => {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> '_prisma_migrations' ORDER BY 1`,
  );
  expect(rows.map((row) => row.name)).toEqual([...routingTables, ...tenantTables].sort());
});

test('every tenant table and partition has row-level security, enabled and forced', async () => {
  await expect(checkDatabase(app, 'app')).resolves.toBeUndefined();
  const { rows } = await owner.query(`SELECT DISTINCT tablename FROM pg_policies WHERE policyname = 'tenant'`);
  expect(rows.map((row) => row.tablename as string).sort()).toEqual([...tenantTables].sort());
  const partitions = await owner.query(
    `SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.rolname LIKE 'counterpart\\_%' AND r.rolname <> 'counterpart_owner' WHERE relispartition AND relkind = 'r' AND has_table_privilege(r.oid, c.oid, 'SELECT')`,
  );
  expect(partitions.rows).toEqual([]);
});

test('no login but the owner may delete or truncate a tenant table, and none may rewrite the audit log', async () => {
  const { rows } = await owner.query(
    `SELECT r.rolname, t.name, p.right FROM unnest($1::text[]) t(name), (VALUES ('DELETE'), ('TRUNCATE')) p("right"), pg_roles r
      WHERE r.rolname IN ('counterpart_app', 'counterpart_worker', 'counterpart_ingest') AND has_table_privilege(r.oid, t.name, p.right)`,
    [tenantTables],
  );
  expect(rows).toEqual([]);
  await expect(app.as(ledgerA, (tx) => tx.query('UPDATE audit_entry SET hash = hash'))).rejects.toThrow(/permission denied/);
});

test('no function or view bypasses the walls', async () => {
  const { rows } = await owner.query(
    `SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND n.nspname = 'public'`,
  );
  expect(rows).toEqual([]);
  expect((await owner.query(`SELECT viewname FROM pg_views WHERE schemaname = 'public'`)).rows).toEqual([]);
});

describe('one workspace’s transaction', () => {
  test('sees its own rows and none of another’s, without any predicate', async () => {
    expect(await app.as(ledgerA, (tx) => tx.query('SELECT account FROM connection'))).toEqual([{ account: 'acct_a' }]);
  });

  test('cannot write a row into another workspace', async () => {
    const intrude = app.as(ledgerA, (tx) =>
      tx.query(
        `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts) VALUES ($1, 'acct_x', false, 1, 'live', 'read_write', '{}')`,
        [b],
      ),
    );
    await expect(intrude).rejects.toThrow(/row-level security/);
    expect(await app.as(ledgerA, (tx) => tx.run(`UPDATE connection SET state = 'revoked' WHERE workspace_id = $1`, [b]))).toBe(0);
  });

  test('leaves nothing behind on the connection it used', async () => {
    await app.as(ledgerA, (tx) => tx.query('SELECT 1'));
    expect(await app.routing((tx) => tx.query('SELECT account FROM connection'))).toEqual([]);
    const rows = await Promise.all(Array.from({ length: 12 }, () => app.routing((tx) => tx.query(`SELECT count(*)::int AS seen FROM connection`))));
    expect(rows.flat().every((row) => row['seen'] === 0)).toBe(true);
  });

  test('cannot be opened inside another', async () => {
    await expect(app.as(ledgerA, () => app.as(ledgerA, (tx) => tx.query('SELECT 1')))).rejects.toThrow(/inside another/);
  });

  test('takes no workspace from a look-alike', async () => {
    const forged = { workspace: b, account: 'acct_b', livemode: false, generation: 1 };
    // @ts-expect-error a plain object is not a Ledger: it does not compile, and it does not run
    await expect(app.as(forged, (tx) => tx.query('SELECT 1'))).rejects.toThrow(/Not a Ledger/);
  });
});

describe('the claim of work across workspaces', () => {
  test('finds every workspace’s owed work, and after becoming one sees only its rows', async () => {
    const claimed = await worker.routing(async (tx) => {
      const work = await tx.query<{ account: string }>(
        `UPDATE work SET token = token + 1, lease_until = clock_timestamp() + interval '30 s' WHERE dirty_seq > clean_seq AND lease_until IS NULL RETURNING account`,
      );
      expect(await tx.query('SELECT 1 FROM connection')).toEqual([]);
      const ledger = (await ledgerOfAccount(tx, 'acct_b', false))!;
      await tx.become(ledger);
      return { work: work.map((row) => row.account).sort(), seen: await tx.query('SELECT account FROM connection') };
    });
    expect(claimed).toEqual({ work: ['acct_a', 'acct_b'], seen: [{ account: 'acct_b' }] });
  });
});

describe('the ingest login', () => {
  let ingest: Database;
  beforeAll(() => (ingest = openDatabase({ url: urls.ingestUrl, role: 'ingest', max: 1 })));
  afterAll(() => ingest.close());
  const keep = (workspace: string | null) =>
    ingest.statement(
      `INSERT INTO inbox (livemode, account, event_id, created, type, body, source, workspace_id) VALUES (false, 'acct_a', 'evt_1', '2026-01-01', 'x', '{}', 'hook', $1)
      ON CONFLICT (livemode, account, event_id, created) DO UPDATE SET deliveries = inbox.deliveries + 1, last_delivered_at = clock_timestamp() RETURNING deliveries`,
      [workspace],
    );

  test('keeps events, counts duplicates, and can name no workspace', async () => {
    await expect(keep(a)).rejects.toThrow(/row-level security/);
    expect([await keep(null), await keep(null)]).toEqual([[{ deliveries: 1 }], [{ deliveries: 2 }]]);
  });

  test('reads no body and no other table', async () => {
    await expect(ingest.statement('SELECT body FROM inbox')).rejects.toThrow(/permission denied/);
    await expect(ingest.statement('SELECT 1 FROM connection')).rejects.toThrow(/permission denied/);
    await expect(ingest.statement('SELECT 1 FROM person')).rejects.toThrow(/permission denied/);
  });
});

test('parallel audit appends make one chain, and any change to it shows', async () => {
  const actor = { kind: 'job', id: 'system', name: 'test' } as const;
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      app.as(ledgerA, (tx) => appendAudit(tx, a, { act: 'test.made', actor, after: { index }, texts: { note: 'kept outside' } })),
    ),
  );
  const entries = await app.as(ledgerA, (tx) =>
    tx.query<{ seq: bigint; at: string; body: unknown; prev_hash: string; hash: string }>(
      `SELECT seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, body, prev_hash, hash FROM audit_entry WHERE workspace_id = $1 ORDER BY seq`,
      [a],
    ),
  );
  expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 20 }, (_, index) => BigInt(index + 1)));
  let prev = GENESIS;
  for (const entry of entries) {
    expect(entry.prev_hash).toBe(prev);
    expect(hashOf(a, entry.seq, entry.at, entry.body, prev)).toBe(entry.hash);
    expect(hashOf(a, entry.seq, entry.at, { ...(entry.body as object), act: 'test.altered' }, prev)).not.toBe(entry.hash);
    expect(JSON.stringify(entry.body)).not.toContain('kept outside');
    prev = entry.hash;
  }
});

test('a login that the walls do not bind is refused at start', async () => {
  const asOwner = openDatabase({ url: urls.ownerUrl, role: 'owner', max: 1 });
  await expect(checkDatabase(asOwner, 'app')).rejects.toThrow(/owns tenant tables|not a member/);
  await asOwner.close();
  await owner.query('ALTER TABLE customers NO FORCE ROW LEVEL SECURITY');
  await expect(checkDatabase(app, 'app')).rejects.toThrow(/not enabled and forced on: customers/);
  await owner.query('ALTER TABLE customers FORCE ROW LEVEL SECURITY');
});
