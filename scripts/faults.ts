// npm run test:faults: the fault runs of INVARIANTS §5.1, one file after the other on one PostgreSQL, and how each scenario ended with each seed.
// `-- --seeds n` takes n seeds, `--seed s` begins at s, `--only F6,F11` takes some scenarios (or files by name), `--long` the sizes of §5.1.
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runAll } from './faults/run-all.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' }, long: { type: 'boolean' }, inside: { type: 'string' } },
});
for (const name of ['seeds', 'seed'] as const)
  if (values[name] !== undefined && !/^[1-9]\d{0,8}$/.test(values[name])) {
    process.stderr.write(`--${name} takes a whole number above 0, not “${values[name]}”.\n`);
    process.exit(2);
  }

if (values.inside !== undefined) await runAll({ ...values, folder: values.inside });
else process.exit(await watchOver());

/**
 * The run is a process of its own, in a group and with a temporary folder of its own, and each of the two looks after the other:
 * whichever is killed, the rest ends and the folder goes.
 */
async function watchOver(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-faults-'));
  chmodSync(folder, 0o711); // as root PostgreSQL runs as a lesser user, who has to pass
  const args = ['--import', join(import.meta.dirname, 'die-with-parent.mjs'), import.meta.filename, ...process.argv.slice(2), '--inside', folder];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_ENV: 'test', NO_COLOR: '1', FORCE_COLOR: undefined, TMPDIR: folder, DIES_WITH: String(process.pid) },
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill('SIGTERM'));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  endGroup(child);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return code ?? 1;
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it had ended.
  }
}
