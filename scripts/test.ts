// npm test under Node 24: checks, three guards taken out, one build, one world for all suites, unit and integration tests, then the journeys in a browser.
// `npm test -- check`, `-- unit [files]`, `-- guards`, `-- e2e [files]` run one part.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWeb, generateClient } from './world/build.ts';
import { ensureBrowser } from './world/browser.ts';
import { type Child, startChild, untilPrinted } from './world/child.ts';
import { setUpDemo } from './world/demo.ts';
import { makePlan } from './world/plan.ts';
import { freePort } from './world/ports.ts';
import { startWorld, type World } from './world/start-world.ts';

const root = join(import.meta.dirname, '..');
const [only, ...files] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const results: { name: string; ok: boolean; summary: string; seconds: number }[] = [];
const wants = (part: string) => only === undefined || only === part;
let world: World | undefined;
let running: ChildProcess | undefined;
let pseudoWeb: Child | undefined;

const folder = mkdtempSync(join(tmpdir(), 'counterpart-run-'));
chmodSync(folder, 0o711); // as root PostgreSQL runs as a lesser user, who has to pass
process.on('SIGTERM', () => void leave(1));
process.on('SIGINT', () => void leave(130));

try {
  if (only !== undefined && !['check', 'unit', 'guards', 'e2e'].includes(only)) throw new Error(`There is no part “${only}”: check, unit, guards or e2e.`);
  await generateClient();
  if (wants('check')) await part('check', [join(root, 'scripts/check.ts')], {});
  if (wants('guards')) await part('guards', [join(root, 'scripts/guards.ts'), '--three'], {});
  if (wants('unit') || wants('e2e')) {
    world = await sharedWorld();
    const env = await describe(world);
    // Unit tests make environments of their own: they are told of the shared world, and not put into it.
    const told = { ...Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('E2E_'))), E2E_ENV: JSON.stringify(world.env) };
    if (wants('unit')) await part('vitest', [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...files], told);
    if (wants('e2e')) {
      ensureBrowser(say);
      const pseudo = await servePseudo(world);
      await part('playwright', [join(root, 'node_modules/@playwright/test/cli.js'), 'test', ...files], { ...env, E2E_PSEUDO_URL: pseudo });
    }
  }
  await leave(results.every((result) => result.ok) ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await leave(1);
}

/** Random ports and a data folder of its own: runs beside `npm start`. */
async function sharedWorld(): Promise<World> {
  const ports = { PORT: await freePort(), INGEST_PORT: await freePort(), SANDBOX_PORT: await freePort(), SANDBOX_SMTP_PORT: await freePort() };
  const own = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
  const made = makePlan({ ...own, DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn' }, root);
  if ('faults' in made) throw new Error(made.faults.join('\n'));
  await buildWeb('.next-test');
  return startWorld(made.plan, { say, distDir: '.next-test' });
}

/** What the suites are told about the world. */
async function describe(shared: World): Promise<Record<string, string>> {
  const demo = await setUpDemo(shared, say, { readers: 60, months: 6, fjordReaders: 12 });
  return {
    ...shared.env,
    E2E_APP_URL: shared.plan.appUrl,
    E2E_INGEST_URL: `http://localhost:${shared.plan.ports.ingest}`,
    E2E_SANDBOX_URL: `http://127.0.0.1:${shared.plan.ports.sandbox}`,
    E2E_OWNER_URL: shared.ownerUrl,
    E2E_DEMO: JSON.stringify(demo),
    E2E_DIST_DIR: '.next-test',
  };
}

/** A second web on the same world, in the pseudo-locale: longer words, from right to left. */
async function servePseudo(shared: World): Promise<string> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const args = ['node_modules/next/dist/bin/next', 'start', '-p', String(port), '-H', 'localhost'];
  const env = { ...shared.env, PORT: String(port), APP_URL: url, PROCESS: 'web', NEXT_DIST_DIR: '.next-test', PSEUDO_LOCALE: '1' };
  pseudoWeb = startChild({ name: 'pseudo-web', args, env, log: join(folder, 'data/logs/pseudo-web.log') });
  await untilPrinted(pseudoWeb, /Ready in/);
  return url;
}

async function part(name: string, args: readonly string[], env: Record<string, string>): Promise<void> {
  const from = Date.now();
  say(`\n── ${name}`);
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env, FORCE_COLOR: undefined, NO_COLOR: '1', NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      tail = (tail + chunk.toString()).slice(-4000);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  running = undefined;
  const summary = tail.split('\n').filter((line) => /^\s*(Test Files|Tests|\d+ (passed|failed|flaky|skipped|did not run))\b/.test(line));
  results.push({ name, ok: code === 0, summary: summary.map((line) => line.trim()).join(' · '), seconds: Math.round((Date.now() - from) / 1000) });
}

async function leave(code: number): Promise<never> {
  running?.kill('SIGTERM');
  await pseudoWeb?.stop();
  await world?.stop().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  rmSync(folder, { recursive: true, force: true });
  say('');
  for (const { name, ok, summary, seconds } of results) say(`${ok ? 'ok    ' : 'FAILED'} ${name} in ${seconds} s: ${summary}`);
  process.exit(code);
}
