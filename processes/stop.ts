// SIGTERM and SIGINT: no new work, what is in hand is finished, then an orderly exit (INVARIANTS §1.3). SIGKILL costs time, never data.
import { log } from '#lib/log.ts';

/** The longest an orderly end may take. */
const PATIENCE_MS = 25_000;

export function stopping(finish: () => Promise<void>): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) return;
    controller.abort();
    setTimeout(() => process.exit(1), PATIENCE_MS).unref();
    finish().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the process did not end in order');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  return controller.signal;
}
