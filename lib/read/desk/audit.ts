// The audit log of a workspace, newest first: both modes and every account it ever had, narrowed by what the address asks for.
import type { Cursor, Filter, ListQuery } from '../../catalogue/query.ts';
import { db, type Tx } from '../../db.ts';
import type { Merchant } from '../../merchant.ts';
import { spanOf } from './days.ts';
import { COUNTED, type Page, type Total, totalOf } from './keyset.ts';

export type AuditRow = {
  readonly seq: bigint;
  readonly at: Date;
  /** To the microsecond, in UTC, as the chain holds it. */
  readonly exact: string;
  readonly act: string;
  /** `name` is kept beside the chain and may have been erased. */
  readonly actor: { readonly kind: string; readonly id: string; readonly role: string | null; readonly name: string | null };
  readonly account: string | null;
  readonly livemode: boolean | null;
  readonly object: { readonly type: string; readonly id: string } | null;
  readonly operation: string | null;
  readonly request: string | null;
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  /** Reason, note and other words of people. */
  readonly texts: Readonly<Record<string, string>>;
};

type Asked = Pick<ListQuery, 'filters'>;

export async function listAudit(
  merchant: Merchant,
  query: Pick<ListQuery, 'filters' | 'cursor' | 'size'>,
  zone: string,
): Promise<Page<AuditRow> & { readonly total: Total }> {
  return db.as(merchant, async (tx) => {
    const total = await count(tx, merchant, query, zone);
    const found = await cutOut(tx, merchant, query, zone, query.cursor, query.size);
    const { cursor } = query;
    // A first page that is not full, reached backwards: the beginning is shown as it is now.
    const short = cursor?.backwards && !found.more && found.rows.length < query.size;
    if (short) return { total, ...pageOf(await cutOut(tx, merchant, query, zone, null, query.size), null) };
    return { total, ...pageOf(found, cursor) };
  });
}

/** Every entry that the filters keep up to `until`, newest first, in short transactions of one batch each. */
export async function* everyAudit(merchant: Merchant, query: Asked, zone: string, until: bigint, batch = 500): AsyncGenerator<readonly AuditRow[]> {
  let below = until + 1n;
  for (;;) {
    const from: Cursor = { values: [below.toString()], id: below.toString(), ordinal: 0, backwards: false };
    const { rows, more } = await db.as(merchant, (tx) => cutOut(tx, merchant, query, zone, from, batch));
    if (rows.length > 0) yield rows;
    if (!more) return;
    below = rows.at(-1)!.seq;
  }
}

type Found = { readonly rows: readonly AuditRow[]; readonly more: boolean };

async function count(tx: Tx, merchant: Merchant, query: Asked, zone: string): Promise<Total> {
  const { conditions, values } = where(merchant, query, zone);
  const row = await tx.one<{ count: bigint }>(
    `SELECT count(*) FROM (SELECT FROM audit_entry e WHERE ${conditions.join(' AND ')} LIMIT ${COUNTED + 1}) x`,
    values,
  );
  return totalOf(Number(row.count));
}

async function cutOut(tx: Tx, merchant: Merchant, query: Asked, zone: string, cursor: Cursor | null, size: number): Promise<Found> {
  const { conditions, values } = where(merchant, query, zone);
  const backwards = cursor?.backwards ?? false;
  if (cursor) conditions.push(`e.seq ${backwards ? '>' : '<'} $${values.push(cursor.values[0])}::bigint`);
  const rows = await tx.query<Stored>(
    `SELECT e.seq, e.at, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS exact, e.body,
            (SELECT jsonb_object_agg(x.field, x.text) FROM audit_text x WHERE x.workspace_id = $1 AND x.seq = e.seq) AS texts
       FROM audit_entry e WHERE ${conditions.join(' AND ')} ORDER BY e.seq ${backwards ? 'ASC' : 'DESC'} LIMIT ${size + 1}`,
    values,
  );
  const shown = rows.slice(0, size).map(rowOf);
  return { rows: backwards ? shown.reverse() : shown, more: rows.length > size };
}

function where({ workspace }: Merchant, { filters }: Asked, zone: string): { conditions: string[]; values: unknown[] } {
  const values: unknown[] = [workspace.id];
  const add = (value: unknown) => `$${values.push(value)}`;
  return { conditions: ['e.workspace_id = $1', ...filters.flatMap((filter) => conditionsOf(filter, zone, add))], values };
}

function conditionsOf(filter: Filter, zone: string, add: (value: unknown) => string): string[] {
  const [value = ''] = filter.values;
  switch (filter.field) {
    case 'who': {
      const who = add(value);
      return [
        `(e.body->'actor'->>'id' = ${who} OR EXISTS (SELECT FROM audit_text x WHERE x.workspace_id = $1 AND x.seq = e.seq AND x.field = 'actor'
          AND position(lower(${who}) IN lower(x.text)) > 0))`,
      ];
    }
    case 'what':
      return [`e.body->>'act' = ANY(${add(filter.values)}::text[])`];
    case 'object': {
      const id = add(value);
      return [`${id} IN (e.body->'object'->>'id', e.body->>'operation', e.body->>'account', e.body->>'request', e.body->'after'->>'id')`];
    }
    case 'mode':
      return [`e.body->>'livemode' = ANY(${add(filter.values.map((mode) => String(mode === 'live')))}::text[])`];
    case 'date': {
      const { from, before } = spanOf(filter, zone);
      return [...(from ? [`e.at >= ${add(from)}`] : []), ...(before ? [`e.at < ${add(before)}`] : [])];
    }
    default:
      throw new Error(`The audit log has no filter "${filter.field}".`);
  }
}

function pageOf({ rows, more }: Found, cursor: Cursor | null): Page<AuditRow> {
  const backwards = cursor?.backwards ?? false;
  const before = backwards ? more : cursor !== null;
  const after = backwards || more;
  const start = startOf(rows.length, before, cursor);
  const cut = (row: AuditRow | undefined, back: boolean): Cursor | null =>
    row
      ? {
          values: [row.seq.toString()],
          id: row.seq.toString(),
          ordinal: start === undefined ? 0 : back ? start : start + rows.length,
          backwards: back,
        }
      : null;
  return { rows, start, previous: before ? cut(rows[0], true) : null, next: after ? cut(rows.at(-1), false) : null };
}

/** Entries that came since a page was given out push the others back, so an ordinal that cannot be any more is not shown. */
function startOf(shown: number, before: boolean, cursor: Cursor | null): number | undefined {
  if (!before) return 1;
  if (!cursor || cursor.ordinal === 0) return undefined;
  const start = cursor.backwards ? cursor.ordinal - shown : cursor.ordinal;
  return start > 1 ? start : undefined;
}

type Stored = { seq: bigint; at: Date; exact: string; body: Body; texts: Record<string, string> | null };

/** As lib/audit.ts writes it. */
type Body = {
  act: string;
  actor: { kind: string; id: string; role?: string };
  account?: string;
  livemode?: boolean;
  object?: { type: string; id: string };
  operation?: string;
  request?: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
};

function rowOf({ seq, at, exact, body, texts }: Stored): AuditRow {
  const { actor: name = null, ...words } = texts ?? {};
  return {
    seq,
    at,
    exact,
    act: body.act,
    actor: { kind: body.actor.kind, id: body.actor.id, role: body.actor.role ?? null, name },
    account: body.account ?? null,
    livemode: body.livemode ?? null,
    object: body.object ?? null,
    operation: body.operation ?? null,
    request: body.request ?? null,
    before: body.before ?? {},
    after: body.after ?? {},
    texts: words,
  };
}
