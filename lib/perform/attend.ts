// A person says that a refund which failed is seen to: paid another way, or let be. It leaves the desk's list; nothing is sent to Stripe.
import { appendAudit } from '../audit.ts';
import { db } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Merchant } from '../merchant.ts';
import { publish } from '../publish.ts';
import { storedActor } from './operation.ts';

/** `not_failed`: there is nothing to see to. Twice is once. Throws forbidden, not_found, unprocessable. */
export async function attend(merchant: Merchant, refund: string, note: string): Promise<'done' | 'already' | 'not_failed'> {
  if (!merchant.can.has('refund')) throw new AppError('forbidden', 'Marking a failed refund as done needs the role support.', { detail: { role: 'support' } });
  const said = note.trim();
  if (said.length > 500 || said.includes('\u0000') || !said.isWellFormed())
    throw new AppError('unprocessable', 'A note has at most 500 characters.', { param: 'note' });
  const { ledger } = merchant;
  if (!ledger || !/^(re|pyr)_\w{1,240}$/.test(refund)) throw notFound();
  return db.as(merchant, async (tx) => {
    const scope = [ledger.workspace, ledger.account, ledger.livemode, refund];
    const found = await tx.maybe<{ status: string | null; charge: string | null; payment_intent: string | null; operation: string | null }>(
      `SELECT r.status, r.charge, r.payment_intent, (SELECT o.id::text FROM operation o
          WHERE o.workspace_id = $1 AND o.account = $2 AND o.livemode = $3 AND o.stripe_id = r.id AND o.kind = 'refund_payment') AS operation
         FROM refunds r WHERE r.workspace_id = $1 AND r.account = $2 AND r.livemode = $3 AND r.id = $4`,
      scope,
    );
    if (!found) throw notFound();
    if (found.status !== 'failed') return 'not_failed';
    const stored = await tx.run(
      'INSERT INTO refund_attended (workspace_id, account, livemode, refund, actor, note) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
      [...scope, JSON.stringify(storedActor(merchant.actor)), said || null],
    );
    if (stored === 0) return 'already';
    await appendAudit(tx, ledger.workspace, {
      act: 'refund.attended',
      actor: merchant.actor,
      account: ledger.account,
      livemode: ledger.livemode,
      object: { type: 'refund', id: refund },
      ...(found.operation ? { operation: found.operation } : {}),
      ...(said ? { texts: { note: said } } : {}),
    });
    await publish(tx, ledger, [refund, ...[found.operation, found.payment_intent, found.charge].filter((id) => id !== null)]);
    return 'done';
  });
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such refund.');
}
