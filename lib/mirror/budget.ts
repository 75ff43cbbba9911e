// Calls to Stripe within a rate that all workers share: token buckets in the database, per account and endpoint and per account in all (INVARIANTS §2.7).
// The same locked row says whether the account's breaker lets a call through (lib/mirror/breaker).
import { sleep, stopwatch } from '../clock.ts';
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import type { Pass } from './breaker.ts';
import { standInLine } from './line.ts';
import { tempo } from './tempo.ts';

/** How many tokens must be left for others: confirmations go before history. */
export type Reserve = 0 | 2;

/** The bucket a path draws from: Stripe counts by resource. */
export function endpointOf(path: string): string {
  return path.split(/[/?]/)[2] ?? '';
}

type Wait = {
  readonly waitMs: number;
  readonly reserve?: Reserve;
  /** Only while the ledger's route stands and is not paused: after a revoke, what was already under way here must not go on calling (I9). */
  readonly routed?: boolean;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Background calls of one account under way at once, in all workers together: with the one probe that follows they are
 * all that a revoke can still see refused (I9: three in its minute). At 150 ms a call they carry 13 calls a second.
 */
const AT_ONCE = 2;

/**
 * Waits for one call's token; null at once while the breaker is open, and when none came within `waitMs` or the signal fired first.
 * The call must go through the breaker with it, which also ends its place among those under way.
 */
export async function takePass(ledger: Ledger, endpoint: string, options: Wait): Promise<Pass | null> {
  const since = stopwatch();
  const left = () => options.waitMs - since();
  const line = { name: `${ledger.account} ${ledger.livemode}`, places: AT_ONCE, patient: (options.reserve ?? 0) > 0, signal: options.signal };
  for (;;) {
    const leave = await standInLine({ ...line, waitMs: left() });
    if (!leave) return null;
    const drawn = await drawing(ledger, endpoint, options, left).catch((error: unknown) => {
      leave();
      throw error;
    });
    if (drawn.wait <= 0) {
      // A pass that is never used must not keep its place for good.
      setTimeout(leave, tempo().callTimeout + GRACE_MS).unref();
      return { ...drawn, leave };
    }
    leave();
    // A little more than the sum, so that several waiters do not meet at the same instant.
    const pause = drawn.wait * (1 + Math.random() / 4) + 1;
    if (pause > left() || options.signal?.aborted) return null;
    await sleep(pause, options.signal);
  }
}

/** Draws again and again while only a place is missing that another process has; answers what it got, or how long its token takes. */
async function drawing(ledger: Ledger, endpoint: string, options: Wait, left: () => number): Promise<Drawn> {
  for (;;) {
    const drawn = await draw(ledger, endpoint, options);
    if (!drawn.crowded || left() < GLANCE_MS || options.signal?.aborted) return drawn;
    await sleep(GLANCE_MS * (1 + Math.random()), options.signal);
  }
}

/** Nothing is called for this account for a while: Stripe said 429, or it answers nothing. Every worker feels it. */
export async function holdCalls(ledger: Ledger, milliseconds: number): Promise<void> {
  const { total } = rates(ledger);
  await db.routing((tx) =>
    tx.query(
      `INSERT INTO rate_bucket AS b (account, livemode, endpoint, tokens, refilled_at) VALUES ($1, $2, '', $3, clock_timestamp())
       ON CONFLICT (account, livemode, endpoint) DO UPDATE SET tokens = LEAST(b.tokens, excluded.tokens), refilled_at = excluded.refilled_at`,
      [ledger.account, ledger.livemode, 1 - (total * milliseconds) / 1000],
    ),
  );
}

type Drawn = Omit<Pass, 'leave'> & { readonly wait: number; readonly crowded: boolean; readonly fresh: boolean };

/** Takes a token of both buckets, or says how many milliseconds until both have one; without end while the breaker is open or the route does not stand. */
async function draw(ledger: Ledger, endpoint: string, { reserve = 0, routed = false }: Wait): Promise<Drawn> {
  const { each, total } = rates(ledger);
  const drawn = await db.routing((tx) =>
    tx.one<Drawn>(DRAW, [
      ledger.account,
      ledger.livemode,
      ['', endpoint],
      [total, each],
      [burst(total), burst(each)],
      1 + reserve,
      routed,
      tempo().callTimeout + GRACE_MS,
      ledger.workspace,
      ledger.generation,
      AT_ONCE,
    ]),
  );
  // A bucket that was only made by this statement is not yet seen by it.
  return drawn.fresh ? draw(ledger, endpoint, { reserve, routed, waitMs: 0 }) : drawn;
}

/** A call whose process died no longer counts this long after it must have ended; a probe is then followed by another. */
const GRACE_MS = 2_000;
/** How soon one looks again for a place that another process has. */
const GLANCE_MS = 25;

function rates(ledger: Ledger): { each: number; total: number } {
  const { callsPerEndpoint, callsLive, callsTest } = tempo();
  const total = ledger.livemode ? callsLive : callsTest;
  return { each: Math.min(callsPerEndpoint, total), total };
}

/** A third of a second's calls at once, so that no second ever sees more than the rate and a third. */
function burst(rate: number): number {
  return Math.max(4, rate / 3);
}

const DRAW = `
WITH want AS (SELECT * FROM unnest($3::text[], $4::float8[], $5::float8[]) AS w(endpoint, rate, cap)),
made AS (
  INSERT INTO rate_bucket (account, livemode, endpoint, tokens, refilled_at) SELECT $1, $2, endpoint, cap, clock_timestamp() FROM want
  ON CONFLICT DO NOTHING RETURNING endpoint),
held AS (
  SELECT b.endpoint, w.rate, b.turn, b.trouble, b.open_until, ARRAY(SELECT f FROM unnest(b.flights) AS f WHERE f > clock_timestamp()) AS flights,
         LEAST(w.cap, b.tokens + w.rate * GREATEST(0, extract(epoch FROM clock_timestamp() - b.refilled_at))) AS have
    FROM rate_bucket b JOIN want w ON w.endpoint = b.endpoint WHERE b.account = $1 AND b.livemode = $2 ORDER BY b.endpoint FOR UPDATE OF b),
budget AS (
  SELECT GREATEST(0, max(($6 - have) / rate)) * 1000 AS wait, max(turn) FILTER (WHERE endpoint = '') AS turn, max(trouble) FILTER (WHERE endpoint = '') AS trouble,
         max(open_until) FILTER (WHERE endpoint = '') AS open_until, max(cardinality(flights)) FILTER (WHERE endpoint = '') AS flying,
         clock_timestamp() + $8 * interval '1 ms' AS flight, set_config('synchronous_commit', 'off', true) FROM held),
standing AS (
  SELECT FROM account_route WHERE account = $1 AND livemode = $2 AND workspace_id = $9 AND generation = $10 AND NOT paused),
verdict AS (
  SELECT open_until IS NOT NULL AS half_open, trouble, flight, flying IS NULL AS fresh, flying >= $11 AND COALESCE(wait, 0) <= 0 AS crowded,
         CASE WHEN open_until > clock_timestamp() OR ($7 AND NOT EXISTS (SELECT FROM standing)) THEN 'Infinity' WHEN flying >= $11 THEN GREATEST(wait, 1) ELSE COALESCE(wait, 0) END AS wait,
         COALESCE(turn, 0) AS turn FROM budget),
drawn AS (
  UPDATE rate_bucket b SET flights = CASE WHEN v.wait > 0 OR h.endpoint <> '' THEN h.flights ELSE h.flights || v.flight END, tokens = h.have - CASE WHEN v.wait > 0 THEN 0 ELSE 1 END, refilled_at = clock_timestamp(),
         open_until = CASE WHEN v.half_open AND v.wait <= 0 AND h.endpoint = '' THEN clock_timestamp() + $8 * interval '1 ms' ELSE b.open_until END,
         turn = b.turn + CASE WHEN v.half_open AND v.wait <= 0 AND h.endpoint = '' THEN 1 ELSE 0 END
    FROM held h, verdict v WHERE b.account = $1 AND b.livemode = $2 AND b.endpoint = h.endpoint)
SELECT wait::float8 AS wait, turn + CASE WHEN half_open AND wait <= 0 THEN 1 ELSE 0 END AS turn, half_open OR COALESCE(trouble, 0) > 0.01 AS watched, flight::text AS flight, COALESCE(crowded AND wait < 'Infinity', false) AS crowded, fresh FROM verdict`;
