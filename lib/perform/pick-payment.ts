// From an invoice to the one payment that is refunded.
import type { Tx } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { Ref } from '../mirror/owe.ts';
import { readInvoicePayments } from './invoice-payments.ts';
import type { Outcome } from './outcome.ts';

/**
 * The payment meant by an invoice alone, or by one of its payments: its id, the rows to be fetched first, or why there is none.
 * Throws unprocessable where the payment named did not pay this invoice.
 */
export async function pickPayment(
  tx: Tx,
  ledger: Ledger,
  invoice: string,
  target: string,
): Promise<string | { readonly refs: readonly Ref[] } | Extract<Outcome, { kind: 'pick_payment' | 'unavailable' }>> {
  const { payments, doubts } = await readInvoicePayments(tx, ledger, invoice);
  if (doubts.length > 0) return { refs: doubts };
  const [only, ...others] = payments;
  if (target === invoice) {
    if (only === undefined) return { kind: 'unavailable', why: 'not_captured' };
    return others.length === 0 ? only.payment : { kind: 'pick_payment', invoice, payments };
  }
  const key = (await keyOf(tx, ledger, target)) ?? target;
  if (payments.some(({ payment }) => payment === target || payment === key)) return target;
  throw new AppError('unprocessable', 'This payment did not pay this invoice.', { param: 'payment' });
}

/** A charge's payment, by which the invoice names it. */
async function keyOf(tx: Tx, ledger: Ledger, charge: string): Promise<string | null> {
  const found = await tx.maybe<{ payment_intent: string | null }>(
    `SELECT payment_intent FROM charges WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = $4`,
    [ledger.workspace, ledger.account, ledger.livemode, charge],
  );
  return found?.payment_intent ?? null;
}
