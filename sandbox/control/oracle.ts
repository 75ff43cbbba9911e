// The true state of a type in an account, for tests that compare a mirror with it. Shares nothing with events or lists.
import type { Core } from '../core/core.ts';
import type { StripeObject } from '../core/define.ts';
import { placeNumber } from '../core/place.ts';

export function oracle(core: Core, account: string, livemode: boolean, type: string): { objects: StripeObject[]; deleted: string[] } {
  const n = placeNumber(core.store, account, livemode);
  const rows = core.store.rows('SELECT id, deleted, data FROM object WHERE place = ? AND type = ? ORDER BY seq', n, type);
  return core.within(account, livemode, {}, (place) => ({
    objects: rows.filter((row) => !row.deleted).map((row) => place.show(JSON.parse(String(row.data)) as StripeObject)), // written by put
    deleted: rows.filter((row) => row.deleted).map((row) => String(row.id)),
  }));
}
