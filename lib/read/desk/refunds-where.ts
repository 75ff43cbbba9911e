// Which refunds a tab, a filter or a search means, for each of the two tables the list is cut out of. Indexes: migration 0080.
import type { RefundsTab } from '../../catalogue/lists.ts';
import { currencyIn, type Filter, type ListQuery, readAmount } from '../../catalogue/query.ts';
import { spanOf } from './days.ts';
import { type Named, NAMED, thousandths } from './payments-where.ts';
import { OPERATION_WORD } from './refund-word.ts';
import { here, type Params } from './statement.ts';

/** `refunds`: Stripe's. `unmade`: asked here, without an object. `unmirrored`: with one that the mirror has not taken yet. */
export type Branch = 'refunds' | 'unmade' | 'unmirrored';
export const branches: readonly Branch[] = ['refunds', 'unmade', 'unmirrored'];

export const CREATED = `(CASE WHEN r.created IS NULL THEN '-infinity'::timestamptz ELSE r.created END)`;

/** The operation that a refund came of: it knows the refund, or the refund names it and is about the same money (metadata can be copied). */
export const CAME_OF = `o.kind = 'refund_payment' AND (o.stripe_id = r.id OR (o.stripe_id IS NULL AND o.id_text = r.op_id AND o.charge = r.charge AND o.amount = r.amount))`;

/** Each intended refund is in one branch alone. */
export const belongs: Readonly<Record<Branch, string>> = {
  refunds: 'true',
  unmade: `o.kind = 'refund_payment' AND o.stripe_id IS NULL
    AND NOT EXISTS (SELECT FROM refunds r WHERE ${here('r')} AND r.op_id = o.id_text AND r.charge = o.charge AND r.amount = o.amount)`,
  // What is owed to the mirror is fetched within seconds: a day is far more than that, and few rows to look through.
  unmirrored: `o.kind = 'refund_payment' AND o.stripe_id IS NOT NULL AND o.created_at > now() - interval '1 day'
    AND NOT EXISTS (SELECT FROM refunds r WHERE ${here('r')} AND r.id = o.stripe_id)`,
};

const words: Readonly<Record<RefundsTab, readonly string[]>> = {
  all: [],
  pending: ['queued', 'held', 'sending', 'unknown', 'pending'],
  needs_action: ['needs_review', 'requires_action'],
  failed: ['refused', 'not_refunded', 'failed', 'failed_afterwards'],
  succeeded: ['succeeded'],
};

export function whereOf(branch: Branch, tab: RefundsTab, query: ListQuery, zone: string, named: Named, params: Params): string[] {
  return [
    here(aliasOf(branch)),
    belongs[branch],
    ...(tab === 'all' ? [] : [standsAs(words[tab], branch, params)]),
    ...conditions(branch, query, zone, named, params),
  ];
}

export function aliasOf(branch: Branch): 'r' | 'o' {
  return branch === 'refunds' ? 'r' : 'o';
}

function conditions(branch: Branch, { filters, search }: ListQuery, zone: string, named: Named, params: Params): string[] {
  const parts = filters.flatMap((filter) => condition(branch, filter, zone, named, params));
  return search === null ? parts : [...parts, ...searchFor(branch, search, named, params)];
}

function condition(branch: Branch, filter: Filter, zone: string, named: Named, params: Params): string[] {
  switch (filter.field) {
    case 'status':
      return [standsAs(filter.values, branch, params)];
    case 'reason':
      return [`${branch === 'refunds' ? 'r.reason' : `o.params ->> 'reason'`} = ANY(${params.add(filter.values)})`];
    case 'by':
      return filter.values.length > 1 ? [] : [isBy(filter.values[0]!, branch)];
    case 'customer':
      return [customerIs(branch, filter.values[0]!, named, params)];
    case 'created': {
      const { from, before } = spanOf(filter, zone);
      const at = branch === 'refunds' ? CREATED : 'o.created_at';
      return [...(from ? [`${at} >= ${params.add(from)}`] : []), ...(before ? [`${at} < ${params.add(before)}`] : [])];
    }
    case 'amount':
      return amountIs(branch, filter, params);
    default:
      throw new Error(`No column of the refunds list is called ${filter.field}.`);
  }
}

function standsAs(asked: readonly string[], branch: Branch, params: Params): string {
  if (branch !== 'refunds') return `${OPERATION_WORD} = ANY(${params.add(asked)})`;
  const plain = asked.filter((word) => ['pending', 'requires_action', 'succeeded', 'canceled'].includes(word));
  const parts = [
    ...(plain.length > 0 ? [`r.status = ANY(${params.add(plain)})`] : []),
    ...(asked.includes('failed') ? [`(r.status = 'failed' AND r.failure_balance_transaction IS NULL)`] : []),
    ...(asked.includes('failed_afterwards') ? [`(r.status = 'failed' AND r.failure_balance_transaction IS NOT NULL)`] : []),
    ...(asked.includes('no_status') ? ['r.status IS NULL'] : []),
  ];
  return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
}

function isBy(where: string, branch: Branch): string {
  const ours = branch === 'refunds' ? `EXISTS (SELECT FROM operation o WHERE ${here('o')} AND ${CAME_OF})` : 'true';
  return where === 'here' ? ours : `NOT ${ours}`;
}

function customerIs(branch: Branch, text: string, named: Named, params: Params): string {
  const ids = named.get(text);
  const whose = text.startsWith('cus_')
    ? `x.customer = ${params.add(text)}`
    : ids
      ? `x.customer = ANY(${params.add(ids)})`
      : `x.customer IN (${NAMED(params.add(text.toLowerCase()))})`;
  return `${aliasOf(branch)}.charge IN (SELECT x.id FROM charges x WHERE ${here('x')} AND ${whose})`;
}

const OPERATION_ID = /^(?:op_)?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/;

/** An id as a whole, or an amount, or else part of what is known of a customer. */
function searchFor(branch: Branch, text: string, named: Named, params: Params): string[] {
  const operation = OPERATION_ID.exec(text)?.[1];
  if (operation) return [branch === 'refunds' ? `r.op_id = ${params.add(operation)}` : `o.id_text = ${params.add(operation)}`];
  if (/^[a-z]{2,8}_\w{4,}$/.test(text)) return [isAbout(branch, text, params)];
  const amount = readAmount(text);
  return amount ? amountIs(branch, amount, params) : [customerIs(branch, text, named, params)];
}

function isAbout(branch: Branch, text: string, params: Params): string {
  if (text.startsWith('cus_')) return customerIs(branch, text, new Map(), params);
  const id = params.add(text);
  return branch === 'refunds'
    ? `(r.id = ${id} OR r.charge = ${id} OR r.payment_intent = ${id})`
    : `(o.stripe_id = ${id} OR o.charge = ${id} OR o.target = ${id})`;
}

/** In any currency the figure is meant as it reads: 10.00 is ten dollars, and ten yen. */
function amountIs(branch: Branch, { operator, values }: Pick<Filter, 'operator' | 'values'>, params: Params): string[] {
  const [from = '', to = ''] = values;
  const of = aliasOf(branch);
  const currency = currencyIn(values);
  const than = (sign: string, decimal: string) => `${of}.amount_thousandths ${sign} ${params.add(thousandths(decimal))}::bigint`;
  const parts = {
    eq: () => [than('=', from)],
    gte: () => [than('>=', from)],
    lte: () => [than('<=', from)],
    between: () => [than('>=', from), than('<=', to)],
  }[operator as 'eq' | 'gte' | 'lte' | 'between']();
  return currency ? [...parts, `${of}.currency = ${params.add(currency)}`] : parts;
}
