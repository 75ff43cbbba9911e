// The address of a list, for pages and API alike: text ⇄ ListQuery. It knows how values are spelled; what they mean is for the reader of the list.
import { AppError } from '../errors.ts';

export type Filter = { readonly field: string; readonly operator: string; readonly values: readonly string[] };
export type Sort = { readonly field: string; readonly descending: boolean };
export type Size = 25 | 50 | 100;

export type ListQuery = {
  readonly tab: string | null;
  readonly filters: readonly Filter[];
  readonly search: string | null;
  readonly sort: Sort;
  readonly cursor: Cursor | null;
  readonly size: Size;
};

/**
 * A cut between two rows. Forwards, `values` and `id` are those of the row before the cut; backwards, of the row after it.
 * `ordinal` is the position (from 1) of the row after the cut, 0 where it is not known.
 */
export type Cursor = { readonly values: readonly (string | null)[]; readonly id: string; readonly ordinal: number; readonly backwards: boolean };

/**
 * `choice`: "a,b" → in [a, b]; without options any of Stripe's words will do. `text`: "cus_1" → is [cus_1].
 * `date`: "2026-11-01..2026-11-30", open at either end, one day, or "30d" → range [from, to] | last [30].
 * `amount`: "10.00", "gte:10.00", "lte:…", "between:10.00..20.00", each with or without a currency behind → eq | gte | lte | between [decimals, currency].
 */
export type FilterGrammar = { readonly kind: 'choice'; readonly options?: readonly string[] } | { readonly kind: 'text' | 'date' | 'amount' };
export type SortKind = 'time' | 'integer' | 'text';

export type Grammar = {
  readonly tabs: readonly string[];
  readonly filters: Readonly<Record<string, FilterGrammar>>;
  /** What may be sorted, and of what kind a cursor's value then is. */
  readonly sorts: Readonly<Record<string, SortKind>>;
  /** The order where the address names none. */
  readonly sort: Sort;
  readonly search: boolean;
};

export const sizes: readonly Size[] = [25, 50, 100];
const LONGEST = 200;

/** Throws bad_filter or bad_cursor naming the parameter. Parameters that the grammar does not know are passed over. */
export function parseQuery(params: URLSearchParams, grammar: Grammar): ListQuery {
  const query = {
    tab: readTab(one(params, 'tab'), grammar),
    filters: Object.entries(grammar.filters).flatMap(([field, rule]) => readFilter(field, rule, one(params, field))),
    search: grammar.search ? one(params, 'q') : null,
    sort: readSort(one(params, 'sort'), grammar),
    cursor: null,
    size: readSize(one(params, 'size')),
  };
  const cursor = one(params, 'cursor', 'bad_cursor', 2000);
  return cursor === null ? query : { ...query, cursor: ofSort(decodeCursor(cursor, viewOf(query)), query.sort, grammar) };
}

/** The shortest address that reads as this query: what is the default is left out. */
export function writeQuery(query: ListQuery, grammar: Grammar): URLSearchParams {
  const params = viewParams(query);
  if (query.sort.field === grammar.sort.field && query.sort.descending === grammar.sort.descending) params.delete('sort');
  if (query.size !== 50) params.set('size', String(query.size));
  if (query.cursor) params.set('cursor', encodeCursor(query.cursor, viewOf(query)));
  return params;
}

