// One invoice with its lines, and the payments that were made for it: there may be several.
import { db, type Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { isId } from '../mirrored.ts';
import { isPastDue } from './open-balance.ts';
import { copies, newestAbout, type Copy, type Told } from './parts.ts';
import { PAYMENTS, type PaymentRow } from './payments.ts';
import { here } from './statement.ts';

export type Line = { readonly id: string; readonly data: Copy['data']; readonly amount: bigint; readonly currency: string };

/** One payment of this invoice. What it paid of the invoice may be less than the payment itself. */
export type PaymentOf = {
  readonly id: string;
  readonly status: string | null;
  readonly paid: bigint | null;
  readonly requested: bigint | null;
  readonly currency: string;
  readonly created: Date | null;
  readonly confirmed: boolean;
  /** The desk's payment; null where the money did not come through Stripe, or is not mirrored yet. */
  readonly payment: PaymentRow | null;
  /** As Stripe names it. */
  readonly named: string | null;
};

export type InvoiceWhole = {
  readonly copy: Copy;
  readonly number: string | null;
  /** Stripe's word, or past_due. */
  readonly word: string;
  readonly currency: string;
  readonly customer: Copy | null;
  readonly subscription: string | null;
  readonly lines: readonly Line[];
  readonly moreLines: boolean;
  readonly payments: readonly PaymentOf[];
  readonly newestEvent: Told | null;
};

const MOST_LINES = 250;

/** Null when this ledger has none by that id, whoever else may. */
export async function findInvoice(ledger: Ledger, id: string): Promise<InvoiceWhole | null> {
  if (!isId(id)) return null;
  return db.as(ledger, async (tx) => {
    const scope = [ledger.workspace, ledger.account, ledger.livemode];
    const found = await tx.maybe<Head>(
      `SELECT i.id, i.created, i.data, i.confirmed, i.deleted_at, i.as_of_source, i.mirrored_at, i.number, i.customer, i.subscription, COALESCE(i.currency, '') AS currency,
         CASE WHEN (${isPastDue('i')}) THEN 'past_due' ELSE i.status END AS word
       FROM invoices i WHERE ${here('i')} AND i.id = $4`,
      [...scope, id],
    );
    if (!found) return null;
    const { number, customer, subscription, currency, word, ...copy } = found;
    // In Stripe's own order as far as the invoice itself shows it; the further pages follow.
    const lines = await tx.query<Line>(
      `SELECT l.id, l.data, COALESCE(l.amount, 0) AS amount, COALESCE(l.currency, $6) AS currency FROM invoice_line_items l
        WHERE ${here('l')} AND l.invoice = $4 AND l.deleted_at IS NULL ORDER BY array_position($5::text[], l.id), l.id DESC LIMIT ${MOST_LINES + 1}`,
      [...scope, id, orderOf(copy.data), currency],
    );
    const payments = await paymentsOf(tx, ledger, id, currency);
    const [of = null] = customer === null ? [] : await copies<Copy>(tx, ledger, 'customers', 'x.id = $4', customer);
    return {
      copy,
      number,
      word: word ?? '',
      currency,
      customer: of,
      subscription,
      lines: lines.slice(0, MOST_LINES),
      moreLines: lines.length > MOST_LINES,
      payments,
      newestEvent: await newestAbout(tx, ledger, [id, ...payments.map((payment) => payment.id)]),
    };
  });
}

type Head = Copy & { number: string | null; customer: string | null; subscription: string | null; currency: string; word: string | null };

function orderOf(data: Copy['data']): string[] {
  const list = (data['lines'] as { data?: unknown } | undefined)?.data;
  return Array.isArray(list) ? list.flatMap((line: { id?: unknown } | null) => (typeof line?.id === 'string' ? [line.id] : [])) : [];
}

async function paymentsOf(tx: Tx, ledger: Ledger, invoice: string, currency: string): Promise<PaymentOf[]> {
  const scope = [ledger.workspace, ledger.account, ledger.livemode];
  const rows = await tx.query<Omit<PaymentOf, 'payment'> & { key: string | null }>(
    `SELECT p.id, p.status, p.amount_paid AS paid, (p.data ->> 'amount_requested')::bigint AS requested, COALESCE(p.currency, $5) AS currency, p.created, p.confirmed,
       COALESCE(p.payment_intent, c.payment_intent, p.charge) AS key, COALESCE(p.payment_intent, p.charge, p.data #>> '{payment,payment_record}') AS named
     FROM invoice_payments p LEFT JOIN charges c ON ${here('c')} AND c.id = p.charge
     WHERE ${here('p')} AND p.invoice = $4 AND p.deleted_at IS NULL ORDER BY (p.status = 'paid') DESC, p.created DESC NULLS LAST, p.id DESC LIMIT 100`,
    [...scope, invoice, currency],
  );
  const keys = rows.flatMap(({ key }) => (key === null ? [] : [key]));
  const known = keys.length === 0 ? [] : await tx.query<PaymentRow>(PAYMENTS, [...scope, keys]);
  return rows.map(({ key, ...row }) => ({ ...row, payment: known.find(({ id }) => id === key) ?? null }));
}
