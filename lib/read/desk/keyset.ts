// Keyset paging with ordinals: where a page is cut out of a list, in which place it stands, and what lies before and after it.
import type { Cursor, ListQuery, SortKind } from '../../catalogue/query.ts';
import type { Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { Params } from './statement.ts';

/** Counts are exact up to here, and never estimated beyond. */
export const COUNTED = 10_000;

export type Total = { readonly count: number; readonly exact: boolean };

/** `start` is the position of the first row, from 1; undefined where a pasted cursor hides it. */
export type Page<R> = { readonly rows: readonly R[]; readonly start: number | undefined; readonly previous: Cursor | null; readonly next: Cursor | null };

export type Keyset = {
  /** "payments p": its rows have an id. */
  readonly table: string;
  readonly alias: string;
  readonly sorts: Readonly<Record<string, { readonly column: string; readonly kind: SortKind }>>;
};

export type Row = { readonly id: string; readonly cut: string };

/** `where` adds its parameters to the statement. `select` reads from the list's alias, which then holds the rows cut out, so that its joins touch no more than these. */
export type Reading = { readonly list: Keyset; readonly query: ListQuery; readonly where: (params: Params) => readonly string[]; readonly select: string };

export async function readPage<R extends Row>(tx: Tx, ledger: Ledger, reading: Reading): Promise<Page<R>> {
  return pageBy(reading.query, (cursor) => cutOut<R>(tx, ledger, reading, cursor));
}

/** A page of whatever `cut` cuts out of its list. */
export async function pageBy<R extends Row>(
  { cursor, size }: Pick<ListQuery, 'cursor' | 'size'>,
  cut: (cursor: Cursor | null) => Promise<Found<R>>,
): Promise<Page<R>> {
  const found = await cut(cursor);
  // Rows went away behind the cursor, or the first page is no longer full: the beginning is shown as it is now.
  const lost = cursor && (cursor.backwards ? !found.more && found.rows.length < size : found.rows.length === 0);
  return lost ? pageOf(await cut(null), null) : pageOf(found, cursor);
}

/** Each condition's rows, counted in one statement. */
export async function countEach<K extends string>(
  tx: Tx,
  ledger: Ledger,
  table: string,
  each: readonly K[],
  where: (key: K, params: Params) => readonly string[],
): Promise<Record<K, Total>> {
  const params = new Params(ledger);
  const counts = each.map(
    (key) => `(SELECT count(*) FROM (SELECT FROM ${table} WHERE ${where(key, params).join(' AND ')} LIMIT ${COUNTED + 1}) x) AS "${key}"`,
  );
  const row = await tx.one<Record<K, bigint>>(`SELECT ${counts.join(', ')}`, params.values);
  return Object.fromEntries(each.map((key) => [key, totalOf(Number(row[key]))])) as Record<K, Total>;
}

export function totalOf(count: number): Total {
  return { count: Math.min(count, COUNTED), exact: count <= COUNTED };
}

export type Found<R> = { rows: R[]; more: boolean };

async function cutOut<R extends Row>(tx: Tx, ledger: Ledger, { list, query, where, select }: Reading, cursor: Cursor | null): Promise<Found<R>> {
  const { table, alias } = list;
  const { column, kind } = list.sorts[query.sort.field]!;
  const params = new Params(ledger);
  const parts = [...where(params)];
  const descending = query.sort.descending !== (cursor?.backwards ?? false);
  if (cursor) parts.push(`(${column}, ${alias}.id) ${descending ? '<' : '>'} (${params.add(cursor.values[0])}::${types[kind]}, ${params.add(cursor.id)})`);
  const order = (place: string, id: string) => `ORDER BY ${place} ${descending ? 'DESC' : 'ASC'}, ${id} ${descending ? 'DESC' : 'ASC'}`;
  const rows = await tx.query<R>(
    `WITH ${alias} AS (
       SELECT ${alias}.*, ${asText(column, kind)} AS cut, ${column} AS place FROM ${table}
       WHERE ${parts.join(' AND ')} ${order(column, `${alias}.id`)} LIMIT ${query.size + 1}
     ) ${select} ${order(`${alias}.place`, `${alias}.id`)}`,
    params.values,
  );
  return foundOf(rows, query.size, cursor);
}

/** Of `size + 1` rows read in the direction of the cursor: the page, in the list's own order, and whether there is more behind it. */
export function foundOf<R>(rows: readonly R[], size: number, cursor: Cursor | null): Found<R> {
  const shown = rows.slice(0, size);
  return { rows: cursor?.backwards ? shown.reverse() : shown, more: rows.length > size };
}

export const types: Readonly<Record<SortKind, string>> = { time: 'timestamptz', integer: 'bigint', text: 'text' };

/** To the microsecond: a Date would cut it, and the rows of one millisecond would be shown twice or never. */
export function asText(column: string, kind: SortKind): string {
  return kind === 'time' ? `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : `${column}::text`;
}

function pageOf<R extends Row>({ rows, more }: Found<R>, cursor: Cursor | null): Page<R> {
  const backwards = cursor?.backwards ?? false;
  const before = backwards ? more : cursor !== null;
  const after = backwards || more;
  const start = startOf(rows.length, before, cursor);
  const cut = (row: R | undefined, back: boolean): Cursor | null =>
    row ? { values: [row.cut], id: row.id, ordinal: start === undefined ? 0 : back ? start : start + rows.length, backwards: back } : null;
  return { rows, start, previous: before ? cut(rows[0], true) : null, next: after ? cut(rows.at(-1), false) : null };
}

/** What the ordinal says, unless the list itself says that it cannot be so any more. */
function startOf(shown: number, before: boolean, cursor: Cursor | null): number | undefined {
  if (!before) return 1;
  if (!cursor || cursor.ordinal === 0) return undefined;
  const start = cursor.backwards ? cursor.ordinal - shown : cursor.ordinal;
  return start > 1 ? start : undefined;
}
