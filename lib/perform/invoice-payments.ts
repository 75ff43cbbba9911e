// Which payments paid an invoice: there may be several, and money goes back by one of them.
import { db, type Tx } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { Ref } from '../mirror/owe.ts';
import type { Minor } from '../money.ts';

/** `amount` is what this payment paid of the invoice, in minor units; the payment itself may have paid more than that. */
export type PaymentOfInvoice = { readonly payment: string; readonly amount: Minor; readonly currency: string; readonly created: Date | null };

/** Payments that went through, newest first. Throws not_found for an invoice the ledger does not hold. Decides nothing. */
export async function paymentsOfInvoice(ledger: Ledger, invoice: string): Promise<PaymentOfInvoice[]> {
  return (await db.as(ledger, (tx) => readInvoicePayments(tx, ledger, invoice))).payments;
}

/** With the rows no decision may rest on before they are fetched again. */
export async function readInvoicePayments(tx: Tx, ledger: Ledger, invoice: string): Promise<{ payments: PaymentOfInvoice[]; doubts: Ref[] }> {
  const about = [ledger.workspace, ledger.account, ledger.livemode, invoice];
  if (!/^in_\w{1,240}$/.test(invoice) || !(await tx.maybe(`SELECT FROM invoices WHERE ${here} AND id = $4 AND deleted_at IS NULL`, about)))
    throw new AppError('not_found', 'There is no such invoice.', { param: 'invoice' });
  const payments = await tx.query<PaymentOfInvoice>(
    `SELECT COALESCE(payment_intent, charge) AS payment, sum(amount_paid)::bigint AS amount, min(currency) AS currency, max(created) AS created FROM invoice_payments
      WHERE ${here} AND invoice = $4 AND status = 'paid' AND deleted_at IS NULL AND COALESCE(payment_intent, charge) IS NOT NULL
      GROUP BY 1 ORDER BY max(created) DESC NULLS LAST, 1`,
    about,
  );
  const doubts = await tx.query<{ type: string; id: string }>(
    `SELECT 'invoice_payment' AS type, id FROM invoice_payments WHERE ${here} AND invoice = $4 AND NOT confirmed AND deleted_at IS NULL
     UNION SELECT type, id FROM work WHERE ${here} AND kind = 'object' AND dirty_seq > clean_seq
       AND type = 'invoice_payment' AND id IN (SELECT id FROM invoice_payments WHERE ${here} AND invoice = $4)`,
    about,
  );
  return { payments, doubts };
}

const here = 'workspace_id = $1 AND account = $2 AND livemode = $3';
