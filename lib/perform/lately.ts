// Whether the same amount left the same charge a moment ago: then it is asked whether it is meant once more (INVARIANTS §3.2).
import type { Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import type { Minor } from '../money.ts';

export type Lately = { readonly amount: Minor; readonly secondsAgo: number };

/**
 * Refunds of the last ten minutes, the newest of each amount: asked here or made in Stripe, unless they came to nothing.
 * Stripe's `created` against the database's clock: only a question rests on it, so a minute's difference between the two does no harm.
 */
export async function refundedLately(tx: Tx, ledger: Ledger, charge: string): Promise<Lately[]> {
  return tx.query<Lately>(
    `SELECT amount, greatest(0, floor(extract(epoch FROM clock_timestamp() - max(at))))::int AS "secondsAgo" FROM (
       SELECT amount, created_at AS at FROM operation
        WHERE ${here} AND charge = $4 AND amount IS NOT NULL AND state NOT IN ('failed', 'canceled')
       UNION ALL
       SELECT amount, created FROM refunds
        WHERE ${here} AND charge = $4 AND deleted_at IS NULL AND status IS DISTINCT FROM 'failed' AND status IS DISTINCT FROM 'canceled') AS one
     WHERE at > clock_timestamp() - interval '10 minutes' GROUP BY amount`,
    [ledger.workspace, ledger.account, ledger.livemode, charge],
  );
}

const here = 'workspace_id = $1 AND account = $2 AND livemode = $3';
