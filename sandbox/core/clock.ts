// Sandbox time: real time plus an offset that only grows and is kept in the file.
import type { Store } from './store.ts';

export type Clock = ReturnType<typeof openClock>;

export function openClock(store: Store) {
  let offset = Number(store.meta('clock_offset') ?? 0);
  const now = (): number => Math.floor(Date.now() / 1000) + offset;
  return {
    now,
    /** Moves forward to that second; a time already past changes nothing. */
    moveTo(second: number): void {
      const ahead = Math.ceil(second) - now();
      if (ahead <= 0) return;
      offset += ahead;
      store.setMeta('clock_offset', String(offset));
    },
    offset: () => offset,
  };
}
