// Before a refund is to be canceled: it is one of this ledger, and nobody is canceling it already. Whether Stripe lets it be canceled, Stripe says.
import type { Tx } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { findOperation, type Operation } from './operation.ts';

/** Under the refund's lock: the operation that is canceling it, or null. Throws not_found for a refund the ledger does not hold. */
export async function findCanceling(tx: Tx, ledger: Ledger, refund: string): Promise<Operation | null> {
  const scope = [ledger.workspace, ledger.account, ledger.livemode, refund] as const;
  const known = await tx.maybe(
    'SELECT 1 AS known FROM refunds WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = $4 AND deleted_at IS NULL FOR UPDATE',
    scope,
  );
  if (!known) throw new AppError('not_found', 'There is no such refund.', { param: 'refund' });
  const running = await tx.maybe<{ id: string }>(
    `SELECT id FROM operation WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND target = $4 AND kind = 'cancel_refund'
        AND state IN ('queued', 'held', 'sending', 'unknown') ORDER BY created_at LIMIT 1`,
    scope,
  );
  return running && findOperation(tx, ledger, running.id);
}