/** `view` names the rows that the ordinal counts: read with another one, the cursor still holds and its ordinal is unknown. */
export function encodeCursor(cursor: Cursor, view = ''): string {
  const text = JSON.stringify([cursor.values, cursor.id, cursor.ordinal, cursor.backwards ? 1 : 0, fingerprint(view)]);
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

export function decodeCursor(text: string, view = ''): Cursor {
  const parts = fromBase64(text);
  if (!Array.isArray(parts) || parts.length !== 5) throw badCursor();
  const [values, id, ordinal, backwards, counted] = parts as unknown[];
  if (!Array.isArray(values) || values.length > 4 || !values.every((value) => value === null || isPlain(value))) throw badCursor();
  if (!isPlain(id) || id === '' || !Number.isSafeInteger(ordinal) || (ordinal as number) < 0 || (backwards !== 0 && backwards !== 1)) throw badCursor();
  return { values: values as (string | null)[], id, ordinal: counted === fingerprint(view) ? (ordinal as number) : 0, backwards: backwards === 1 };
}

/** A value that is spelled like a currency code: an amount's last, where it names one. */
export function currencyIn(values: readonly string[]): string | null {
  return values.find((value) => /^[a-z]{3}$/.test(value)) ?? null;
}

/** What was typed as an amount ("gte:10.00", "1,250.00 usd"), or null where it is none. Grouping commas are taken where they group thousands. */
export function readAmount(text: string): Omit<Filter, 'field'> | null {
  const match = /^(?:(eq|gte|lte|between):)?\s*(.*?)\s*([a-z]{3})?$/i.exec(text);
  const operator = match?.[1]?.toLowerCase() ?? 'eq';
  const amounts = (match?.[2] ?? '').split('..').map((amount) => plainDecimal(amount.trim()));
  if (amounts.length !== (operator === 'between' ? 2 : 1) || !amounts.every((amount) => /^\d{1,15}(\.\d{1,3})?$/.test(amount))) return null;
  return { operator, values: match?.[3] ? [...amounts, match[3].toLowerCase()] : amounts };
}

function plainDecimal(text: string): string {
  return /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text;
}

function readTab(text: string | null, { tabs }: Grammar): string | null {
  if (text === null || text === tabs[0]) return null;
  if (!tabs.includes(text)) throw badFilter('tab');
  return text;
}

function readSort(text: string | null, { sorts, sort }: Grammar): Sort {
  if (text === null) return sort;
  const field = text.replace(/^-/, '');
  if (!Object.hasOwn(sorts, field)) throw badFilter('sort');
  return { field, descending: text.startsWith('-') };
}

function readSize(text: string | null): Size {
  const size = text === null ? 50 : sizes.find((each) => String(each) === text);
  if (!size) throw badFilter('size');
  return size;
}

function readFilter(field: string, rule: FilterGrammar, text: string | null): Filter[] {
  if (text === null) return [];
  switch (rule.kind) {
    case 'choice': {
      const values = [...new Set(text.split(',').filter(Boolean))];
      if (values.some((value) => !(rule.options?.includes(value) ?? /^[a-z][a-z0-9_]*$/.test(value)))) throw badFilter(field);
      return values.length === 0 ? [] : [{ field, operator: 'in', values }];
    }
    case 'text':
      return [{ field, operator: 'is', values: [text] }];
    case 'date':
      return [{ field, ...readDays(field, text) }];
    case 'amount':
      return [{ field, ...(readAmount(text) ?? refuse(field)) }];
  }
}

function readDays(field: string, text: string): Omit<Filter, 'field'> {
  const last = /^([1-9]\d{0,3})d$/.exec(text);
  if (last) return { operator: 'last', values: [last[1]!] };
  const [from = '', to = from, more] = text.split('..').map((day) => day.trim());
  if (more !== undefined || (from === '' && to === '')) throw badFilter(field);
  if ([from, to].some((day) => day !== '' && !isDay(day)) || (from !== '' && to !== '' && from > to)) throw badFilter(field);
  return { operator: 'range', values: [from, to] };
}

function isDay(text: string): boolean {
  const day = /^(19|2\d)\d{2}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function writeFilter({ operator, values }: Filter): string {
  switch (operator) {
    case 'in':
      return values.join(',');
    case 'range':
      return `${values[0]}..${values[1]}`;
    case 'last':
      return `${values[0]}d`;
    case 'is':
      return values[0]!;
    case 'eq':
      return values.join('');
    case 'between':
      return `between:${values[0]}..${values.slice(1).join('')}`;
    default:
      return `${operator}:${values.join('')}`;
  }
}

function viewParams({ tab, filters, search, sort }: Pick<ListQuery, 'tab' | 'filters' | 'search' | 'sort'>): URLSearchParams {
  const params = new URLSearchParams();
  if (tab !== null) params.set('tab', tab);
  for (const filter of filters) params.set(filter.field, writeFilter(filter));
  if (search !== null) params.set('q', search);
  params.set('sort', `${sort.descending ? '-' : ''}${sort.field}`);
  return params;
}

function viewOf(query: Pick<ListQuery, 'tab' | 'filters' | 'search' | 'sort'>): string {
  return viewParams(query).toString();
}

/** A cursor made under another order has values of another kind: they would be compared with the wrong column. */
function ofSort(cursor: Cursor, { field }: Sort, { sorts }: Grammar): Cursor {
  const kind = sorts[field]!;
  if (cursor.values.length !== 1 || !cursor.values.every((value) => value === null || isOfKind(value, kind))) throw badCursor();
  return cursor;
}

/** Times as "2026-11-22T16:02:00.000000Z", to the microsecond that the database keeps. */
function isOfKind(value: string, kind: SortKind): boolean {
  if (kind === 'text') return true;
  if (kind === 'integer') return /^-?\d{1,18}$/.test(value);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(value)) return false;
  const time = new Date(`${value.slice(0, 23)}Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 23) === value.slice(0, 23);
}

/** The one value of a parameter, trimmed; null where it is absent or empty. */
function one(params: URLSearchParams, name: string, code: 'bad_filter' | 'bad_cursor' = 'bad_filter', longest = LONGEST): string | null {
  const [value, ...more] = params.getAll(name);
  if (value === undefined) return null;
  if (more.length > 0 || value.length > longest || !isPlain(value)) throw code === 'bad_cursor' ? badCursor() : badFilter(name);
  return value.trim() || null;
}

/** Text that PostgreSQL takes: no NUL or other control character, no half of a surrogate pair. */
function isPlain(value: unknown): value is string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return typeof value === 'string' && !/[\u0000-\u001f\u007f]/.test(value) && value.isWellFormed();
}

function fromBase64(text: string): unknown {
  try {
    if (!/^[\w-]+$/.test(text)) return null;
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

/** FNV-1a: it tells one address from another, and guards nothing. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (const sign of text) hash = Math.imul(hash ^ sign.codePointAt(0)!, 0x01000193) >>> 0;
  return hash;
}

function refuse(param: string): never {
  throw badFilter(param);
}

function badFilter(param: string): AppError {
  return new AppError('bad_filter', `The parameter "${param}" cannot be read.`, { param });
}

function badCursor(): AppError {
  return new AppError('bad_cursor', 'The parameter "cursor" is not one that this list gave.', { param: 'cursor' });
}
