// What a side holds of a load, asked of its database and of nothing else.
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { findEntry } from '#lib/catalogue/index.ts';
import type { Side } from './house.ts';
import type { Final, Load } from './load.ts';
import { peerTables } from './peer.ts';

export type Kept = { readonly durable: number; readonly open: number };

/** Events of this load in our inbox, and how many of them are not handed on yet. */
export async function keptOfOurs({ database }: Side, load: Load): Promise<Kept> {
  const { rows } = await database.query<{ durable: number; open: number; dead: number }>(
    `SELECT count(*)::int AS durable, count(*) FILTER (WHERE state = 'kept')::int AS open, count(*) FILTER (WHERE state NOT IN ('kept', 'done', 'ignored') OR tries > 1)::int AS dead FROM inbox WHERE event_id = ANY($1)`,
    [load.bodies.map(({ id }) => id)],
  );
  const { durable, open, dead } = rows[0]!;
  if (dead > 0) throw new Error(`${dead} events could not be handed on.`);
  return { durable, open };
}

/** The peer keeps no events: its objects are counted, of the types it mirrors, and must be all that were sent. */
export async function objectsOfPeer({ database }: Side, load: Load): Promise<{ here: number; expected: number }> {
  let here = 0;
  let expected = 0;
  for (const [type, finals] of ofType(load)) {
    const table = peerTables[type];
    if (!table) continue;
    // A deletion takes its row away, or marks it.
    const ids = finals.filter((final) => !final.deleted).map((final) => final.object.id);
    expected += ids.length;
    here += (await database.query<{ here: number }>(`SELECT count(*)::int AS here FROM stripe."${table}" WHERE id = ANY($1)`, [ids])).rows[0]!.here;
  }
  return { here, expected };
}

export type Right = { readonly right: number; readonly compared: number; readonly unknown: number; readonly first: string };

/** Every object against the state the load ended with, field by field. `unknown`: of types the side does not mirror. */
export async function rightOf(side: Side, load: Load): Promise<Right> {
  let right = 0;
  let compared = 0;
  let unknown = 0;
  let first = '';
  for (const [type, finals] of ofType(load)) {
    const ids = finals.map((final) => final.object.id);
    const rows = side.name === 'peer' ? await peerRows(side.database, type, ids) : await ourRows(side.database, type, ids);
    if (!rows) {
      unknown += finals.length;
      continue;
    }
    compared += finals.length;
    for (const final of finals) {
      const wrong = differenceOf(final, rows.get(final.object.id));
      if (wrong === null) right += 1;
      else first ||= `${type} ${final.object.id}: ${wrong}`;
    }
  }
  return { right, compared, unknown, first };
}

type Seen = { readonly data: Record<string, unknown>; readonly deleted: boolean; readonly confirmed: boolean };

async function ourRows(database: pg.Pool, type: string, ids: readonly string[]): Promise<Map<string, Seen> | null> {
  const entry = findEntry(type);
  if (!entry) return null;
  const { rows } = await database.query<Seen & { id: string }>(
    `SELECT id, data, deleted_at IS NOT NULL AS deleted, confirmed FROM ${entry.collection} WHERE id = ANY($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function peerRows(database: pg.Pool, type: string, ids: readonly string[]): Promise<Map<string, Seen> | null> {
  const table = peerTables[type];
  if (!table) return null;
  const { rows } = await database.query<{ id: string; data: Record<string, unknown> }>(
    `SELECT id, _raw_data AS data FROM stripe."${table}" WHERE id = ANY($1)`,
    [ids],
  );
  return new Map(rows.map(({ id, data }) => [id, { data, deleted: data['deleted'] === true, confirmed: true }]));
}

function differenceOf({ object, deleted }: Final, seen: Seen | undefined): string | null {
  if (deleted) return !seen || seen.deleted ? null : 'is deleted at Stripe, and shown';
  if (!seen) return 'missing';
  if (seen.deleted) return 'shown as deleted';
  if (!seen.confirmed) return 'not confirmed';
  const field = Object.keys(object).find((name) => !isDeepStrictEqual(object[name], seen.data[name]));
  return field === undefined ? null : `${field} differs: ${JSON.stringify(object[field])?.slice(0, 80)} ≠ ${JSON.stringify(seen.data[field])?.slice(0, 80)}`;
}

function ofType(load: Load): Map<string, Final[]> {
  return Map.groupBy([...load.truth.values()], (final) => final.type);
}
