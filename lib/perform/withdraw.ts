// Takes back what was asked for and never sent. Under the operation's work row, so that it is never both withdrawn and sent (I3).
import { ledgerOfRow } from '../access/job.ts';
import { appendAudit } from '../audit.ts';
import { db } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Merchant } from '../merchant.ts';
import { verbOf } from '../operations/index.ts';
import { lockWork, releaseWork } from './claim.ts';
import { next } from './machine.ts';
import { factsOf, findOperation, storedActor } from './operation.ts';
import { record } from './record.ts';

/** `too_late`: it went out, may have gone out, or is over. Throws forbidden, not_found. */
export async function withdraw(merchant: Merchant, operation: string): Promise<'withdrawn' | 'too_late'> {
  if (!merchant.can.has('refund')) throw new AppError('forbidden', 'Withdrawing a refund needs the role support.', { detail: { role: 'support' } });
  const { ledger: current } = merchant;
  if (!current || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(operation)) throw notFound();
  return db.as(merchant, async (tx) => {
    await lockWork(tx, current, operation);
    const found = await findOperation(tx, current, operation, 'FOR UPDATE');
    if (!found || found.kind !== 'refund_payment') throw notFound();
    const ledger = ledgerOfRow(found);
    const step = next(factsOf(found, 'open'), { kind: 'withdrawn' });
    if (step.state !== 'canceled' || found.state === 'canceled') return 'too_late';
    const decided = { what: 'withdrawn', by: storedActor(merchant.actor) } as const;
    await record(tx, ledger, found, step, { evidence: { kind: 'withdrawn' }, how: 'decided', decided }, null, 0);
    // Whoever has it in hand loses it here, before it can commit that it is sending.
    await releaseWork(tx, ledger, found.id, 'done');
    const verb = verbOf(found.kind);
    await appendAudit(tx, merchant.workspace.id, {
      act: `${verb.audited}.withdrawn`,
      actor: merchant.actor,
      account: found.account,
      livemode: found.livemode,
      object: { type: verb.on, id: found.charge ?? found.target },
      operation: found.id,
      before: { state: found.state },
      after: { state: step.state, ...(found.amount === null ? {} : { amount: found.amount, currency: found.currency }) },
    });
    return 'withdrawn';
  });
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such refund.');
}
