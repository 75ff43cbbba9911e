// The list of payments: one row per PaymentIntent, or per charge that has none, with its customer beside it.
import { type PaymentsTab, paymentsGrammar } from '../../catalogue/lists.ts';
import type { ListQuery } from '../../catalogue/query.ts';
import { db, type Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { countEach, type Keyset, type Page, readPage, type Row, type Total } from './keyset.ts';
import { conditions, customersNamed, tabs, WORD } from './payments-where.ts';
import { here, type Params } from './statement.ts';

export type PaymentRow = {
  readonly id: string;
  readonly created: Date;
  readonly payment_intent: string | null;
  readonly charge: string | null;
  readonly amount: bigint;
  readonly captured: bigint;
  readonly refunded: bigint;
  readonly currency: string;
  /** One of `paymentWords`, or Stripe's own word where it is a new one. */
  readonly word: string;
  readonly customer: string | null;
  readonly customer_name: string | null;
  readonly customer_email: string | null;
  readonly method_type: string | null;
  readonly method_brand: string | null;
  readonly method_last4: string | null;
  readonly invoice: string | null;
  readonly invoice_number: string | null;
  readonly confirmed: boolean;
};

export type PaymentsPage = Page<PaymentRow> & {
  readonly tabs: Readonly<Record<PaymentsTab, Total>>;
  readonly total: Total;
  /** The amounts of the rows shown, as listed, each currency on its own. */
  readonly sums: readonly { readonly currency: string; readonly amount: bigint }[];
  /** The ways of paying that occur at all. */
  readonly methods: readonly string[];
};

export async function listPayments(ledger: Ledger, query: ListQuery, zone: string): Promise<PaymentsPage> {
  const tab = (query.tab ?? 'all') as PaymentsTab;
  return db.as(ledger, async (tx) => {
    const named = await customersNamed(tx, ledger, query);
    const where = (of: PaymentsTab) => (params: Params) => [here('p'), ...tabs[of], ...conditions(query, zone, named, params)];
    const page = await readPage<PaymentRow & Row>(tx, ledger, { list, query, where: where(tab), select: SELECT });
    const counts = await countEach(tx, ledger, list.table, paymentsGrammar.tabs, (of, params) => where(of)(params));
    return { ...page, tabs: counts, total: counts[tab], sums: sumsOf(page.rows), methods: await methodsIn(tx, ledger) };
  });
}

const list: Keyset = {
  table: 'payments p',
  alias: 'p',
  sorts: { created: { column: 'p.created', kind: 'time' }, amount: { column: 'p.amount_thousandths', kind: 'integer' } },
};

const COLUMNS = `p.id, p.created, p.payment_intent, p.charge, p.amount, p.captured, p.refunded, p.currency, ${WORD} AS word,
  p.customer, c.name AS customer_name, c.email AS customer_email, p.method_type, p.method_brand, p.method_last4, p.invoice, i.number AS invoice_number, p.confirmed`;
const JOINS = `
LEFT JOIN customers c ON ${here('c')} AND c.id = p.customer
LEFT JOIN invoices i ON ${here('i')} AND i.id = p.invoice`;
const SELECT = `SELECT ${COLUMNS}, p.cut FROM p ${JOINS}`;

/** Rows by their ids ($4), as the list has them. */
export const PAYMENTS = `SELECT ${COLUMNS} FROM payments p ${JOINS} WHERE ${here('p')} AND p.id = ANY($4)`;

function sumsOf(rows: readonly PaymentRow[]): { currency: string; amount: bigint }[] {
  const sums = new Map<string, bigint>();
  for (const { currency, amount } of rows) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  return [...sums].map(([currency, amount]) => ({ currency, amount }));
}

/** Walks the index from one way of paying to the next, so that the size of the list does not matter. */
async function methodsIn(tx: Tx, ledger: Ledger): Promise<string[]> {
  const next = (after: string) => `(SELECT p.method_type FROM payments p WHERE ${here('p')} AND p.method_type > ${after} ORDER BY p.method_type LIMIT 1)`;
  const rows = await tx.query<{ method: string }>(
    `WITH RECURSIVE found(method) AS (SELECT ${next(`''`)} UNION ALL SELECT ${next('found.method')} FROM found WHERE found.method IS NOT NULL)
     SELECT method FROM found WHERE method IS NOT NULL`,
    [ledger.workspace, ledger.account, ledger.livemode],
  );
  return rows.map(({ method }) => method);
}
