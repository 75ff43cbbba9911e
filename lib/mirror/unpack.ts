// Reads an event without touching anything: which object it shows, whether that copy may be used, and which neighbours it owes. Pure.
import type { StripeObject, Touch } from '../catalogue/define.ts';
import { idAt, valuesAt } from '../catalogue/define.ts';
import { touchesOf } from '../catalogue/events.ts';
import { findEntry } from '../catalogue/index.ts';
import { API_VERSION } from '../stripe.ts';
import { isObject } from './unfold.ts';

export type StripeEvent = {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly api_version: string | null;
  readonly data: { readonly object: unknown; readonly previous_attributes?: unknown };
};

export type Neighbour =
  | { readonly how: 'object' | 'if_new'; readonly type: string; readonly id: string }
  | { readonly how: 'children'; readonly type: string; readonly column: string; readonly id: string };

export type Unpacked = {
  /** The carried object when its type is mirrored. A deletion carries `deleted: true`. */
  readonly object: StripeObject | null;
  /** Full, in the pinned version, of this generation; or a deletion, of which only the id is read. */
  readonly usable: boolean;
  readonly neighbours: readonly Neighbour[];
};

export function unpack(event: StripeEvent, current: boolean): Unpacked {
  const carried = event.data.object;
  const type = valuesAt(carried, 'object')[0];
  if (typeof type !== 'string') return { object: null, usable: false, neighbours: [] };
  const neighbours = touchesOf(type).flatMap((touch) => neighboursOf(touch, event));
  // A preview of an invoice to come is none yet, whatever id it carries (FACTS §2).
  if (!findEntry(type) || !isObject(carried) || event.type === 'invoice.upcoming') return { object: null, usable: false, neighbours };
  const pinned = event.api_version === API_VERSION && current;
  if (isDeletion(event, type)) {
    const gone = pinned ? { ...carried, deleted: true } : { id: carried.id, object: carried.object, deleted: true };
    return { object: gone, usable: true, neighbours };
  }
  return { object: carried, usable: pinned && !isPartial(carried), neighbours };
}

function isDeletion(event: StripeEvent, type: string): boolean {
  return findEntry(type)?.deletion === 'tombstone' && event.type.endsWith('.deleted');
}

/** A stub such as `{id, object, deleted}` is no full object. */
function isPartial(object: StripeObject): boolean {
  return Object.keys(object).length <= 3;
}

function neighboursOf(touch: Touch, event: StripeEvent): Neighbour[] {
  const { object, previous_attributes: previous } = event.data;
  if (touch.on && !touch.on.includes(event.type.split('.').at(-1)!)) return [];
  if (touch.ifPrevious && !touch.ifPrevious.some((name) => hasOwn(previous, name))) return [];
  if (touch.list) {
    const query = Object.entries(touch.list).map(([param, path]) => [param, idAt(object, path)] as const);
    if (query.some(([, id]) => id === null || id === '')) return [];
    return [{ how: 'object', type: touch.owes, id: `?${query.map(([param, id]) => `${param}=${encodeURIComponent(id!)}`).join('&')}` }];
  }
  if (touch.children) {
    const id = idAt(object, touch.at ?? 'id');
    return id === null ? [] : [{ how: 'children', type: touch.owes, column: touch.children, id }];
  }
  const at = touch.at ?? 'id';
  const found = at.startsWith('prev.') ? valuesAt(previous, at.slice('prev.'.length)) : valuesAt(object, at);
  return found
    .map((value) => (typeof value === 'string' ? value : idAt(value, 'id')))
    .filter((id): id is string => id !== null && id !== '')
    .map((id) => ({ how: touch.onlyNew ? 'if_new' : 'object', type: touch.owes, id }));
}

function hasOwn(value: unknown, name: string): boolean {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, name);
}
