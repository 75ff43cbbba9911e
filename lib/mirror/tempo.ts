// Every time constant and rate of mirror and inbox in one place. Short test runs shrink them by TIME_FACTOR and print it.

export type Tempo = {
  /** 1 in production; 0.1 makes every wait a tenth. */
  readonly factor: number;
  /** A refetch waits this long after the last change, and never longer than `debounceMax` after the first. */
  readonly debounce: number;
  readonly debounceMax: number;
  readonly lease: number;
  /** No fetch starts later than this after its lease was taken: a call of at most 10 s must end inside it. */
  readonly leaseMargin: number;
  /** A second 404 counts only this long after the first. */
  readonly missingFor: number;
  readonly poll: number;
  readonly sweepEvery: number;
  readonly sweepOverlap: number;
  /** Stripe keeps events for 30 days; a cursor older than this is answered by listing everything again. */
  readonly eventsReach: number;
  readonly backoffLeast: number;
  readonly backoffMost: number;
  /** The longest a read for the mirror may take. */
  readonly callTimeout: number;
  /** How long a breaker stays open the first time; each time in a row twice as long, up to `backoffMost`. */
  readonly breakerLeast: number;
  /** Trouble without news is half as much after so long. */
  readonly troubleHalves: number;
  /** Background calls a second: per account and endpoint, and per account in all (60 % of Stripe's 100 live, 25 test). */
  readonly callsPerEndpoint: number;
  readonly callsLive: number;
  readonly callsTest: number;
};

const DAY = 86_400_000;

export function tempo(source: Record<string, string | undefined> = process.env): Tempo {
  const factor = positive(source['TIME_FACTOR'], 1);
  const rate = positive(source['CALL_RATE_FACTOR'], 1);
  return {
    factor,
    debounce: 2_000 * factor,
    debounceMax: 10_000 * factor,
    lease: Math.max(1_000, 30_000 * factor),
    leaseMargin: Math.max(700, 18_000 * factor),
    missingFor: 60_000 * factor,
    poll: Math.max(50, 1_000 * factor),
    sweepEvery: 300_000 * factor,
    // Stripe time, which no factor shrinks.
    sweepOverlap: 15 * 60_000,
    eventsReach: 29 * DAY,
    backoffLeast: 500 * factor,
    backoffMost: 30_000 * factor,
    // Not by TIME_FACTOR: how slow a loaded machine answers is not a choice of the test.
    callTimeout: Math.round(10_000 * positive(source['CALL_TIMEOUT_FACTOR'], 1)),
    breakerLeast: 2_000 * factor,
    troubleHalves: 60_000 * factor,
    callsPerEndpoint: 15 * rate,
    callsLive: 60 * rate,
    callsTest: 15 * rate,
  };
}

/** Full jitter: anywhere between nothing and twice the last ceiling, never under the least wait. */
export function backoff(tries: number, { backoffLeast, backoffMost }: Tempo, random: () => number = Math.random): number {
  const ceiling = Math.min(backoffMost, backoffLeast * 2 ** Math.min(tries, 20));
  return backoffLeast + random() * Math.max(0, ceiling - backoffLeast);
}

function positive(text: string | undefined, fallback: number): number {
  const value = Number(text);
  return text !== undefined && text !== '' && Number.isFinite(value) && value > 0 ? value : fallback;
}
