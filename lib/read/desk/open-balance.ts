// Open balance: what is still to be paid on open invoices, each currency on its own (FORMULAS §5). Never netted with a credit.
import type { Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { here } from './statement.ts';

export type Open = { readonly currency: string; readonly amount: bigint; readonly rows: number; readonly confirmed: boolean };

export async function openBalanceOf(tx: Tx, ledger: Ledger, customers: readonly string[]): Promise<ReadonlyMap<string, readonly Open[]>> {
  if (customers.length === 0) return new Map();
  const rows = await tx.query<Open & { customer: string }>(
    `SELECT i.customer, i.currency, sum(COALESCE(i.amount_remaining, 0))::bigint AS amount, count(*)::int AS rows, bool_and(i.confirmed) AS confirmed
     FROM invoices i WHERE ${here('i')} AND i.customer = ANY($4) AND i.status = 'open' AND i.deleted_at IS NULL
     GROUP BY i.customer, i.currency ORDER BY i.customer, i.currency`,
    [ledger.workspace, ledger.account, ledger.livemode, customers],
  );
  return Map.groupBy(rows, (row) => row.customer);
}

/** An open invoice whose day has passed, or which was tried and not paid: from the instant, not the day's end (FORMULAS §5). */
export function isPastDue(alias: string): string {
  return `${alias}.status = 'open' AND ${alias}.amount_remaining > 0 AND ${alias}.deleted_at IS NULL AND (${alias}.due_date < now()
    OR (${alias}.data ->> 'collection_method' = 'charge_automatically' AND ${alias}.data -> 'attempt_count' >= '1'::jsonb AND jsonb_typeof(${alias}.data -> 'attempt_count') = 'number'))`;
}
