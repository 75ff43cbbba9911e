const INTERVAL_MS = 250;

/** Passes the first ids on at once and gathers what follows into one batch per interval. */
export function gather(send: (ids: readonly string[]) => void, interval = INTERVAL_MS): { add: (ids: readonly string[]) => void; stop: () => void } {
  let waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush() {
    timer = undefined;
    if (waiting.size === 0) return;
    const ids = [...waiting];
    waiting = new Set();
    timer = setTimeout(flush, interval);
    send(ids);
  }

  return {
    add(ids) {
      for (const id of ids) waiting.add(id);
      if (timer === undefined) flush();
    },
    stop() {
      clearTimeout(timer);
      waiting = new Set();
    },
  };
}
