// A world for benchmarks: random ports, a data folder of its own, no demo; gone afterwards.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePlan } from '#scripts/world/plan.ts';
import { freePort } from '#scripts/world/ports.ts';
import { startWorld, type World } from '#scripts/world/start-world.ts';

const root = join(import.meta.dirname, '..');

export async function withWorld(work: (world: World) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-bench-'));
  chmodSync(folder, 0o711); // as root PostgreSQL runs as a lesser user, who has to pass
  const [web, ingest, sandbox, smtp] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const made = makePlan(
    { PORT: String(web), INGEST_PORT: String(ingest), SANDBOX_PORT: String(sandbox), SANDBOX_SMTP_PORT: String(smtp), DATA_DIR: folder, LOG_LEVEL: 'warn' },
    root,
  );
  if ('faults' in made) throw new Error(made.faults.join('\n'));
  const world = await startWorld(made.plan, { say: (line) => process.stdout.write(`${line}\n`), distDir: '.next-test' });
  try {
    await work(world);
  } finally {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
