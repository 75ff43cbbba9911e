// One account in one mode at one moment, over the store: what rules get to work with.
import { type ObjectType, type Place, Refusal, type StripeObject } from './define.ts';
import { newId } from './id.ts';
import { pageOf, select } from './pages.ts';
import { type Registry, valueAt } from './registry.ts';
import type { Row, Store } from './store.ts';

export type Cause = { request: string | null; idempotencyKey: string | null; application: string | null };
export type Emitted = { place: number; account: string; livemode: boolean; seq: number; id: string; type: string };
export type Ground = Place & {
  readonly n: number;
  readonly cause: Cause;
  show(object: StripeObject): StripeObject;
  typeOf(object: string): ObjectType | undefined;
};

type Where = { store: Store; registry: Registry; emitted: (event: Emitted) => void };

export function placeNumber(store: Store, account: string, livemode: boolean): number {
  const row = store.get('SELECT n FROM place WHERE account = ? AND livemode = ?', account, Number(livemode));
  return row ? Number(row.n) : store.insert('INSERT INTO place (account, livemode) VALUES (?, ?)', account, Number(livemode));
}

export function openPlace({ store, registry, emitted }: Where, account: string, livemode: boolean, now: number, cause: Cause): Ground {
  const n = placeNumber(store, account, livemode);
  const rowOf = (type: string, id: string): Row | undefined =>
    store.get('SELECT seq, created, deleted, data FROM object WHERE place = ? AND type = ? AND id = ?', n, type, id);
  const typeOf = (object: string): ObjectType => {
    const type = registry.type(object);
    if (!type) throw new Error(`the sandbox has no type ${object}`);
    return type;
  };
  let merchant: Place['merchant'] | null = null;

  const place: Ground = {
    account,
    livemode,
    now,
    n,
    cause,
    application: cause.application,
    get merchant() {
      if (merchant) return merchant;
      const row = store.get('SELECT name, country, currency FROM account WHERE id = ?', account);
      return (merchant = { name: String(row?.name ?? ''), country: String(row?.country ?? 'US'), currency: String(row?.currency ?? 'usd') });
    },
    newId,
    typeOf: registry.type,
    find(type, id) {
      const row = rowOf(type, id);
      return row && !row.deleted ? parsed(row) : null;
    },
    findEver(type, id) {
      const row = rowOf(type, id);
      if (!row) return null;
      return row.deleted ? { id, object: type, deleted: true } : parsed(row);
    },
    need(type, id, param = 'id') {
      const row = rowOf(type, id);
      if (row && !row.deleted) return parsed(row);
      throw noSuch(store, type, id, param, account, livemode);
    },
    put(object) {
      const type = typeOf(object.object);
      const created = Number(object.created ?? object.start ?? now);
      const old = rowOf(object.object, object.id);
      const data = JSON.stringify(object);
      if (!old) {
        const seq = store.insert('INSERT INTO object (place, type, id, created, data) VALUES (?, ?, ?, ?, ?)', n, object.object, object.id, created, data);
        for (const [name, value] of promoted(type, object)) addField(store, n, object.object, name, value, created, seq);
        return object;
      }
      const before = old.deleted ? [] : promoted(type, parsed(old));
      const after = promoted(type, object);
      const seq = Number(old.seq);
      const at = Number(old.created);
      for (const [name, value] of before) {
        if (!after.some((one) => one[0] === name && one[1] === value)) {
          dropField(store, n, object.object, name, value, at, seq);
        }
      }
      for (const [name, value] of after) {
        if (!before.some((one) => one[0] === name && one[1] === value)) addField(store, n, object.object, name, value, at, seq);
      }
      store.run('UPDATE object SET data = ?, deleted = 0 WHERE seq = ?', data, seq);
      return object;
    },
    remove(type, id) {
      const row = rowOf(type, id);
      if (row && !row.deleted) {
        for (const [name, value] of promoted(typeOf(type), parsed(row))) {
          dropField(store, n, type, name, value, Number(row.created), Number(row.seq));
        }
        store.run('UPDATE object SET deleted = 1 WHERE seq = ?', Number(row.seq));
      }
      return { id, object: type, deleted: true };
    },
    all(type, where = {}) {
      checkIndexes(typeOf(type), where);
      return select(store, n, type, where, { limit: -1 }).map(parsed);
    },
    list(type, where, params, url) {
      checkIndexes(typeOf(type), where);
      return pageOf(store, n, typeOf(type), where, params, url);
    },
    show(object) {
      const shown = registry.type(object.object)?.shown;
      return shown && object.deleted !== true ? shown(place, object) : object;
    },
    emit(event, object, previous) {
      const data = JSON.stringify({ object: place.show(object), ...(previous ? { previous_attributes: previous } : {}) });
      const id = newId('evt');
      const request = cause.request ? JSON.stringify({ id: cause.request, idempotency_key: cause.idempotencyKey }) : null;
      const seq = store.insert('INSERT INTO event (place, id, type, created, data, request) VALUES (?, ?, ?, ?, ?, ?)', n, id, event, now, data, request);
      emitted({ place: n, account, livemode, seq, id, type: event });
      for (const react of registry.reactions(event)) react(place, object);
    },
    due(job, id, at) {
      if (!registry.job(job)) throw new Error(`the sandbox has no job ${job}`);
      if (at === null) store.run('DELETE FROM due WHERE place = ? AND job = ? AND id = ?', n, job, id);
      else {
        const sql = 'INSERT INTO due VALUES (?, ?, ?, ?, ?) ON CONFLICT (place, job, id) DO UPDATE SET at = excluded.at, n = excluded.n';
        store.run(sql, n, job, id, Math.floor(at), store.nextOrder());
      }
    },
  };
  return place;
}

const parsed = (row: Row): StripeObject => JSON.parse(String(row.data)) as StripeObject; // written by put

function promoted(type: ObjectType, object: StripeObject): [string, string][] {
  const found: [string, string][] = [];
  for (const name of type.indexes) {
    const value = valueAt(object, name);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one === null || one === undefined || typeof one === 'object') continue;
      found.push([name, String(one)]);
    }
  }
  return found;
}

function addField(store: Store, place: number, type: string, name: string, value: string, created: number, seq: number): void {
  store.run('INSERT OR IGNORE INTO field VALUES (?, ?, ?, ?, ?, ?)', place, type, name, value, created, seq);
}

function dropField(store: Store, place: number, type: string, name: string, value: string, created: number, seq: number): void {
  store.run('DELETE FROM field WHERE place = ? AND type = ? AND name = ? AND value = ? AND created = ? AND seq = ?', place, type, name, value, created, seq);
}

function checkIndexes(type: ObjectType, where: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(where)) if (!type.indexes.includes(name)) throw new Error(`${type.object} has no index ${name}`);
}

function noSuch(store: Store, type: string, id: string, param: string, account: string, livemode: boolean): Refusal {
  const other = store.get(
    'SELECT 1 FROM object JOIN place ON place.n = object.place WHERE place.account = ? AND place.livemode = ? AND object.type = ? AND object.id = ? AND object.deleted = 0',
    account,
    Number(!livemode),
    type,
    id,
  );
  const [there, here] = livemode ? ['test', 'live'] : ['live', 'test'];
  const more = other ? `; a similar object exists in ${there} mode, but a ${here} mode key was used to make this request.` : '';
  return new Refusal(param === 'id' ? 404 : 400, { code: 'resource_missing', param, message: `No such ${type}: '${id}'${more}` });
}
