// Pages of a type by index: newest first, by cursors either way, by created, by promoted fields.
import type { ObjectType, Params } from './define.ts';
import { Refusal, type List, type StripeObject } from './define.ts';
import type { Store } from './store.ts';

export type Spot = { created: number; seq: number };
type Bounds = { gt?: number; gte?: number; lt?: number; lte?: number };

export function pageOf(store: Store, place: number, type: ObjectType, where: Readonly<Record<string, string>>, params: Params, url: string): List {
  const limit = limitOf(params);
  const { from, to } = createdOf(params);
  const after = cursorOf(store, place, type.object, params, 'starting_after');
  const before = cursorOf(store, place, type.object, params, 'ending_before');
  if (after && before) throw new Refusal(400, { param: 'ending_before', message: 'You cannot specify both starting_after and ending_before.' });
  const backwards = before !== null;
  const kept: StripeObject[] = [];
  let spot = before ?? after;
  for (;;) {
    const rows = select(store, place, type.object, where, { from, to, spot, backwards, limit: Math.max(limit + 1, 20) });
    for (const row of rows) {
      const object = JSON.parse(String(row.data)) as StripeObject; // written by put
      if (!type.listed || type.listed(object, params)) kept.push(object);
      if (kept.length > limit) break;
    }
    const last = rows.at(-1);
    if (kept.length > limit || !last || rows.length < Math.max(limit + 1, 20)) break;
    spot = { created: Number(last.created), seq: Number(last.seq) };
  }
  const data = kept.slice(0, limit);
  return { object: 'list', data: backwards ? data.reverse() : data, has_more: kept.length > limit, url };
}

export function select(
  store: Store,
  place: number,
  type: string,
  where: Readonly<Record<string, string>>,
  { from, to, spot, backwards, limit }: { from?: number; to?: number; spot?: Spot | null; backwards?: boolean; limit: number },
) {
  const fields = Object.entries(where);
  const at = fields.length ? 'f0' : 'o';
  const values: (string | number)[] = [];
  let sql = `SELECT o.seq, o.created, o.data FROM ${fields.length ? 'field f0' : 'object o'}`;
  fields.slice(1).forEach(([name, value], i) => {
    sql += ` JOIN field f${i + 1} ON f${i + 1}.place = f0.place AND f${i + 1}.type = f0.type AND f${i + 1}.name = ? AND f${i + 1}.value = ? AND f${i + 1}.created = f0.created AND f${i + 1}.seq = f0.seq`;
    values.push(name, value);
  });
  if (fields.length) sql += ' JOIN object o ON o.seq = f0.seq';
  sql += ` WHERE ${at}.place = ? AND ${at}.type = ?`;
  values.push(place, type);
  if (fields[0]) {
    sql += ' AND f0.name = ? AND f0.value = ?';
    values.push(fields[0][0], fields[0][1]);
  } else sql += ' AND o.deleted = 0';
  if (from !== undefined) {
    sql += ` AND ${at}.created >= ?`;
    values.push(from);
  }
  if (to !== undefined) {
    sql += ` AND ${at}.created <= ?`;
    values.push(to);
  }
  if (spot) {
    sql += ` AND (${at}.created, ${at}.seq) ${backwards ? '>' : '<'} (?, ?)`;
    values.push(spot.created, spot.seq);
  }
  const order = backwards ? 'ASC' : 'DESC';
  sql += ` ORDER BY ${at}.created ${order}, ${at}.seq ${order} LIMIT ?`;
  values.push(limit);
  return store.rows(sql, ...values);
}

export function limitOf(params: Params): number {
  if (params.limit === undefined || params.limit === '') return 10;
  const limit = Number(params.limit);
  if (!Number.isInteger(limit))
    throw new Refusal(400, { code: 'parameter_invalid_integer', param: 'limit', message: `Invalid integer: ${String(params.limit)}` });
  if (limit < 1) throw new Refusal(400, { code: 'parameter_invalid_integer', param: 'limit', message: 'This value must be greater than or equal to 1.' });
  if (limit > 100) throw new Refusal(400, { code: 'parameter_invalid_integer', param: 'limit', message: 'This value must be less than or equal to 100.' });
  return limit;
}

/** The first and last second asked for. */
export function createdOf(params: Params): { from: number | undefined; to: number | undefined } {
  const given = params.created;
  if (given === undefined || given === '') return { from: undefined, to: undefined };
  if (typeof given !== 'object' || given === null) return { from: second(given), to: second(given) };
  const { gt, gte, lt, lte } = given as Bounds; // checked one by one below
  const from = [gt === undefined ? undefined : second(gt) + 1, gte === undefined ? undefined : second(gte)].filter((one) => one !== undefined);
  const to = [lt === undefined ? undefined : second(lt) - 1, lte === undefined ? undefined : second(lte)].filter((one) => one !== undefined);
  return { from: from.length ? Math.max(...from) : undefined, to: to.length ? Math.min(...to) : undefined };
}

function second(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new Refusal(400, { code: 'parameter_invalid_integer', param: 'created', message: `Invalid integer: ${String(value)}` });
  return number;
}

function cursorOf(store: Store, place: number, type: string, params: Params, name: 'starting_after' | 'ending_before'): Spot | null {
  const id = params[name];
  if (id === undefined || id === '') return null;
  const row = store.get('SELECT created, seq FROM object WHERE place = ? AND type = ? AND id = ?', place, type, String(id));
  if (!row) throw new Refusal(400, { code: 'resource_missing', param: name, message: `No such ${type}: '${String(id)}'` });
  return { created: Number(row.created), seq: Number(row.seq) };
}
