// Brings a whole world up in order and takes it down again: PostgreSQL, sandbox, migrations, build, web, ingest, worker.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildWeb } from './build.ts';
import { type Child, untilPrinted } from './child.ts';
import { type Kept, keepUp } from './keep-up.ts';
import { childEnv, ownerUrl, type Plan, sandboxEnv } from './plan.ts';
import { freePort } from './ports.ts';
import { makeRolesAndDatabase, startPostgres, type Postgres } from './postgres.ts';

const root = join(import.meta.dirname, '..', '..');

export type World = {
  plan: Plan;
  env: Record<string, string>;
  ownerUrl: string;
  /** Resolves with the words of the first process that ended for good. */
  broken: Promise<string>;
  stop: () => Promise<void>;
};

export type WorldOptions = { say: (line: string) => void; dev?: boolean; distDir?: string };

/** Throws with the process's own words when one of them does not come up; what was started is stopped then. */
export async function startWorld(plan: Plan, { say, dev = false, distDir = '.next' }: WorldOptions): Promise<World> {
  const started: { postgres?: Postgres; children: Kept[] } = { children: [] };
  const stop = () => stopAll(started);
  const ended: Promise<string>[] = [];
  const log = (name: string) => join(plan.dataDir, 'logs', `${name}.log`);
  const start = (name: string, args: readonly string[], env: Record<string, string>): Child => {
    const kept = keepUp({ name, args, env, log: log(name) }, say);
    started.children.push(kept);
    ended.push(kept.lost);
    return kept.current();
  };
  try {
    const postgresPort = plan.embedded ? await freePort() : null;
    if (postgresPort !== null) {
      say('Starting PostgreSQL');
      started.postgres = await startPostgres({ folder: join(plan.dataDir, 'postgres'), port: postgresPort, password: plan.secrets.postgres });
      await makeRolesAndDatabase(started.postgres.adminUrl, 'counterpart', plan.secrets);
      const { child } = started.postgres;
      ended.push(new Promise((resolve) => child.once('exit', (code) => resolve(`PostgreSQL ended with ${code}`))));
    }
    const env = childEnv(plan, postgresPort);
    const owner = ownerUrl(plan, postgresPort);
    await migrate(owner);
    const sandbox = plan.sandbox ? start('sandbox', ['sandbox/main.ts'], sandboxEnv(plan)) : null;
    if (!dev) {
      say('Building the web (once per version)');
      await buildWeb(distDir);
    }
    if (sandbox) await untilPrinted(sandbox, /ready (\S+)/);
    say('Starting web, ingest and worker');
    const host = isLoopback(plan.appUrl) ? 'localhost' : '0.0.0.0';
    const next = ['node_modules/next/dist/bin/next', dev ? 'dev' : 'start', '-p', String(plan.ports.web), '-H', host];
    const web = start('web', next, { ...env, PROCESS: 'web', NEXT_DIST_DIR: dev ? '.next-dev' : distDir, ...(dev ? { NODE_ENV: 'development' } : {}) });
    const ingest = start('ingest', ['processes/ingest.ts'], { ...env, PROCESS: 'ingest' });
    const worker = start('worker', ['processes/worker.ts'], { ...env, PROCESS: 'worker' });
    await Promise.all([untilPrinted(ingest, /ready/), untilPrinted(worker, /ready/), untilAnswers(`${plan.appUrl}/login`, web)]);
    writeEnv(plan, { ...env, DATABASE_OWNER_URL: owner });
    for (const kept of started.children) kept.arm();
    return { plan, env, ownerUrl: owner, broken: Promise.race(ended), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Web first, so that nobody asks what is gone; the database last. */
async function stopAll({ postgres, children }: { postgres?: Postgres; children: Kept[] }): Promise<void> {
  await Promise.all(children.filter((child) => child.name !== 'sandbox').map((child) => child.stop()));
  await Promise.all(children.map((child) => child.stop(5000)));
  await postgres?.stop();
}

/** In a process of its own: the engine keeps its lock for as long as the process lives. */
async function migrate(url: string): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'scripts/migrate.ts')], {
    cwd: root,
    env: { ...process.env, DATABASE_OWNER_URL: url, DATABASE_URL: url },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(said.trim());
}

/** What commands beside the world need (npm run admin, db:diff): readable by its owner alone. */
function writeEnv(plan: Plan, env: Record<string, string>): void {
  mkdirSync(plan.dataDir, { recursive: true });
  const lines = Object.entries(env).filter(([name]) => name !== 'NODE_ENV' && name !== 'PATH');
  writeFileSync(join(plan.dataDir, 'env'), `${lines.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join('\n')}\n`, { mode: 0o600 });
}

async function untilAnswers(url: string, web: Child): Promise<void> {
  let ended: number | null | undefined;
  void web.ended.then((code) => (ended = code ?? 0));
  for (let tries = 0; tries < 600; tries += 1) {
    if (ended !== undefined) throw new Error(`web ended with ${ended}:\n${web.tail()}`);
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(30_000) }).catch(() => null);
    if (answer?.status === 200) return;
    if (answer && answer.status >= 500) throw new Error(`The log-in page answers ${answer.status}:\n${web.tail()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The log-in page did not answer at ${url} within a minute:\n${web.tail()}`);
}

function isLoopback(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}
