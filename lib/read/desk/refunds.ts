// The list of refunds: one row per intended refund, whether Stripe has an object for it yet or not (INVARIANTS §3.2.9).
import { type RefundsTab, refundsGrammar } from '../../catalogue/lists.ts';
import type { Cursor, ListQuery } from '../../catalogue/query.ts';
import { db, type Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { asText, COUNTED, countEach, type Found, foundOf, type Page, pageBy, type Total, types } from './keyset.ts';
import { ACTOR_NAME } from './parts.ts';
import { customersNamed, type Named } from './payments-where.ts';
import { wordOfOperation, wordOfRefund } from './refund-word.ts';
import type { By } from './standing.ts';
import { aliasOf, type Branch, branches, CAME_OF, CREATED, whereOf } from './refunds-where.ts';
import { here, Params } from './statement.ts';

export type RefundRow = {
  /** `re_…`, or `op_…` while there is no mirrored object: the address of its page. */
  readonly id: string;
  /** The same from the moment it was asked until for ever, also when the row's id becomes Stripe's. */
  readonly key: string;
  readonly refund: string | null;
  readonly operation: string | null;
  readonly created: Date;
  readonly amount: bigint;
  readonly currency: string;
  /** One of `refundWords`, or Stripe's own word where it is a new one. */
  readonly word: string;
  /** The desk's key: payment intent, or charge where there is none. */
  readonly payment: string | null;
  readonly charge: string | null;
  readonly customer: string | null;
  readonly customer_name: string | null;
  readonly customer_email: string | null;
  readonly reason: string | null;
  readonly note: string | null;
  /** `name` is null where it is not known any more. */
  readonly by: By;
  readonly confirmed: boolean;
};

export type RefundsPage = Page<RefundRow> & {
  readonly tabs: Readonly<Record<RefundsTab, Total>>;
  readonly total: Total;
  /** The amounts of the rows shown, as listed and whatever their status, each currency on its own. */
  readonly sums: readonly { readonly currency: string; readonly amount: bigint }[];
};

export async function listRefunds(ledger: Ledger, query: ListQuery, zone: string): Promise<RefundsPage> {
  const tab = (query.tab ?? 'all') as RefundsTab;
  return db.as(ledger, async (tx) => {
    const named = await customersNamed(tx, ledger, query);
    const found = await pageBy<Stored>(query, (cursor) => cutOut(tx, ledger, query, tab, zone, named, cursor));
    const tabs = await counts(tx, ledger, query, zone, named);
    const rows = found.rows.map(rowOf);
    return { ...found, rows, tabs, total: tabs[tab], sums: sumsOf(rows) };
  });
}

/** Cut out of each branch by its own index, then put together: a page reads at most three pages of rows. */
async function cutOut(tx: Tx, ledger: Ledger, query: ListQuery, tab: RefundsTab, zone: string, named: Named, cursor: Cursor | null): Promise<Found<Stored>> {
  const params = new Params(ledger);
  const descending = query.sort.descending !== (cursor?.backwards ?? false);
  const order = (place: string, id: string) => `ORDER BY ${place} ${descending ? 'DESC' : 'ASC'}, ${id} ${descending ? 'DESC' : 'ASC'} LIMIT ${query.size + 1}`;
  const cuts = branches.map((branch) => {
    const { place, kind } = placeOf(branch, query.sort.field);
    const id = branch === 'refunds' ? 'r.id' : 'o.id_text';
    const where = whereOf(branch, tab, query, zone, named, params);
    if (cursor) where.push(beyond(branch, place, types[kind], descending, cursor, params));
    return `(SELECT ${branch === 'refunds' ? 'r.id' : `'op_' || o.id_text`} AS id, ${branch === 'refunds' ? 'r.id' : 'NULL'} AS refund, ${branch === 'refunds' ? 'NULL' : 'o.id_text'} AS operation, ${aliasOf(branch)}.charge,
        ${asText(place, kind)} AS cut, ${place} AS place FROM ${branch === 'refunds' ? 'refunds r' : 'operation o'} WHERE ${where.join(' AND ')} ${order(place, id)})`;
  });
  const rows = await tx.query<Stored>(
    `WITH x AS MATERIALIZED (SELECT * FROM (${cuts.join(' UNION ALL ')}) u ${order('u.place', 'u.id')}) SELECT ${COLUMNS} ${JOINS} ${order('x.place', 'x.id')}`,
    params.values,
  );
  return foundOf(rows, query.size, cursor);
}

function placeOf(branch: Branch, field: string): { place: string; kind: 'time' | 'integer' } {
  if (field === 'amount') return { place: `${aliasOf(branch)}.amount_thousandths`, kind: 'integer' };
  return { place: branch === 'refunds' ? CREATED : 'o.created_at', kind: 'time' };
}

/** Of one place, operations ("op_…") come before refunds ("re_…", "pyr_…") in the order of ids. */
function beyond(branch: Branch, place: string, type: string, descending: boolean, { values: [value], id }: Cursor, params: Params): string {
  const sign = descending ? '<' : '>';
  const at = `${params.add(value)}::${type}`;
  const operation = /^op_([0-9a-f-]{36})$/.exec(id)?.[1];
  if (branch === 'refunds') return operation ? `${place} ${descending ? '<' : '>='} ${at}` : `(${place}, r.id) ${sign} (${at}, ${params.add(id)})`;
  return operation ? `(${place}, o.id_text) ${sign} (${at}, ${params.add(operation)})` : `${place} ${descending ? '<=' : '>'} ${at}`;
}

/** Each tab of each branch, counted; a refund and its operation are in one branch alone, so the counts add up. */
async function counts(tx: Tx, ledger: Ledger, query: ListQuery, zone: string, named: Named): Promise<Record<RefundsTab, Total>> {
  const each: Record<RefundsTab, Total>[] = [];
  for (const branch of branches)
    each.push(
      await countEach(tx, ledger, branch === 'refunds' ? 'refunds r' : 'operation o', refundsGrammar.tabs, (tab, params) =>
        whereOf(branch, tab, query, zone, named, params),
      ),
    );
  return Object.fromEntries(
    refundsGrammar.tabs.map((tab) => {
      const count = each.reduce((sum, totals) => sum + totals[tab].count, 0);
      return [tab, { count: Math.min(count, COUNTED), exact: count <= COUNTED && each.every((totals) => totals[tab].exact) }];
    }),
  ) as Record<RefundsTab, Total>;
}

type Stored = {
  id: string;
  cut: string;
  refund: string | null;
  operation: string | null;
  created: Date;
  amount: bigint;
  currency: string;
  state: string | null;
  made: string | null;
  made_status: string | null;
  decided: { what: string } | null;
  status: string | null;
  failure_balance_transaction: string | null;
  payment: string | null;
  charge: string | null;
  customer: string | null;
  customer_name: string | null;
  customer_email: string | null;
  reason: string | null;
  note: string | null;
  name: string | null;
  actor_kind: string | null;
  confirmed: boolean;
};

const COLUMNS = `x.id, x.cut, r.id AS refund, o.id_text AS operation, COALESCE(r.created, r.mirrored_at, o.created_at) AS created, COALESCE(r.amount, o.amount, 0) AS amount,
  COALESCE(r.currency, o.currency, '') AS currency, o.state, o.stripe_id AS made, o.stripe_status AS made_status, o.decided,
  r.status, r.failure_balance_transaction, COALESCE(r.payment_intent, r.charge, o.target) AS payment, x.charge,
  c.customer, u.name AS customer_name, u.email AS customer_email, CASE WHEN r.id IS NULL THEN o.params ->> 'reason' ELSE r.reason END AS reason,
  COALESCE(r.data #>> '{metadata,note}', o.params #>> '{metadata,note}') AS note, ${ACTOR_NAME} AS name, o.actor ->> 'kind' AS actor_kind, COALESCE(r.confirmed, true) AS confirmed`;

const JOINS = `FROM x
  LEFT JOIN refunds r ON ${here('r')} AND r.id = x.refund
  LEFT JOIN LATERAL (SELECT o.* FROM operation o WHERE ${here('o')} AND o.kind = 'refund_payment' AND o.id_text = x.operation
    UNION ALL SELECT o.* FROM operation o WHERE ${here('o')} AND ${CAME_OF} LIMIT 1) o ON true
  LEFT JOIN LATERAL (SELECT c.customer FROM charges c WHERE ${here('c')} AND c.id = x.charge LIMIT 1) c ON true
  LEFT JOIN LATERAL (SELECT u.name, u.email FROM customers u WHERE ${here('u')} AND u.id = c.customer LIMIT 1) u ON true`;

function rowOf({ state, made, made_status, decided, status, failure_balance_transaction, name, actor_kind, cut: _cut, ...row }: Stored): RefundRow {
  return {
    ...row,
    key: row.operation ? `op_${row.operation}` : row.id,
    word: row.refund
      ? wordOfRefund({ status, failure_balance_transaction })
      : wordOfOperation({ state: state ?? '', refund: made, refundStatus: made_status, decided }),
    by: row.operation ? { where: 'here', name, isKey: actor_kind === 'key' } : { where: 'stripe' },
  };
}

function sumsOf(rows: readonly RefundRow[]): { currency: string; amount: bigint }[] {
  const sums = new Map<string, bigint>();
  for (const { currency, amount } of rows) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  return [...sums].map(([currency, amount]) => ({ currency, amount }));
}
