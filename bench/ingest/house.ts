// Everything a comparison needs, once: one PostgreSQL with a database for each side, our door, worker and web, the peer's door, and a stand-in Stripe.
import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { buildWeb } from '#scripts/world/build.ts';
import { type Child, startChild, untilPrinted } from '#scripts/world/child.ts';
import { childEnv, makePlan, type Plan } from '#scripts/world/plan.ts';
import { freePort } from '#scripts/world/ports.ts';
import { makeRolesAndDatabase, startPostgres } from '#scripts/world/postgres.ts';
import { Visitor } from '#scripts/world/visitor.ts';
import { fetchPeer, migratePeer, startPeer } from './peer.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

const root = join(import.meta.dirname, '../..');

export type Side = { readonly name: 'counterpart' | 'peer'; readonly url: string; readonly pids: readonly number[]; readonly database: pg.Pool };
export type House = {
  readonly ours: Side;
  readonly peer: Side;
  readonly secret: string;
  readonly accounts: readonly string[];
  readonly standIn: StandIn;
  readonly postmaster: number;
  readonly settings: Readonly<Record<string, string>>;
  /** Signed in as the owner of the first account's workspace. */
  readonly visitor: Visitor | null;
  readonly pages: readonly string[];
};

export const SETTINGS = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_level',
  'max_wal_size',
  'checkpoint_timeout',
  'shared_buffers',
  'autovacuum',
];

/** The same server for both: as the product ships it, with room in the log so that no checkpoint falls into one round and not the other. */
const POSTGRES = [
  'max_wal_size=4GB',
  'checkpoint_timeout=30min',
  ...(process.env['BENCH_STATEMENTS'] ? ['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.track_planning=on'] : []),
];

/** `stops` is filled as things start: whoever holds it can end them at any moment, in reverse. */
export async function openHouse(of: {
  folder: string;
  peerFolder: string;
  accounts: number;
  web: boolean;
  stops: (() => unknown)[];
  say: (line: string) => void;
}): Promise<House> {
  const { folder, stops, say } = of;
  const plan = await planFor(folder);
  const log = (name: string) => join(folder, 'logs', `${name}.log`);
  say('Fetching the peer');
  const file = await fetchPeer(of.peerFolder);
  say('Starting PostgreSQL');
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), port: await freePort(), password: plan.secrets.postgres, settings: POSTGRES });
  stops.push(() => postgres.stop());
  await makeRolesAndDatabase(postgres.adminUrl, 'counterpart', plan.secrets);
  await makeRolesAndDatabase(postgres.adminUrl, 'peer', plan.secrets);
  const on = (name: string) => postgres.adminUrl.replace(/\/postgres$/, `/${name}`);
  const oursDatabase = poolOf(on('counterpart'), stops);
  const peerDatabase = poolOf(on('peer'), stops);
  const standIn = await startStandIn();
  stops.push(() => standIn.close());
  const env: Record<string, string> = {
    ...childEnv(plan, postgres.port),
    STRIPE_API_BASE: standIn.url,
    LOG_LEVEL: 'error',
    CALL_RATE_FACTOR: '1000',
    ...(process.env['BENCH_PROFILE'] ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${process.env['BENCH_PROFILE']}` } : {}),
  };
  const owner = `postgres://counterpart_owner:${plan.secrets.owner}@127.0.0.1:${postgres.port}/counterpart`;
  say('Migrating both databases');
  await node(['scripts/migrate.ts'], { ...env, DATABASE_URL: owner, DATABASE_OWNER_URL: owner });
  await migratePeer(file, of.peerFolder, on('peer'));
  await node(['scripts/admin.ts', 'create-user', '--email', 'bench@example.com', '--name', 'Bench', '--password', plan.secrets.demo], {
    ...env,
    DATABASE_OWNER_URL: owner,
  });
  await node(
    ['scripts/admin.ts', 'create-workspace', '--name', 'Bench', '--slug', 'bench', '--owner', 'bench@example.com', '--time-zone', 'UTC', '--locale', 'en'],
    {
      ...env,
      DATABASE_OWNER_URL: owner,
    },
  );
  const accounts = Array.from({ length: of.accounts }, (_, index) => `acct_b${String(index).padStart(3, '0')}`);
  await connectAll(oursDatabase, accounts);
  const start = (name: string, args: readonly string[]): Child => {
    const child = startChild({ name, args, env: { ...env, PROCESS: name }, log: log(name) });
    stops.push(() => child.stop(10_000));
    return child;
  };
  const door = start('ingest', ['processes/ingest.ts']);
  const worker = start('worker', ['processes/worker.ts']);
  const peer = await startPeer({ file, databaseUrl: on('peer'), secret: plan.secrets.testHook, log: log('peer') });
  stops.push(() => peer.child.stop(5_000));
  const url = `${(await untilPrinted(door, /ready (\S+)/)).replace('localhost', '127.0.0.1')}/api/webhooks/stripe`;
  await untilPrinted(worker, /ready worker/);
  const visitor = of.web ? await startWeb() : null;
  return {
    ours: { name: 'counterpart', url, pids: [door.process.pid!, worker.process.pid!], database: oursDatabase },
    peer: { name: 'peer', url: peer.url, pids: [peer.child.process.pid!], database: peerDatabase },
    secret: plan.secrets.testHook,
    accounts,
    standIn,
    postmaster: await postmasterOf(oursDatabase),
    settings: await settingsOf(oursDatabase),
    visitor,
    pages: ['/bench/test/payments', '/bench/test/customers', '/bench/test/refunds', '/bench/test/settings/connection'],
  };

  async function startWeb(): Promise<Visitor> {
    const distDir = process.env['NEXT_DIST_DIR'] ?? '.next-bench';
    say('Building the web (once per version)');
    await buildWeb(distDir);
    const web = startChild({
      name: 'web',
      args: ['node_modules/next/dist/bin/next', 'start', '-p', String(plan.ports.web), '-H', 'localhost'],
      env: { ...env, PROCESS: 'web', NEXT_DIST_DIR: distDir, NODE_OPTIONS: '' },
      log: log('web'),
    });
    stops.push(() => web.stop(5_000));
    await untilPrinted(web, /Ready in/i);
    const visitor = new Visitor(plan.appUrl);
    await visitor.signIn('bench@example.com', plan.secrets.demo);
    return visitor;
  }
}

async function planFor(folder: string): Promise<Plan> {
  const [web, ingest, sandbox, smtp] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const made = makePlan(
    { PORT: String(web), INGEST_PORT: String(ingest), SANDBOX_PORT: String(sandbox), SANDBOX_SMTP_PORT: String(smtp), DATA_DIR: folder, LOG_LEVEL: 'error' },
    root,
  );
  if ('faults' in made) throw new Error(made.faults.join('\n'));
  return made.plan;
}

function poolOf(url: string, stops: (() => unknown)[]): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => {});
  stops.push(() => pool.end());
  return pool;
}

