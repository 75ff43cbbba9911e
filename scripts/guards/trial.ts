// One trial: named tests of one file, run in a copy by a process of its own, and how each of them ended.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Ended = {
  readonly says: string;
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
  readonly error: { readonly name: string; readonly message: string; readonly lines: readonly string[] } | null;
};

/** `broken`: why the file as a whole did not run; then no test of it says anything. */
export type Trial = { readonly tests: readonly Ended[]; readonly broken: string | null; readonly seconds: number };

type Ask = { readonly root: string; readonly test: string; readonly says: readonly string[]; readonly to: string };

const PATIENCE_MS = 600_000;
/** Tests are named after their seeds: whatever size and seeds the run around this one has, it tries the short forms. */
const short = { FAULTS_SCALE: undefined, FAULTS_SEEDS: undefined, FAULTS_SEED: undefined };
let running: (() => void) | undefined;

/** Runs them with this environment besides the process's own; ends everything it started. */
export async function tryTests(of: Omit<Ask, 'to'>, env: Readonly<Record<string, string>>): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-trial-'));
  const ask: Ask = { ...of, to: join(folder, 'ended.json') };
  const start = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../guards.ts'), '--trial', JSON.stringify(ask)], {
    cwd: of.root,
    env: { ...process.env, NODE_ENV: 'test', NO_COLOR: '1', FORCE_COLOR: undefined, VITEST: undefined, ...short, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own, so that whatever a test leaves running ends with it
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-2_000)));
  const end = () => endGroup(child.pid);
  running = end;
  const timer = setTimeout(end, PATIENCE_MS);
  await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  end();
  running = undefined;
  const seconds = (performance.now() - start) / 1000;
  try {
    return { ...(JSON.parse(readFileSync(ask.to, 'utf8')) as Omit<Trial, 'seconds'>), seconds };
  } catch {
    return {
      tests: [],
      broken: seconds * 1000 >= PATIENCE_MS ? 'it did not end' : `vitest said nothing: ${printed.trim().split('\n').slice(-3).join(' ')}`,
      seconds,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** For a run that is itself ended. */
export function endTrial(): void {
  running?.();
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it had ended.
  }
}
