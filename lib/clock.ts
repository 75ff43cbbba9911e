// Time in three kinds that are never compared with one another (I15): the database's, Stripe's, and this process's stopwatch.

/** Milliseconds on this process's own clock, for elapsed time alone. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}

/** Stripe's whole seconds as a Date. */
export function fromStripeSeconds(seconds: number): Date {
  return new Date(seconds * 1000);
}

export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}