/** One workspace an account; paused routes are handed events but fetch nothing: what is owed is confirmed apart. */
async function connectAll(owner: pg.Pool, accounts: readonly string[]): Promise<void> {
  const { rows } = await owner.query<{ id: string }>(`SELECT id FROM workspace WHERE slug = 'bench'`);
  for (const [index, account] of accounts.entries()) {
    const workspace = index === 0 ? rows[0]!.id : randomUUID();
    if (index > 0)
      await owner.query(`INSERT INTO workspace (id, slug, name, time_zone, locale) VALUES ($1, $2, $2, 'UTC', 'en')`, [workspace, `bench-${account.slice(5)}`]);
    await owner.query(
      `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts, created_at) VALUES ($1, $2, false, 1, 'live', 'read_write', '{}', clock_timestamp() - interval '1 minute')`,
      [workspace, account],
    );
    await owner.query('INSERT INTO account_route (account, livemode, workspace_id, generation, paused) VALUES ($1, false, $2, 1, true)', [account, workspace]);
  }
}

async function postmasterOf(database: pg.Pool): Promise<number> {
  const { rows } = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const text = readFileSync(`/proc/${rows[0]!.pid}/stat`, 'utf8');
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
}

async function settingsOf(database: pg.Pool): Promise<Record<string, string>> {
  const { rows } = await database.query<{ name: string; value: string }>('SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS s(name)', [
    SETTINGS,
  ]);
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

async function node(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const { NODE_OPTIONS: _profiled, ...rest } = env;
  const child = spawn(process.execPath, [...args], {
    cwd: root,
    env: { NODE_ENV: 'production', PATH: process.env['PATH'] ?? '', ...rest },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`${args.slice(0, 2).join(' ')} failed: ${said.trim()}`);
}
