// Callers of this process wait in line for an account's few places, so that only those at its head ask the database.
import { sleep, stopwatch } from '../clock.ts';

type Line = { free: number; readonly waiting: Set<() => void>; readonly patient: Set<() => void> };

/** One per account ever called from here: few words each, kept. */
const lines = new Map<string, Line>();

/** A place, as the function that gives it back; null when none came within `waitMs` or the signal fired first. Who is `patient` lets all others go before. */
export async function standInLine(of: {
  readonly name: string;
  readonly places: number;
  readonly waitMs: number;
  readonly patient: boolean;
  readonly signal: AbortSignal | undefined;
}): Promise<(() => void) | null> {
  const { name, places, waitMs, patient, signal } = of;
  const line: Line = lines.get(name) ?? { free: places, waiting: new Set(), patient: new Set() };
  lines.set(name, line);
  const since = stopwatch();
  for (;;) {
    const left = waitMs - since();
    if (signal?.aborted || (line.free === 0 && left <= 0)) {
      // Its turn may have been called just now: it is the next one's then.
      if (line.free > 0) callNext(line);
      return null;
    }
    if (line.free > 0) break;
    await turnOrTime(patient ? line.patient : line.waiting, left, signal);
  }
  line.free -= 1;
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    line.free += 1;
    callNext(line);
  };
}

function callNext({ waiting, patient }: Line): void {
  const [next] = waiting.size > 0 ? waiting : patient;
  next?.();
}

async function turnOrTime(waiting: Set<() => void>, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  const mine = new AbortController();
  const called = () => mine.abort();
  waiting.add(called);
  signal?.addEventListener('abort', called, { once: true });
  await sleep(waitMs, mine.signal);
  waiting.delete(called);
  signal?.removeEventListener('abort', called);
}
