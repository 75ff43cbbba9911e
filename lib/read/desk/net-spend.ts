// Net spend: what customers paid over all time, less what went back, each currency on its own (FORMULAS §4, §6). Before Stripe's fees.
import type { Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { here } from './statement.ts';

/** `rows` counts the charges behind the figure. `confirmed` is false while one of its parts waits for Stripe's word. */
export type Spend = { readonly currency: string; readonly amount: bigint; readonly rows: number; readonly confirmed: boolean };

export async function netSpendOf(tx: Tx, ledger: Ledger, customers: readonly string[]): Promise<ReadonlyMap<string, readonly Spend[]>> {
  if (customers.length === 0) return new Map();
  const rows = await tx.query<{ customer: string; currency: string; amount: bigint; rows: number; confirmed: boolean }>(NET_SPEND, [
    ledger.workspace,
    ledger.account,
    ledger.livemode,
    customers,
  ]);
  return Map.groupBy(rows, (row) => row.customer);
}

const NET_SPEND = `
WITH paid AS (
  SELECT c.id, c.customer, c.currency, c.confirmed, CASE WHEN c.status = 'succeeded' AND c.captured THEN COALESCE(c.amount_captured, 0) ELSE 0 END AS gross
  FROM charges c WHERE ${here('c')} AND c.customer = ANY($4) AND c.deleted_at IS NULL
), back AS (
  -- What took money and came back counts nothing; pending without a balance transaction has taken none yet.
  SELECT r.charge, r.confirmed, CASE
      WHEN r.status IN ('failed', 'canceled') THEN CASE WHEN r.balance_transaction IS NOT NULL AND r.failure_balance_transaction IS NULL THEN r.amount ELSE 0 END
      WHEN r.status = 'succeeded' OR (r.status = 'pending' AND r.balance_transaction IS NOT NULL) THEN r.amount ELSE 0 END AS amount
  FROM refunds r WHERE ${here('r')} AND r.charge IN (SELECT id FROM paid) AND r.deleted_at IS NULL
), disputed AS (
  SELECT d.charge, d.confirmed, (t ->> 'amount')::bigint AS amount, CASE
      WHEN t ->> 'currency' = p.currency THEN (t ->> 'amount')::bigint ELSE sign((t ->> 'amount')::bigint)::bigint * d.amount END AS moved
  FROM disputes d JOIN paid p ON p.id = d.charge
  CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(d.data -> 'balance_transactions') = 'array' THEN d.data -> 'balance_transactions' ELSE '[]' END) t
  WHERE ${here('d')} AND d.deleted_at IS NULL
), moves AS (
  SELECT id AS charge, gross AS amount, confirmed FROM paid
  UNION ALL SELECT charge, -amount, confirmed FROM back
  UNION ALL SELECT charge, moved, confirmed FROM disputed
)
SELECT p.customer, p.currency, sum(m.amount)::bigint AS amount, (count(DISTINCT p.id) FILTER (WHERE p.gross > 0))::int AS rows, bool_and(m.confirmed) AS confirmed
FROM moves m JOIN paid p ON p.id = m.charge
GROUP BY p.customer, p.currency HAVING count(*) FILTER (WHERE p.gross > 0) > 0
ORDER BY p.customer, p.currency`;
