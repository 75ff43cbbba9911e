// The one bulk statement per mirrored table. Its WHERE is decide() in SQL: a stale copy matches no row (I2, I4, I7).
import type { Column, Entry, StripeObject } from '../../catalogue/define.ts';
import { API_VERSION } from '../../stripe.ts';
import { keptPlan, type Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { BAND_MS } from '../decide.ts';
import type { Evidence } from '../evidence.ts';

export type Copy = { readonly object: StripeObject; readonly note: string | null; readonly evidence: Evidence; readonly confirmed: boolean };

const columnTypes: Readonly<Record<Column['kind'], string>> = { text: 'text', money: 'bigint', boolean: 'boolean', integer: 'bigint', time: 'timestamptz' };

/** Ids whose row was written. `fenced`: nothing was applied since the fetch began, so only a tombstone stands against it. */
export async function upsert(tx: Tx, ledger: Ledger, entry: Entry, copies: readonly Copy[], fenced: boolean): Promise<string[]> {
  if (copies.length === 0) return [];
  const rows = await tx.query<{ id: string }>(upsertOf(entry), [
    ledger.workspace,
    ledger.account,
    ledger.livemode,
    JSON.stringify(copies.map((copy) => record(entry, copy))),
    API_VERSION,
    fenced,
  ]);
  return rows.map((row) => row.id);
}

const upserts = new Map<string, string>();

function upsertOf(entry: Entry): string {
  const made = upserts.get(entry.type);
  if (made !== undefined) return made;
  const names = promoted(entry);
  const newer = `t.as_of_high + interval '${BAND_MS} ms' < excluded.as_of_low`;
  const tie = `excluded.as_of_high >= t.as_of_low - interval '${BAND_MS} ms'`;
  const sql = keptPlan(
    `INSERT INTO ${entry.collection} AS t (${keys}, created, ${names.map(quoted).join(', ')}, data, api_version, as_of_low, as_of_high, as_of_source, confirmed, note)
     SELECT $1, $2, $3, r.id, r.created, ${names.map((name) => `r.${quoted(name)}`).join(', ')}, r.data, $5, r._low, r._high, r._source, r._confirmed, r._note
       FROM ${recordset(entry)} ORDER BY r.id COLLATE "C"
     ON CONFLICT (${keys}) DO UPDATE SET
       created = COALESCE(excluded.created, t.created), ${names.map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')},
       data = excluded.data, api_version = excluded.api_version, as_of_low = GREATEST(t.as_of_low, excluded.as_of_low), as_of_high = GREATEST(t.as_of_high, excluded.as_of_high),
       as_of_source = excluded.as_of_source, confirmed = excluded.confirmed, note = excluded.note, mirrored_at = clock_timestamp()
     WHERE t.workspace_id = $1 AND t.account = $2 AND t.livemode = $3 AND t.deleted_at IS NULL
       AND CASE WHEN $6 OR ${newer} THEN true WHEN ${tie} THEN t.data = excluded.data ELSE false END
     RETURNING t.id`,
  );
  upserts.set(entry.type, sql);
  return sql;
}

/** Marks rows as deleted for good. What was stored last stays as it was; an object never seen gets a row, so that no late page revives it. */
export async function bury(tx: Tx, ledger: Ledger, entry: Entry, copies: readonly Copy[]): Promise<string[]> {
  if (copies.length === 0) return [];
  const names = promoted(entry);
  const rows = await tx.query<{ id: string }>(
    `INSERT INTO ${entry.collection} AS t (${keys}, created, ${names.map(quoted).join(', ')}, data, api_version, as_of_low, as_of_high, as_of_source, confirmed, note, deleted_at)
     SELECT $1, $2, $3, r.id, r.created, ${names.map((name) => `r.${quoted(name)}`).join(', ')}, r.data, $5, r._low, r._high, r._source, true, r._note, r._high
       FROM ${recordset(entry)} ORDER BY r.id COLLATE "C"
     ON CONFLICT (${keys}) DO UPDATE SET deleted_at = excluded.deleted_at, as_of_low = GREATEST(t.as_of_low, excluded.as_of_low), as_of_high = GREATEST(t.as_of_high, excluded.as_of_high),
       as_of_source = excluded.as_of_source, confirmed = true, mirrored_at = clock_timestamp()
     WHERE t.workspace_id = $1 AND t.account = $2 AND t.livemode = $3 AND t.deleted_at IS NULL
     RETURNING t.id`,
    [ledger.workspace, ledger.account, ledger.livemode, JSON.stringify(copies.map((copy) => record(entry, copy))), API_VERSION],
  );
  return rows.map((row) => row.id);
}

export type Missing = { readonly parent: string; readonly ids: readonly string[]; readonly evidence: Evidence; readonly fenced: boolean };

/** Children that a complete list of their parent's no longer shows are gone, unless they may be younger than the list. */
export async function buryAbsent(tx: Tx, ledger: Ledger, entry: Entry, parentColumn: string, families: readonly Missing[]): Promise<string[]> {
  if (families.length === 0) return [];
  const rows = await tx.query<{ id: string }>(
    `UPDATE ${entry.collection} AS t SET deleted_at = f.high, as_of_low = GREATEST(t.as_of_low, f.low), as_of_high = GREATEST(t.as_of_high, f.high), as_of_source = f.source, confirmed = true, mirrored_at = clock_timestamp()
       FROM jsonb_to_recordset($4::jsonb) AS f(parent text, ids jsonb, low timestamptz, high timestamptz, source text, fenced boolean)
      WHERE t.workspace_id = $1 AND t.account = $2 AND t.livemode = $3 AND t.${quoted(parentColumn)} = f.parent AND t.deleted_at IS NULL AND NOT f.ids ? t.id
        AND (f.fenced OR t.as_of_high + interval '${BAND_MS} ms' < f.low)
     RETURNING t.id`,
    [
      ledger.workspace,
      ledger.account,
      ledger.livemode,
      JSON.stringify(
        families.map(({ parent, ids, evidence, fenced }) => ({ parent, ids, low: evidence.low, high: evidence.high, source: evidence.source, fenced })),
      ),
    ],
  );
  return rows.map((row) => row.id);
}

export type Standing = { readonly id: string; readonly low: Date; readonly high: Date; readonly deleted: boolean };

export async function findStanding(tx: Tx, ledger: Ledger, entry: Entry, ids: readonly string[]): Promise<Standing[]> {
  if (ids.length === 0) return [];
  return tx.query<Standing>(
    `SELECT id, as_of_low AS low, as_of_high AS high, deleted_at IS NOT NULL AS deleted FROM ${entry.collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = ANY($4)`,
    [ledger.workspace, ledger.account, ledger.livemode, ids],
  );
}

/** An amount shown while its refetch is owed is not a proven one. One statement for all types. */
export async function doubt(tx: Tx, ledger: Ledger, ids: ReadonlyMap<Entry, readonly string[]>): Promise<void> {
  const doubted = [...ids].filter(([, of]) => of.length > 0);
  if (doubted.length === 0) return;
  const parts = doubted.map(
    ([entry], index) =>
      `d${index} AS (UPDATE ${entry.collection} SET confirmed = false WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = ANY($${index + 4}) AND confirmed AND deleted_at IS NULL)`,
  );
  await tx.query(`WITH ${parts.join(', ')} SELECT 1`, [ledger.workspace, ledger.account, ledger.livemode, ...doubted.map(([, of]) => of)]);
}

const keys = 'workspace_id, account, livemode, id';

function recordset(entry: Entry): string {
  const columns = [
    ...Object.entries(entry.columns).map(([name, column]) => `${quoted(name)} ${columnTypes[column.kind]}`),
    ...(entry.search ? ['search text'] : []),
  ];
  return `jsonb_to_recordset($4::jsonb) AS r(id text, created timestamptz, ${columns.join(', ')}, data jsonb, _low timestamptz, _high timestamptz, _source text, _confirmed boolean, _note text)`;
}

function promoted(entry: Entry): string[] {
  return [...Object.keys(entry.columns), ...(entry.search ? ['search'] : [])];
}

function record(entry: Entry, { object, note, evidence, confirmed }: Copy): Record<string, unknown> {
  const columns = Object.entries(entry.columns).map(([name, column]) => [name, fitting(column.kind, column.of(object))]);
  return {
    ...Object.fromEntries(columns),
    ...(entry.search ? { search: entry.search(object) } : {}),
    id: object.id,
    created: fitting('time', object['created']),
    data: object,
    // Stripe's own fields are promoted under their names; what we know about the copy is set apart from them.
    _low: evidence.low,
    _high: evidence.high,
    _source: evidence.source,
    _confirmed: confirmed,
    _note: note,
  };
}

/** A value of an unexpected shape leaves its column empty: `data` keeps it, and no odd object stops its batch. */
function fitting(kind: Column['kind'], value: unknown): unknown {
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'money':
    case 'integer':
      return Number.isSafeInteger(value) ? value : null;
    case 'time':
      return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 8e12 ? new Date(value * 1000) : null;
  }
}

function quoted(name: string): string {
  return `"${name}"`;
}
