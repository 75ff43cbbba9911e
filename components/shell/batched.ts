/** Passes the first call on at once, and gathers what follows into one call per interval. A null among them makes the batch null: all may have changed. */
export function batched(call: (ids: readonly string[] | null) => void, interval: number): (ids: readonly string[] | null) => void {
  let gathered: Set<string> | null | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush() {
    timer = undefined;
    if (gathered === undefined) return;
    const ids = gathered;
    gathered = undefined;
    call(ids && [...ids]);
    timer = setTimeout(flush, interval);
  }

  return (ids) => {
    gathered = ids === null || gathered === null ? null : new Set([...(gathered ?? []), ...ids]);
    if (timer === undefined) flush();
  };
}
