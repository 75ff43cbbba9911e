// One circuit breaker per account and mode, kept in the row of its total bucket so that all workers share it (INVARIANTS §2.7).
// Closed: calls go, and failures are weighed. Open: none goes. Half-open: one call is let through (lib/mirror/budget), and its answer decides.
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { failureOf } from './failure.ts';
import { tempo } from './tempo.ts';

/** What a call was let through with. `turn`: a call begun before the breaker's present turn says nothing about now. */
export type Pass = {
  readonly turn: bigint;
  /** Something failed lately, or this is the one call of a half-open breaker: then a good answer is news too. */
  readonly watched: boolean;
  /** The call as its bucket's row counts it among those under way. */
  readonly flight: string;
  /** Gives back its place in this process's line. */
  readonly leave: () => void;
};

/** What one call weighs against all before it: three failures in a row open a breaker that had known none. */
const WEIGHT = 0.2;
/** The share of calls without an answer that opens it. */
const TOO_MANY = 0.4;

/** Makes one call and tells the breaker how it went. An answer below 500 is one; "too fast" is neither good nor bad news. Lost access pauses the route before anything else is done about it. */
export async function throughBreaker<T>(ledger: Ledger, pass: Pass, call: () => Promise<T>): Promise<T> {
  try {
    const result = await call();
    if (pass.watched) await report(ledger, pass, false);
    return result;
  } catch (error) {
    const kind = failureOf(error);
    if (kind === 'access_lost') await pause(ledger);
    if (kind === 'unavailable') await report(ledger, pass, true);
    else if (pass.watched && kind !== 'too_fast') await report(ledger, pass, false);
    throw error;
  } finally {
    // Last: a place that is free before a lost access paused the route would let one more call out.
    await land(ledger, pass);
  }
}

/** Every other call of the account would be refused as well, and few are allowed (I9). Who suspends and probes comes after (lib/connection/access-lost); were this process to die now, the connection's job finds the route paused. */
async function pause({ workspace, account, livemode, generation }: Ledger): Promise<void> {
  await db.routing((tx) =>
    tx.run('UPDATE account_route SET paused = true WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND NOT paused', [
      workspace,
      account,
      livemode,
      generation,
    ]),
  );
}

async function land({ account, livemode }: Ledger, { flight, leave }: Pass): Promise<void> {
  try {
    await db.routing((tx) =>
      tx.run(`UPDATE rate_bucket SET flights = array_remove(flights, $3::timestamptz) WHERE account = $1 AND livemode = $2 AND endpoint = ''`, [
        account,
        livemode,
        flight,
      ]),
    );
  } finally {
    leave();
  }
}

async function report(ledger: Ledger, pass: Pass, failed: boolean): Promise<void> {
  const { troubleHalves, breakerLeast, backoffMost } = tempo();
  await db.routing((tx) => tx.run(REPORT, [ledger.account, ledger.livemode, pass.turn, failed, troubleHalves, breakerLeast, backoffMost]));
}

/** Each opening in a row lasts twice as long. Old trouble fades, so that one object which always fails, tried ever more rarely, opens nothing. */
const REPORT = `
UPDATE rate_bucket b SET (trouble, troubled_at, open_until, openings, turn) = (
  SELECT CASE WHEN half_open AND NOT $4 THEN 0 ELSE now_trouble END, clock_timestamp(),
         CASE WHEN opens THEN clock_timestamp() + LEAST($7::float8, $6::float8 * power(2, LEAST(b.openings, 10))) * (1 + random() / 4) * interval '1 ms' END,
         CASE WHEN opens THEN b.openings + 1 WHEN half_open THEN 0 ELSE b.openings END,
         b.turn + CASE WHEN opens THEN 1 ELSE 0 END
    FROM (SELECT half_open, now_trouble, $4 AND (half_open OR now_trouble >= ${TOO_MANY}) AS opens
            FROM (SELECT b.open_until IS NOT NULL AS half_open,
                         b.trouble * power(0.5, extract(epoch FROM clock_timestamp() - COALESCE(b.troubled_at, clock_timestamp())) * 1000 / $5::float8) * ${1 - WEIGHT}
                           + CASE WHEN $4 THEN ${WEIGHT} ELSE 0 END AS now_trouble) weighed) decided)
 WHERE b.account = $1 AND b.livemode = $2 AND b.endpoint = '' AND b.turn = $3`;
