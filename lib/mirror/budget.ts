// Calls to Stripe within a rate that all workers share: token buckets in the database, per account and endpoint and per account in all (INVARIANTS §2.7).
import { sleep } from '../clock.ts';
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { tempo } from './tempo.ts';

/** How many tokens must be left for others: confirmations go before history. */
export type Reserve = 0 | 2;

/** The bucket a path draws from: Stripe counts by resource. */
export function endpointOf(path: string): string {
  return path.split(/[/?]/)[2] ?? '';
}

/** Waits for one call's token; false when none came within `waitMs` or the signal fired first. */
export async function takeToken(
  ledger: Ledger,
  endpoint: string,
  options: { readonly waitMs: number; readonly reserve?: Reserve; readonly signal?: AbortSignal | undefined },
): Promise<boolean> {
  for (let left = options.waitMs; ; ) {
    if (options.signal?.aborted) return false;
    const wait = await draw(ledger, endpoint, options.reserve ?? 0);
    if (wait <= 0) return true;
    if (wait > left) return false;
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

/** Takes a token of both buckets, or says how many milliseconds until both have one. */
async function draw(ledger: Ledger, endpoint: string, reserve: Reserve): Promise<number> {
  const { each, total } = rates(ledger);
  const rows = await db.routing((tx) =>
    tx.query<{ wait: number }>(DRAW, [ledger.account, ledger.livemode, ['', endpoint], [total, each], [burst(total), burst(each)], 1 + reserve]),
  );
  return rows[0]?.wait ?? 0;
}

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
  SELECT b.endpoint, w.rate, LEAST(w.cap, b.tokens + w.rate * GREATEST(0, extract(epoch FROM clock_timestamp() - b.refilled_at))) AS have
    FROM rate_bucket b JOIN want w ON w.endpoint = b.endpoint WHERE b.account = $1 AND b.livemode = $2 ORDER BY b.endpoint FOR UPDATE OF b),
verdict AS (SELECT GREATEST(0, max(($6 - have) / rate)) * 1000 AS wait FROM held),
drawn AS (
  UPDATE rate_bucket b SET tokens = h.have - CASE WHEN v.wait > 0 THEN 0 ELSE 1 END, refilled_at = clock_timestamp()
    FROM held h, verdict v WHERE b.account = $1 AND b.livemode = $2 AND b.endpoint = h.endpoint)
SELECT COALESCE(wait, 0)::float8 AS wait FROM verdict`;
