// A given database with one login for web, worker and ingest: a NOINHERIT member of the three roles, which each transaction takes on first (INVARIANTS §4).
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerOfAccount } from '#lib/access/job.ts';
import { parseApiQuery } from '#lib/catalogue/api-query.ts';
import { entryOf } from '#lib/catalogue/index.ts';
import { checkDatabase } from '#lib/boot-check.ts';
import { closeDatabases, openDatabase, useDatabase, type Database, type DatabaseRole } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import type { Ledger } from '#lib/ledger.ts';
import { closePrisma } from '#lib/prisma.ts';
import { page } from '#lib/read/list.ts';
import { connectAccount, giveKey, join, signIn } from '#tests/merchants.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';

const login = `plain_${randomUUID().slice(0, 8)}`;
let urls: FreshDatabase;
let admin: pg.Client;
let url: string;
const open: Partial<Record<DatabaseRole, Database>> = {};
let [a, b] = [] as unknown as [Ledger, Ledger];

beforeAll(async () => {
  urls = await freshDatabase();
  admin = new pg.Client({ connectionString: process.env['TEST_CLUSTER_URL'] });
  await admin.connect();
  await admin.query(`CREATE ROLE ${login} LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT PASSWORD 'plain'`);
  await admin.query(`GRANT counterpart_app, counterpart_worker, counterpart_ingest TO ${login} WITH INHERIT FALSE`);
  const plain = new URL(urls.appUrl);
  plain.username = login;
  plain.password = 'plain';
  url = plain.href;
  Object.assign(process.env, { DATABASE_URL: url, AUTH_SECRET: 'single-login'.padEnd(40, '.') });
  for (const name of ['DATABASE_WORKER_URL', 'DATABASE_INGEST_URL', 'DATABASE_DIRECT_URL']) delete process.env[name];
  forgetEnv();
  for (const role of ['app', 'worker', 'ingest'] as const) open[role] = openDatabase({ url, role, max: 2 });
  const [mine, theirs] = [await join('owner'), await join('owner')];
  a = await connectAccount(urls.ownerUrl, mine.workspace, 'acct_a', false);
  b = await connectAccount(urls.ownerUrl, theirs.workspace, 'acct_b', false);
});

afterAll(async () => {
  await Promise.all(Object.values(open).map((database) => database.close()));
  await closePrisma();
  await closeDatabases();
  await urls?.drop();
  await admin?.query(`DROP ROLE IF EXISTS ${login}`);
  await admin?.end();
});

test('passes the boot check in each of its three roles', async () => {
  for (const role of ['app', 'worker', 'ingest'] as const) await expect(checkDatabase(open[role]!, role)).resolves.toBeUndefined();
});

test('holds nothing by itself: without a role it reads no table', async () => {
  const bare = new pg.Client({ connectionString: url });
  await bare.connect();
  for (const table of ['connection', 'work', 'inbox', 'person', 'customers'])
    await expect(bare.query(`SELECT 1 FROM ${table}`), table).rejects.toThrow(/permission denied/);
  await bare.end();
});

test('leaves no role and no workspace on a connection it gives back', async () => {
  const one = openDatabase({ url, role: 'app', max: 1 });
  await one.as(a, (tx) => tx.query('SELECT 1'));
  const { rows } = await one.pool.query(`SELECT current_user AS who, coalesce(current_setting('app.workspace', true), '') AS workspace`);
  expect(rows).toEqual([{ who: login, workspace: '' }]);
  await one.close();
});

test('people sign up, sign in and get keys with it', async () => {
  const { person, workspace } = await join('admin');
  expect(await signIn(person)).toContain('session=');
  expect((await giveKey(workspace, false)).key).toMatch(/^cpk_test_/);
});

describe('between two workspaces', () => {
  test('a read sees its own rows and none of the other’s, without a predicate', async () => {
    expect(await open.app!.as(a, (tx) => tx.query('SELECT account FROM connection'))).toEqual([{ account: 'acct_a' }]);
    expect(await open.worker!.as(b, (tx) => tx.query('SELECT account FROM connection'))).toEqual([{ account: 'acct_b' }]);
    const restore = useDatabase({ main: openDatabase({ url, role: 'app', max: 1 }) });
    expect(await page(a, entryOf('customer'), parseApiQuery(new URLSearchParams(), entryOf('customer')))).toEqual({ rows: [], hasMore: false });
    await restore();
  });

  test('a worker claims what every workspace owes, and then sees only the claimed one’s rows', async () => {
    await open.app!.routing(async (tx) => {
      for (const of of [a, b])
        await tx.query(`INSERT INTO work (workspace_id, account, livemode, kind, type, id, dirty_seq) VALUES ($1, $2, false, 'object', 'charge', 'ch_1', 1)`, [
          of.workspace,
          of.account,
        ]);
    });
    const claimed = await open.worker!.routing(async (tx) => {
      const work = await tx.query<{ account: string }>(
        `UPDATE work SET token = token + 1, lease_until = clock_timestamp() + interval '30 s' WHERE dirty_seq > clean_seq AND lease_until IS NULL RETURNING account`,
      );
      expect(await tx.query('SELECT 1 FROM connection')).toEqual([]);
      await tx.become((await ledgerOfAccount(tx, 'acct_b', false))!);
      return { work: work.map((row) => row.account).sort(), seen: await tx.query('SELECT account FROM connection') };
    });
    expect(claimed).toEqual({ work: ['acct_a', 'acct_b'], seen: [{ account: 'acct_b' }] });
  });

  test('no role writes into the other’s', async () => {
    for (const role of ['app', 'worker'] as const)
      await expect(
        open[role]!.as(a, (tx) =>
          tx.query(
            `INSERT INTO customers (workspace_id, account, livemode, id, data, api_version, as_of_low, as_of_high, as_of_source, confirmed) VALUES ($1, 'acct_b', false, 'cus_1', '{}', 'x', now(), now(), 'x', true)`,
            [b.workspace],
          ),
        ),
      ).rejects.toThrow(/row-level security/);
  });

  test('the inbox takes events of nobody, shows no body to ingest, and each workspace its own', async () => {
    const keep = (event: string, workspace: string | null) =>
      open.ingest!.statement(
        `INSERT INTO inbox (livemode, account, event_id, created, type, body, source, workspace_id) VALUES (false, 'acct_a', $1, '2026-01-01', 'x', '{}', 'hook', $2)`,
        [event, workspace],
      );
    await keep('evt_1', null);
    await expect(keep('evt_2', a.workspace)).rejects.toThrow(/row-level security/);
    await expect(open.ingest!.statement('SELECT body FROM inbox')).rejects.toThrow(/permission denied/);
    await open.worker!.routing((tx) => tx.query(`UPDATE inbox SET workspace_id = $1 WHERE event_id = 'evt_1'`, [a.workspace]));
    expect(await open.app!.as(a, (tx) => tx.query('SELECT event_id FROM inbox'))).toEqual([{ event_id: 'evt_1' }]);
    expect(await open.app!.as(b, (tx) => tx.query('SELECT event_id FROM inbox'))).toEqual([]);
  });
});

test('an owner’s or superuser’s login is refused in the place of this one', async () => {
  const asSuper = new URL(process.env['TEST_CLUSTER_URL']!);
  asSuper.pathname = new URL(urls.appUrl).pathname;
  const database = openDatabase({ url: asSuper.href, role: 'app', max: 1 });
  await expect(checkDatabase(database, 'app')).rejects.toThrow(/superuser/);
  await database.close();
});
