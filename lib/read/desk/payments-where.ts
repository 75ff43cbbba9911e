// Which payments a tab, a filter or a search means. Under row-level security only leakproof operators reach an index: equality and ranges.
import type { PaymentsTab } from '../../catalogue/lists.ts';
import { currencyIn, type Filter, type ListQuery, readAmount } from '../../catalogue/query.ts';
import type { Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { spanOf } from './days.ts';
import { here, type Params } from './statement.ts';

/** How the word in the badge is made: an open dispute goes before everything that happened to the money. */
export const WORD = `CASE WHEN p.dispute_open THEN 'disputed' ELSE p.status END`;

export const tabs: Readonly<Record<PaymentsTab, readonly string[]>> = {
  all: [],
  succeeded: [`p.status = 'succeeded' AND NOT p.dispute_open`],
  refunded: [`p.status IN ('refunded', 'partly_refunded') AND NOT p.dispute_open`],
  failed: [`p.status = 'failed' AND NOT p.dispute_open`],
  needs_action: [`p.status = 'needs_action' AND NOT p.dispute_open`],
  disputed: ['p.dispute_open'],
};

/** Customers by what was typed, looked up once; null in a list where it would be too long to hand over. */
export type Named = ReadonlyMap<string, readonly string[] | null>;

const HANDED_OVER = 2_000;

/** Looks through names, e-mails, phone numbers and descriptions. "Contains" cannot use an index here: it reads the ledger's customers. */
export async function customersNamed(tx: Tx, ledger: Ledger, { filters, search }: ListQuery): Promise<Named> {
  const asked = [...filters.filter(({ field }) => field === 'customer').map(({ values }) => values[0]!), ...(search === null ? [] : [search])];
  const texts = asked.filter((text) => !isIdLike(text) && (text !== search || readAmount(text) === null));
  const named = new Map<string, readonly string[] | null>();
  for (const text of texts) {
    const rows = await tx.query<{ id: string }>(`${NAMED('$4')} LIMIT ${HANDED_OVER + 1}`, [
      ledger.workspace,
      ledger.account,
      ledger.livemode,
      text.toLowerCase(),
    ]);
    named.set(text, rows.length > HANDED_OVER ? null : rows.map(({ id }) => id));
  }
  return named;
}

export const NAMED = (text: string) => `SELECT c.id FROM customers c WHERE ${here('c')} AND strpos(c.search, ${text}) > 0`;

function isIdLike(text: string): boolean {
  return /^[a-z]{2,8}_\w{4,}$/.test(text);
}

export function conditions({ filters, search }: ListQuery, zone: string, named: Named, params: Params): string[] {
  const parts = filters.flatMap((filter) => condition(filter, zone, named, params));
  return search === null ? parts : [...parts, ...searchFor(search, named, params)];
}

function condition(filter: Filter, zone: string, named: Named, params: Params): string[] {
  switch (filter.field) {
    case 'status':
      return [statusIs(filter.values, params)];
    case 'method':
      return [`p.method_type = ANY(${params.add(filter.values)})`];
    case 'customer':
      return [customerIs(filter.values[0]!, named, params)];
    case 'created': {
      const { from, before } = spanOf(filter, zone);
      return [...(from ? [`p.created >= ${params.add(from)}`] : []), ...(before ? [`p.created < ${params.add(before)}`] : [])];
    }
    case 'amount':
      return amountIs(filter, params);
    default:
      throw new Error(`No column of the payments list is called ${filter.field}.`);
  }
}

function statusIs(words: readonly string[], params: Params): string {
  const plain = words.filter((word) => word !== 'disputed');
  const parts = plain.length > 0 ? [`p.status = ANY(${params.add(plain)}) AND NOT p.dispute_open`] : [];
  return `(${[...parts, ...(plain.length < words.length ? ['p.dispute_open'] : [])].join(' OR ')})`;
}

function customerIs(text: string, named: Named, params: Params): string {
  if (isIdLike(text)) return `p.customer = ${params.add(text)}`;
  const ids = named.get(text);
  return ids ? `p.customer = ANY(${params.add(ids)})` : `p.customer IN (${NAMED(params.add(text.toLowerCase()))})`;
}

/** An id as a whole, or an amount, or else part of what is known of a customer. */
function searchFor(text: string, named: Named, params: Params): string[] {
  if (isIdLike(text)) return [isAbout(params.add(text))];
  const amount = readAmount(text);
  return amount ? amountIs(amount, params) : [customerIs(text, named, params)];
}

function isAbout(id: string): string {
  const refunded = `SELECT COALESCE(r.payment_intent, r.charge) FROM refunds r WHERE ${here('r')} AND r.id = ${id}`;
  return `(p.id = ${id} OR p.charge = ${id} OR p.customer = ${id} OR p.invoice = ${id} OR p.id = (${refunded}))`;
}

/** In any currency the figure is meant as it reads: 10.00 is ten dollars, and ten yen. */
function amountIs({ operator, values }: Pick<Filter, 'operator' | 'values'>, params: Params): string[] {
  const [from = '', to = ''] = values;
  const currency = currencyIn(values);
  const than = (sign: string, decimal: string) => `p.amount_thousandths ${sign} ${params.add(thousandths(decimal))}::bigint`;
  const parts = {
    eq: () => [than('=', from)],
    gte: () => [than('>=', from)],
    lte: () => [than('<=', from)],
    between: () => [than('>=', from), than('<=', to)],
  }[operator as 'eq' | 'gte' | 'lte' | 'between']();
  return currency ? [...parts, `p.currency = ${params.add(currency)}`] : parts;
}

export function thousandths(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  return `${whole}${fraction.padEnd(3, '0')}`;
}
