// One payment with everything that belongs to it, read in one transaction.
import { db, type Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { isId } from '../mirrored.ts';
import {
  type Charge,
  type Copy,
  copies,
  type Dispute,
  newestAbout,
  type Operation,
  operationsOn,
  type Refund,
  type Told,
  toldOf,
  type Transaction,
} from './parts.ts';
import { PAYMENTS, type PaymentRow } from './payments.ts';
import { here } from './statement.ts';

export type PaymentParts = {
  readonly intent: Copy | null;
  /** Attempts, newest first. */
  readonly charges: readonly Charge[];
  readonly refunds: readonly Refund[];
  readonly disputes: readonly Dispute[];
  readonly transactions: readonly Transaction[];
  readonly operations: readonly Operation[];
  readonly told: readonly Told[];
};

export type Invoice = Copy & { readonly number: string | null; readonly status: string | null; readonly subscription: string | null };

export type Payment = PaymentParts & {
  readonly row: PaymentRow;
  readonly customer: Copy | null;
  readonly invoice: Invoice | null;
  /** About the payment, its charges, refunds and disputes. */
  readonly newestEvent: Told | null;
};

/** By the payment's own id, or by that of any of its charges; null when this ledger has none, whoever else may. */
export async function findPayment(ledger: Ledger, id: string): Promise<Payment | null> {
  if (!isId(id)) return null;
  return db.as(ledger, async (tx) => {
    const key = await keyOf(tx, ledger, id);
    const [found] = key ? await manyParts(tx, ledger, [key]) : [];
    if (!found) return null;
    const { row, parts } = found;
    const [customer = null] = await copies<Copy>(tx, ledger, 'customers', 'x.id = $4', row.customer);
    const [invoice = null] = await copies<Invoice>(tx, ledger, 'invoices', 'x.id = $4', row.invoice);
    const about = [row.id, ...parts.charges, ...parts.refunds, ...parts.disputes].map((part) => (typeof part === 'string' ? part : part.id));
    return { row, ...parts, customer, invoice, newestEvent: await newestAbout(tx, ledger, about) };
  });
}

async function keyOf(tx: Tx, ledger: Ledger, id: string): Promise<string | null> {
  if (id.startsWith('pi_')) return id;
  const charge = await tx.maybe<{ key: string }>(`SELECT COALESCE(c.payment_intent, c.id) AS key FROM charges c WHERE ${here('c')} AND c.id = $4`, [
    ledger.workspace,
    ledger.account,
    ledger.livemode,
    id,
  ]);
  return charge?.key ?? null;
}

/** The parts of many payments, read set-wise. */
export async function manyParts(tx: Tx, ledger: Ledger, ids: readonly string[]): Promise<{ row: PaymentRow; parts: PaymentParts }[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<PaymentRow>(PAYMENTS, [ledger.workspace, ledger.account, ledger.livemode, ids]);
  const intents = await copies<Copy>(tx, ledger, 'payment_intents', 'x.id = ANY($4)', ids);
  const charges = await copies<Charge>(tx, ledger, 'charges', '(x.payment_intent = ANY($4) OR x.id = ANY($4))', ids);
  const paidBy = charges.map((charge) => charge.id);
  const ofPayment = '(x.charge = ANY($4) OR x.payment_intent = ANY($5))';
  const refunds = await copies<Refund>(tx, ledger, 'refunds', ofPayment, paidBy, ids);
  const disputes = await copies<Dispute>(tx, ledger, 'disputes', ofPayment, paidBy, ids);
  const sources = [...paidBy, ...refunds.map((refund) => refund.id), ...disputes.map((dispute) => dispute.id)];
  const transactions = await copies<Transaction>(tx, ledger, 'balance_transactions', 'x.source = ANY($4)', sources);
  const operations = await operationsOn(tx, ledger, [...ids, ...paidBy]);
  const told = await toldOf(tx, ledger, [...ids, ...disputes.map((dispute) => dispute.id)], TOLD);
  return rows.map((row) => {
    const own = charges.filter((charge) => charge.id === row.id || charge.payment_intent === row.id);
    const isOwn = (part: { payment_intent: string | null; charge: string | null }) =>
      part.payment_intent === row.id || own.some((charge) => charge.id === part.charge);
    const parts = { refunds: refunds.filter(isOwn), disputes: disputes.filter(isOwn) };
    const names = new Set([row.id, ...own, ...parts.refunds, ...parts.disputes].map((part) => (typeof part === 'string' ? part : part.id)));
    return {
      row,
      parts: {
        intent: intents.find((intent) => intent.id === row.id) ?? null,
        charges: own,
        ...parts,
        transactions: transactions.filter(({ source }) => source !== null && names.has(source)),
        operations: operations.filter(({ target }) => names.has(target)),
        told: told.filter(({ object }) => names.has(object)),
      },
    };
  });
}

/** Moments that leave no trace in the objects themselves. */
const TOLD = ['payment_intent.requires_action', 'payment_intent.payment_failed', 'charge.dispute.closed'] as const;
