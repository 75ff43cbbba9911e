// A process that is started again when it dies: leases and unique keys make that safe, so a crash costs seconds, never data.
import { type Child, type ChildOf, startChild } from './child.ts';

const GIVE_UP_AFTER = 5;
const WITHIN_MS = 60_000;

export type Kept = {
  name: string;
  /** The process as it runs now. */
  current: () => Child;
  /** From now on an end is no failure of the start, but a reason to start again. */
  arm: () => void;
  /** Why it is not started again: it ended before it was armed, or five times within a minute. */
  lost: Promise<string>;
  stop: (patience?: number) => Promise<void>;
};

export function keepUp(of: ChildOf, say: (line: string) => void): Kept {
  let armed = false;
  let stopped = false;
  let child: Child;
  const ends: number[] = [];
  let lose: (why: string) => void = () => {};
  const lost = new Promise<string>((resolve) => (lose = resolve));
  begin();
  return {
    name: of.name,
    current: () => child,
    arm: () => (armed = true),
    lost,
    stop: (patience) => {
      stopped = true;
      return child.stop(patience);
    },
  };

  function begin(): void {
    child = startChild(of);
    void after(child);
  }

  async function after({ process, tail, ended }: Child): Promise<void> {
    const code = await ended;
    if (stopped) return;
    const how = process.signalCode ?? String(code);
    const now = performance.now();
    ends.push(now);
    const often = ends.filter((at) => now - at < WITHIN_MS).length >= GIVE_UP_AFTER;
    if (!armed || often) return lose(`${of.name} ended with ${how}:\n${tail().trim()}`);
    say(`${of.name} ended with ${how}; starting it again`);
    begin();
  }
}
