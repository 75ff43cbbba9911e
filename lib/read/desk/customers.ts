// The list of customers. Money columns are computed for the rows shown; they cannot be sorted by.
import { type CustomersTab, customersGrammar } from '../../catalogue/lists.ts';
import type { StripeObject } from '../../catalogue/define.ts';
import type { ListQuery } from '../../catalogue/query.ts';
import { db, type Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { spanOf } from './days.ts';
import { countEach, type Keyset, type Page, readPage, type Row, type Total } from './keyset.ts';
import { netSpendOf, type Spend } from './net-spend.ts';
import { isPastDue, type Open, openBalanceOf } from './open-balance.ts';
import { here, type Params } from './statement.ts';
import { type SubscriptionWord, subscriptionWord } from './subscription-word.ts';

export type CustomerRow = {
  readonly id: string;
  readonly created: Date;
  readonly name: string | null;
  readonly email: string | null;
  /** The subscription that most wants to be seen, and how many others there are. */
  readonly subscription: (SubscriptionWord & { readonly more: number }) | null;
  readonly spend: readonly Spend[];
  readonly open: readonly Open[];
  readonly lastPayment: Date | null;
};

export type CustomersPage = Page<CustomerRow> & {
  readonly tabs: Readonly<Record<CustomersTab, Total>>;
  readonly total: Total;
  /** Net spend of the rows shown, each currency on its own. */
  readonly sums: readonly { readonly currency: string; readonly amount: bigint }[];
  /** The account's own currency, where Stripe has said it. */
  readonly currency: string | null;
};

export async function listCustomers(ledger: Ledger, query: ListQuery, zone: string): Promise<CustomersPage> {
  const tab = (query.tab ?? 'all') as CustomersTab;
  const where = (of: CustomersTab) => (params: Params) => [...living, ...tabs[of], ...conditions(query, zone, params)];
  return db.as(ledger, async (tx) => {
    const page = await readPage<Read>(tx, ledger, { list, query, where: where(tab), select: SELECT });
    const counts = await countEach(tx, ledger, list.table, customersGrammar.tabs, (of, params) => where(of)(params));
    const rows = await withFigures(tx, ledger, page.rows);
    return { ...page, rows, tabs: counts, total: counts[tab], sums: sumsOf(rows), currency: await ownCurrency(tx, ledger) };
  });
}

const list: Keyset = { table: 'customers c', alias: 'c', sorts: { created: { column: 'c.created', kind: 'time' } } };

type Read = Row & {
  created: Date;
  name: string | null;
  email: string | null;
  subscription: StripeObject | null;
  period_end: Date | null;
  subscriptions: number;
  last_payment: Date | null;
};

// Stripe's own list leaves deleted customers out, and gives every other one its `created`.
const living = [here('c'), 'c.deleted_at IS NULL', 'c.created IS NOT NULL'];

const tabs: Readonly<Record<CustomersTab, readonly string[]>> = {
  all: [],
  active: [
    `c.id IN (SELECT s.customer FROM subscriptions s WHERE ${here('s')} AND s.status IN ('active', 'trialing') AND s.deleted_at IS NULL AND s.customer IS NOT NULL)`,
  ],
  past_due: [`c.id IN (SELECT i.customer FROM invoices i WHERE ${here('i')} AND i.customer IS NOT NULL AND ${isPastDue('i')})`],
  no_method: [
    `c.default_payment_method IS NULL AND c.data ->> 'default_source' IS NULL
     AND NOT EXISTS (SELECT FROM payment_methods m WHERE ${here('m')} AND m.customer = c.id AND m.deleted_at IS NULL)`,
  ],
};

/** What wants to be seen first: money that does not come, then what runs, then what is over. */
export const SUBSCRIPTION_ORDER = `array_position(ARRAY['past_due', 'unpaid', 'active', 'trialing', 'incomplete', 'paused', 'canceled', 'incomplete_expired'], s.status) NULLS LAST, s.created DESC NULLS LAST, s.id`;

const SELECT = `
SELECT c.id, c.cut, c.created, c.name, c.email, s.data AS subscription, s.current_period_end AS period_end, COALESCE(s.subscriptions, 0)::int AS subscriptions, p.created AS last_payment
FROM c
LEFT JOIN LATERAL (SELECT s.data, s.current_period_end, count(*) OVER () AS subscriptions FROM subscriptions s
  WHERE ${here('s')} AND s.customer = c.id AND s.deleted_at IS NULL ORDER BY ${SUBSCRIPTION_ORDER} LIMIT 1) s ON true
LEFT JOIN LATERAL (SELECT p.created FROM payments p WHERE ${here('p')} AND p.customer = c.id AND p.captured > 0 ORDER BY p.created DESC LIMIT 1) p ON true`;

function conditions({ filters, search }: ListQuery, zone: string, params: Params): string[] {
  const spans = filters.map((filter) => spanOf(filter, zone));
  return [
    ...spans.flatMap(({ from, before }) => [...(from ? [`c.created >= ${params.add(from)}`] : []), ...(before ? [`c.created < ${params.add(before)}`] : [])]),
    ...(search === null ? [] : [searchFor(search, params)]),
  ];
}

/** An id as a whole, or part of a name, e-mail, phone number or description. */
function searchFor(text: string, params: Params): string {
  if (/^cus_\w{4,}$/.test(text)) return `c.id = ${params.add(text)}`;
  return `strpos(c.search, ${params.add(text.toLowerCase())}) > 0`;
}

async function withFigures(tx: Tx, ledger: Ledger, rows: readonly Read[]): Promise<CustomerRow[]> {
  const ids = rows.map(({ id }) => id);
  const spend = await netSpendOf(tx, ledger, ids);
  const open = await openBalanceOf(tx, ledger, ids);
  return rows.map((row) => ({
    id: row.id,
    created: row.created,
    name: row.name,
    email: row.email,
    subscription: row.subscription && { ...subscriptionWord(row.subscription, row.period_end), more: row.subscriptions - 1 },
    spend: spend.get(row.id) ?? [],
    open: open.get(row.id) ?? [],
    lastPayment: row.last_payment,
  }));
}

function sumsOf(rows: readonly CustomerRow[]): { currency: string; amount: bigint }[] {
  const sums = new Map<string, bigint>();
  for (const { currency, amount } of rows.flatMap(({ spend }) => spend)) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  return [...sums].map(([currency, amount]) => ({ currency, amount }));
}

export async function ownCurrency(tx: Tx, ledger: Ledger): Promise<string | null> {
  const row = await tx.maybe<{ currency: string | null }>(
    `SELECT facts ->> 'currency' AS currency FROM connection WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4`,
    [ledger.workspace, ledger.account, ledger.livemode, ledger.generation],
  );
  return row?.currency ?? null;
}
