// Calls to Stripe within a rate that all workers share: token buckets in the database, per account and endpoint and per account in all (INVARIANTS §2.7).
// The same locked row says whether the account's breaker lets a call through (lib/mirror/breaker).
import { sleep } from '../clock.ts';
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import type { Pass } from './breaker.ts';
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

/** Waits for one call's token; null at once while the breaker is open, and when none came within `waitMs` or the signal fired first. The call goes through the breaker with it. */
export async function takePass(ledger: Ledger, endpoint: string, options: Wait): Promise<Pass | null> {
  for (let left = options.waitMs; ; ) {
    if (options.signal?.aborted) return null;
    const { wait, turn, watched } = await draw(ledger, endpoint, options);
    if (wait <= 0) return { turn, watched };
    if (wait > left) return null;
    // A little more than the sum, so that several waiters do not meet at the same instant.
    const pause = wait * (1 + Math.random() / 4) + 1;
    left -= pause;
    await sleep(pause, options.signal);
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

type Drawn = Pass & { readonly wait: number };

/** Takes a token of both buckets, or says how many milliseconds until both have one; without end while the breaker is open or the route does not stand. */
async function draw(ledger: Ledger, endpoint: string, { reserve = 0, routed = false }: Wait): Promise<Drawn> {
  const { each, total } = rates(ledger);
  return db.routing((tx) =>
    tx.one<Drawn>(DRAW, [
      ledger.account,
      ledger.livemode,
      ['', endpoint],
      [total, each],
      [burst(total), burst(each)],
      1 + reserve,
      routed,
      tempo().callTimeout + PROBE_GRACE_MS,
      ledger.workspace,
      ledger.generation,
    ]),
  );
}

/** A probe whose process died is followed by another this long after its call must have ended. */
const PROBE_GRACE_MS = 2_000;

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
  SELECT b.endpoint, w.rate, b.turn, b.trouble, b.open_until, LEAST(w.cap, b.tokens + w.rate * GREATEST(0, extract(epoch FROM clock_timestamp() - b.refilled_at))) AS have
    FROM rate_bucket b JOIN want w ON w.endpoint = b.endpoint WHERE b.account = $1 AND b.livemode = $2 ORDER BY b.endpoint FOR UPDATE OF b),
budget AS (
  SELECT GREATEST(0, max(($6 - have) / rate)) * 1000 AS wait, max(turn) FILTER (WHERE endpoint = '') AS turn, max(trouble) FILTER (WHERE endpoint = '') AS trouble,
         max(open_until) FILTER (WHERE endpoint = '') AS open_until FROM held),
standing AS (
  SELECT FROM account_route WHERE account = $1 AND livemode = $2 AND workspace_id = $9 AND generation = $10 AND NOT paused),
verdict AS (
  SELECT open_until IS NOT NULL AS half_open, trouble,
         CASE WHEN open_until > clock_timestamp() OR ($7 AND NOT EXISTS (SELECT FROM standing)) THEN 'Infinity' ELSE COALESCE(wait, 0) END AS wait,
         COALESCE(turn, 0) AS turn FROM budget),
drawn AS (
  UPDATE rate_bucket b SET tokens = h.have - CASE WHEN v.wait > 0 THEN 0 ELSE 1 END, refilled_at = clock_timestamp(),
         open_until = CASE WHEN v.half_open AND v.wait <= 0 AND h.endpoint = '' THEN clock_timestamp() + $8 * interval '1 ms' ELSE b.open_until END,
         turn = b.turn + CASE WHEN v.half_open AND v.wait <= 0 AND h.endpoint = '' THEN 1 ELSE 0 END
    FROM held h, verdict v WHERE b.account = $1 AND b.livemode = $2 AND b.endpoint = h.endpoint)
SELECT wait::float8 AS wait, turn + CASE WHEN half_open AND wait <= 0 THEN 1 ELSE 0 END AS turn, half_open OR COALESCE(trouble, 0) > 0.01 AS watched FROM verdict`;
