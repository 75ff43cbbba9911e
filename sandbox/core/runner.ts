// Runs jobs of sandbox time: what fell due while the process was away, what falls due now, and what a moved clock passes.
import { setImmediate as breathe } from 'node:timers/promises';
import type { Core } from './core.ts';
import { Refusal } from './define.ts';

const SLICE_MS = 40;

/** Runs everything due by `until`, in order of time, each at its own second. With `place`, only the jobs of one that is being built. */
export function runDue(core: Core, until: number, { place, forMs = Infinity }: { place?: number; forMs?: number } = {}): boolean {
  const end = performance.now() + forMs;
  for (let job = nextDue(core, until, place); job; job = nextDue(core, until, place)) {
    runOne(core, job);
    if (performance.now() > end) return false;
  }
  return true;
}

/** Moves the clock forward, running what it passes; requests are answered in between and see the time it has reached. */
export async function advance(core: Core, to: number): Promise<void> {
  for (let job = nextDue(core, to); job; job = nextDue(core, to)) {
    core.clock.moveTo(job.at);
    if (!runDue(core, job.at, { forMs: SLICE_MS })) await breathe();
  }
  core.clock.moveTo(to);
}

export function startRunner(core: Core, everyMs = 500): () => void {
  let busy = false;
  const tick = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    while (!runDue(core, core.clock.now(), { forMs: SLICE_MS })) await breathe();
    busy = false;
  };
  void tick();
  const timer = setInterval(() => void tick(), everyMs);
  return () => clearInterval(timer);
}

type Job = { place: number; job: string; id: string; at: number; account: string; livemode: boolean };

function nextDue(core: Core, until: number, place?: number): Job | null {
  const built = [...core.building.keys()];
  const which = place === undefined ? (built.length ? `AND due.place NOT IN (${built.join(',')})` : '') : 'AND due.place = ?';
  const sql = `SELECT due.place, job, id, at, account, livemode FROM due JOIN place ON place.n = due.place WHERE at <= ? ${which} ORDER BY at, due.n LIMIT 1`;
  const row = place === undefined ? core.store.get(sql, until) : core.store.get(sql, until, place);
  if (!row) return null;
  return {
    place: Number(row.place),
    job: String(row.job),
    id: String(row.id),
    at: Number(row.at),
    account: String(row.account),
    livemode: row.livemode === 1,
  };
}

/** A job that fails is taken off all the same: it would fail for ever and hold up what comes after it. */
function runOne(core: Core, { place, job, id, at, account, livemode }: Job): void {
  core.store.run('DELETE FROM due WHERE place = ? AND job = ? AND id = ?', place, job, id);
  try {
    core.within(account, livemode, { now: at }, (ground) => core.registry.job(job)?.(ground, id));
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(`sandbox: job ${job} of ${id} failed`, error);
    else console.error(`sandbox: job ${job} of ${id} was refused: ${error.message}`);
  }
}
