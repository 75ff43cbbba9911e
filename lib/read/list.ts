// The generic list of any mirrored type, with Stripe's semantics: newest first, an object's id as the cursor.
import type { ApiCursor, ApiQuery, CreatedBound } from '../catalogue/api-query.ts';
import type { Entry } from '../catalogue/define.ts';
import { db, type Tx } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { isId, MIRRORED, type Mirrored } from './mirrored.ts';

export type ListPage = { readonly rows: readonly Mirrored[]; readonly hasMore: boolean };

/** Tombstones are listed too, unless the query leaves them out. Throws bad_cursor where this ledger has no such object of the type. */
export async function page(ledger: Ledger, entry: Entry, query: ApiQuery): Promise<ListPage> {
  return db.as(ledger, async (tx) => {
    const from = query.cursor && (await placeOf(tx, ledger, entry, query.cursor));
    const backwards = query.cursor?.param === 'ending_before';
    const { where, params } = conditions(ledger, query, from, backwards);
    const direction = backwards ? 'ASC' : 'DESC';
    const rows = await tx.query<Mirrored>(
      `SELECT ${MIRRORED} FROM ${entry.collection} WHERE ${where} ORDER BY ${PLACE} ${direction}, id ${direction} LIMIT ${query.limit + 1}`,
      params,
    );
    const hasMore = rows.length > query.limit;
    const shown = rows.slice(0, query.limit);
    return { rows: backwards ? shown.reverse() : shown, hasMore };
  });
}

// Invoice lines and objects first seen deleted have no `created`: they come last. The same expression stands in the index, and it is no COALESCE:
// under row-level security PostgreSQL takes only leakproof conditions into an index, and would read the list from its head.
const PLACE = `(CASE WHEN created IS NULL THEN '-infinity'::timestamptz ELSE created END)`;

type Place = { readonly id: string; readonly place: string };

async function placeOf(tx: Tx, ledger: Ledger, entry: Entry, { id, param }: ApiCursor): Promise<Place> {
  const found = isId(id)
    ? await tx.maybe<Place>(
        `SELECT id, ${PLACE}::text AS place FROM ${entry.collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = $4`,
        [ledger.workspace, ledger.account, ledger.livemode, id],
      )
    : null;
  if (!found) throw new AppError('bad_cursor', `No such ${entry.type}.`, { param, detail: { code: 'resource_missing' } });
  return found;
}

const operators: Readonly<Record<CreatedBound, string>> = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' };

function conditions(ledger: Ledger, query: ApiQuery, from: Place | null, backwards: boolean): { where: string; params: unknown[] } {
  const params: unknown[] = [ledger.workspace, ledger.account, ledger.livemode];
  const parts = ['workspace_id = $1', 'account = $2', 'livemode = $3'];
  const param = (value: unknown) => `$${params.push(value)}`;
  if (from) parts.push(`(${PLACE}, id) ${backwards ? '>' : '<'} (${param(from.place)}::timestamptz, ${param(from.id)})`);
  for (const { bound, seconds } of query.created) parts.push(`created IS NOT NULL AND ${PLACE} ${operators[bound]} to_timestamp(${param(seconds)})`);
  for (const { column, value } of query.filters) parts.push(`"${column}" = ${param(value)}`);
  if (query.deleted !== null) parts.push(`deleted_at IS ${query.deleted ? 'NOT ' : ''}NULL`);
  return { where: parts.join(' AND '), params };
}
