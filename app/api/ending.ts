// Whether this web process is going down: readiness turns to 503 and open streams end at once, so that requests in hand can finish.

const shared = globalThis as { counterpartEnding?: AbortController };

export const ending: AbortSignal = (shared.counterpartEnding ??= heedSigterm()).signal;

function heedSigterm(): AbortController {
  const controller = new AbortController();
  process.once('SIGTERM', () => controller.abort());
  process.once('SIGINT', () => controller.abort());
  return controller;
}
