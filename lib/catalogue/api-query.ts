// Stripe's list parameters, as the REST API takes them: strict, because a filter that is passed over would answer with more than was asked for.
import { AppError } from '../errors.ts';
import type { Entry } from './define.ts';

export type CreatedBound = 'eq' | 'gt' | 'gte' | 'lt' | 'lte';

/** A page of one type, newest first. The cursor is an object's id, as in Stripe's own lists. */
export type ApiQuery = {
  readonly limit: number;
  readonly cursor: ApiCursor | null;
  readonly created: readonly { readonly bound: CreatedBound; readonly seconds: number }[];
  /** Promoted columns and what each must equal. */
  readonly filters: readonly { readonly column: string; readonly value: string | boolean }[];
  /** Only tombstones, or none of them. */
  readonly deleted: boolean | null;
};

export type ApiCursor = { readonly id: string; readonly param: 'starting_after' | 'ending_before' };

const DEFAULT_LIMIT = 10;
const MOST = 100;
const LONGEST_VALUE = 500;

/** Throws bad_filter or bad_cursor naming the parameter; `detail.code` is Stripe's word for the fault, where Stripe has one. */
export function parseApiQuery(params: URLSearchParams, entry: Entry): ApiQuery {
  const query = {
    limit: DEFAULT_LIMIT,
    cursor: null as ApiCursor | null,
    created: [] as ApiQuery['created'][number][],
    filters: [] as ApiQuery['filters'][number][],
    deleted: null as boolean | null,
  };
  const columns = filterable(entry);
  const seen = new Set<string>();
  for (const [param, value] of params) {
    if (seen.has(param)) throw refused(param, 'The parameter is given more than once.');
    seen.add(param);
    if (value === '') throw refused(param, 'The parameter has no value. Leave it out, or give it one.', 'parameter_invalid_empty');
    if (value.length > LONGEST_VALUE || value.includes('\u0000')) throw refused(param, `The value is not text of at most ${LONGEST_VALUE} characters.`);
    const bound = boundOf(param);
    const column = columns.get(param);
    if (param === 'limit') query.limit = limitIn(value);
    else if (param === 'starting_after' || param === 'ending_before') query.cursor = only(query.cursor, { id: value, param });
    else if (bound) query.created.push({ bound, seconds: integerIn(param, value) });
    else if (param === 'deleted') query.deleted = booleanIn(param, value);
    else if (!column) throw refused(param, `Received unknown parameter: ${param.slice(0, 100)}`, 'parameter_unknown');
    else if (!isEverything(entry, param, value))
      query.filters.push({ column: column.name, value: column.kind === 'boolean' ? booleanIn(param, value) : value });
  }
  return query;
}

/** Parameter → column. A method's or a transaction's `type` stands in the column `kind`; callers know Stripe's word. */
function filterable(entry: Entry): ReadonlyMap<string, { name: string; kind: 'text' | 'boolean' }> {
  return new Map(
    Object.entries(entry.columns).flatMap(([name, { kind }]) =>
      kind === 'text' || kind === 'boolean' ? [[name === 'kind' ? 'type' : name, { name, kind }] as const] : [],
    ),
  );
}

/** Stripe's own word for "leave nothing out" (subscriptions: `status=all`), which is what this list does anyway. */
function isEverything(entry: Entry, param: string, value: string): boolean {
  const params = entry.listing.how === 'all' ? entry.listing.params : undefined;
  return params !== undefined && Object.hasOwn(params, param) && params[param] === value;
}

function boundOf(param: string): CreatedBound | null {
  if (param === 'created') return 'eq';
  return (/^created\[(gte?|lte?)\]$/.exec(param)?.[1] as CreatedBound | undefined) ?? null;
}

function limitIn(value: string): number {
  const limit = integerIn('limit', value);
  if (limit < 1 || limit > MOST) throw refused('limit', `The limit is not between 1 and ${MOST}.`, 'parameter_invalid_integer');
  return limit;
}

function only(earlier: ApiCursor | null, cursor: ApiCursor): ApiCursor {
  if (earlier) throw new AppError('bad_cursor', 'Give starting_after or ending_before, not both.', { param: cursor.param });
  return cursor;
}

function integerIn(param: string, value: string): number {
  if (!/^\d{1,11}$/.test(value)) throw refused(param, 'The value is not a whole number.', 'parameter_invalid_integer');
  return Number(value);
}

function booleanIn(param: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw refused(param, 'The value is neither true nor false.');
  return value === 'true';
}

function refused(param: string, message: string, code?: string): AppError {
  return new AppError('bad_filter', message, { param: param.slice(0, 100), detail: code ? { code } : {} });
}
