// What integration tests stand on: a fresh migrated database each, and the real processes on random ports.
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { makeRoles, TEST_PASSWORD } from './cluster.ts';

const root = join(import.meta.dirname, '..');

export type FreshDatabase = { ownerUrl: string; appUrl: string; workerUrl: string; ingestUrl: string; drop: () => Promise<void> };

/** A database of its own with every migration applied, cloned from a template in about 100 ms. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const admin = await connect(clusterUrl());
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  try {
    const template = await templateOf(admin);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER counterpart_owner`);
  } finally {
    await admin.end();
  }
  const url = (role: string) => {
    const made = new URL(clusterUrl());
    made.username = `counterpart_${role}`;
    made.password = TEST_PASSWORD;
    made.pathname = `/${name}`;
    return made.href;
  };
  return { ownerUrl: url('owner'), appUrl: url('app'), workerUrl: url('worker'), ingestUrl: url('ingest'), drop: () => dropDatabase(name) };
}

export type Process = {
  /** Base address, without a slash at the end; '' for a worker. */
  url: string;
  env: Record<string, string>;
  child: ChildProcess;
  /** Everything it printed so far. */
  output: () => string;
  /** SIGTERM, and SIGKILL after 10 s. */
  stop: () => Promise<void>;
  kill: (signal: NodeJS.Signals) => void;
};

/** Starts `node <file>` and waits until it prints `ready`; the address is read from that line. */
export async function startProcess(file: string, env: Record<string, string>, ready: RegExp, args: readonly string[] = []): Promise<Process> {
  const child = spawn(process.execPath, [...args, join(root, file)], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NODE_ENV: 'test', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const found = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${file} was not ready within 60 s:\n${printed}`)), 60_000);
    const hear = (chunk: Buffer) => {
      printed += chunk.toString();
      const match = ready.exec(printed);
      if (match) {
        clearTimeout(timer);
        resolve(match[1] ?? '');
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${file} ended with ${code}:\n${printed}`));
    });
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return { url: found, env, child, output: () => printed, stop: () => stopChild(child), kill: (signal) => child.kill(signal) };
}

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

/** Named after the migrations' content, so that a changed migration makes a new template. */
async function templateOf(admin: pg.Client): Promise<string> {
  const folder = join(root, 'prisma/migrations');
  const ordered = readdirSync(folder, { withFileTypes: true })
    .filter((item) => item.isDirectory() && existsSync(join(folder, item.name, 'migration.sql')))
    .map((item) => item.name)
    .sort()
    .map((name) => readFileSync(join(folder, name, 'migration.sql'), 'utf8'));
  const name = `template_${createHash('sha256').update(ordered.join('\n')).digest('hex').slice(0, 16)}`;
  await admin.query('SELECT pg_advisory_lock(20261124)');
  try {
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return name;
    await makeRoles(clusterUrl());
    const draft = `draft_${randomUUID().replaceAll('-', '')}`;
    await admin.query(`CREATE DATABASE ${draft} OWNER counterpart_owner`);
    const url = new URL(clusterUrl());
    url.username = 'counterpart_owner';
    url.password = TEST_PASSWORD;
    url.pathname = `/${draft}`;
    const owner = await connect(url.href);
    for (const sql of ordered) await owner.query(sql);
    await owner.end();
    await admin.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
    return name;
  } finally {
    await admin.query('SELECT pg_advisory_unlock(20261124)');
  }
}

async function dropDatabase(name: string): Promise<void> {
  const admin = await connect(clusterUrl());
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.end();
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

function clusterUrl(): string {
  const url = process.env['TEST_CLUSTER_URL'];
  if (!url) throw new Error('TEST_CLUSTER_URL is not set: run the tests through vitest, whose global set-up starts PostgreSQL.');
  return url;
}
