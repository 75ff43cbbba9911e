// What mirror tests stand on: a fresh database opened as worker and ingest in this process, and ledgers whose connection stands.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { ledgerOfAccount } from '#lib/access/job.ts';
import { openDatabase, useDatabase, type Database } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import type { Ledger } from '#lib/ledger.ts';
import { log } from '#lib/log.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';
import { SECRETS } from './signed.ts';

export type Ground = {
  urls: FreshDatabase;
  worker: Database;
  inbox: Database;
  /** Sees and may do everything (row-level security off for it): for set-up and checks. */
  owner: pg.Pool;
  env: Record<string, string>;
  connect: (account: string, options?: { livemode?: boolean; state?: string }) => Promise<Ledger>;
  close: () => Promise<void>;
};

export async function openGround(more: Record<string, string> = {}): Promise<Ground> {
  const urls = await freshDatabase();
  const env: Record<string, string> = {
    DATABASE_URL: urls.appUrl,
    DATABASE_WORKER_URL: urls.workerUrl,
    DATABASE_INGEST_URL: urls.ingestUrl,
    DATABASE_DIRECT_URL: urls.workerUrl,
    AUTH_SECRET: 'x'.repeat(40),
    LOG_LEVEL: 'silent',
    STRIPE_TEST_SECRET_KEY: 'sk_test_12345678901234567890',
    STRIPE_TEST_CLIENT_ID: 'ca_test',
    STRIPE_TEST_WEBHOOK_SECRET: `${SECRETS.test},${SECRETS.testOld}`,
    STRIPE_LIVE_SECRET_KEY: 'sk_live_12345678901234567890',
    STRIPE_LIVE_CLIENT_ID: 'ca_live',
    STRIPE_LIVE_WEBHOOK_SECRET: SECRETS.live,
    ...more,
  };
  Object.assign(process.env, env);
  forgetEnv();
  log.level = process.env['TEST_LOG'] ?? 'silent';
  const worker = openDatabase({ url: urls.workerUrl, role: 'worker', max: 10 });
  const inbox = openDatabase({ url: urls.ingestUrl, role: 'ingest', max: 5 });
  const restore = useDatabase({ main: worker, inbox });
  const owner = new pg.Pool({ connectionString: superUrl(urls.ownerUrl), max: 4 });
  owner.on('error', () => {}); // its server may be ended by a test; the next use reports it
  return {
    urls,
    worker,
    inbox,
    owner,
    env,
    connect: async (account, { livemode = false, state = 'live' } = {}) => {
      const workspace = randomUUID();
      await owner.query(`INSERT INTO workspace (id, slug, name, time_zone, locale) VALUES ($1, $2, $2, 'UTC', 'en')`, [
        workspace,
        `w-${workspace.slice(0, 8)}`,
      ]);
      await owner.query(
        `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts, created_at) VALUES ($1, $2, $3, 1, $4, 'read_write', '{}', clock_timestamp() - interval '1 minute')`,
        [workspace, account, livemode, state],
      );
      await owner.query('INSERT INTO account_route (account, livemode, workspace_id, generation) VALUES ($1, $2, $3, 1)', [account, livemode, workspace]);
      return (await worker.routing((tx) => ledgerOfAccount(tx, account, livemode)))!;
    },
    close: async () => {
      await restore();
      await owner.end();
      await urls.drop();
      forgetEnv();
    },
  };
}

/** The cluster's own login in this test's database: row-level security does not bind it. */
function superUrl(ownerUrl: string): string {
  const url = new URL(process.env['TEST_CLUSTER_URL']!);
  url.pathname = new URL(ownerUrl).pathname;
  return url.href;
}
