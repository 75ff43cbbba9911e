// One world per data folder: a second start says so instead of fighting for ports and files.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Takes the folder; the line to say when another start holds it. One that is on its way out (its parent was killed) is waited for. */
export async function takeFolder(dataDir: string): Promise<{ release: () => void } | { held: string }> {
  const file = join(dataDir, 'start.pid');
  for (let tries = 0; tries < 60; tries += 1) {
    const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    if (!holder || !isStart(holder)) {
      writeFileSync(file, String(process.pid));
      const release = () => rmSync(file, { force: true });
      process.once('exit', release);
      return { release };
    }
    // Its own parent is watched once a second, and its end takes a few more.
    if (tries === 6 && !isOrphan(holder))
      return {
        held: `Counterpart already runs on ${dataDir} (process ${holder}). Stop that one first, or set DATA_DIR and PORT, INGEST_PORT, SANDBOX_PORT for a second one.`,
      };
    await sleep(500);
  }
  return { held: `An earlier start on ${dataDir} does not end. Stop it by hand, then start again.` };
}

function isStart(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const file = `/proc/${pid}/cmdline`;
  return !existsSync('/proc/self') || (existsSync(file) && readFileSync(file, 'utf8').includes('scripts/start.ts'));
}

function isOrphan(pid: number): boolean {
  const parent = parentOf(pid);
  return parent !== null && (parent <= 1 || parentOf(parent) === 1);
}

function parentOf(pid: number): number | null {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return null;
  }
}
