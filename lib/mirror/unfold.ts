// Takes one of Stripe's JSON objects apart into rows: expanded objects and lists become rows of their own, the parent keeps the shape of an unexpanded reply.
import type { Entry, StripeObject } from '../catalogue/define.ts';
import { valuesAt } from '../catalogue/define.ts';
import { findEntry } from '../catalogue/index.ts';

export type Row = { readonly entry: Entry; readonly object: StripeObject; readonly note: string | null };

/** All children of one parent, as far as a list inside the parent shows them. */
export type Family = {
  readonly parent: string;
  readonly parentType: string;
  readonly child: string;
  readonly column: string;
  readonly ids: readonly string[];
  readonly complete: boolean;
};

export type Unfolded = { readonly rows: readonly Row[]; readonly families: readonly Family[] };

/** Deeper nesting than this is nothing of Stripe's and would exhaust a stack, here or in the database. */
const DEEPEST = 100;

/** What the later pages of lists inside an object hold, by `listKey`: the parent's own `data` keeps the first page, as Stripe sends it. */
export type Rest = ReadonlyMap<string, readonly StripeObject[]>;

export const listKey = (parent: string, field: string): string => `${parent} ${field}`;

export function unfold(object: StripeObject, rest: Rest = new Map()): Unfolded {
  const rows: Row[] = [];
  const families: Family[] = [];
  const { value, note } = clean(object);
  take(value as StripeObject);
  return { rows, families };

  function take(whole: StripeObject): void {
    const entry = findEntry(whole.object);
    if (!entry || typeof whole.id !== 'string') return;
    const own: Record<string, unknown> = { ...whole };
    for (const field of expandable(entry)) {
      const inner = own[field];
      if (isList(inner)) {
        takeList(entry, whole, field, inner);
        delete own[field];
      } else if (isObject(inner)) {
        take(inner);
        own[field] = inner.id;
      }
    }
    for (const field of Object.keys(entry.children)) {
      const inner = own[field];
      if (isList(inner)) takeList(entry, whole, field, inner);
    }
    for (const path of entry.inline ?? []) for (const inner of valuesAt(whole, path)) if (isObject(inner)) take(inner);
    rows.push({ entry, object: own as StripeObject, note });
  }

  function takeList(entry: Entry, parent: StripeObject, field: string, list: List): void {
    const more = rest.get(listKey(parent.id, field));
    const members = [...list.data, ...(more ?? []).map((inner) => clean(inner).value)].filter(isObject);
    for (const inner of members) take(inner);
    const child = entry.children[field];
    if (child)
      families.push({
        parent: parent.id,
        parentType: entry.type,
        child: child.type,
        column: child.parentColumn,
        ids: members.map((inner) => inner.id),
        complete: list.has_more !== true || more !== undefined,
      });
  }
}

export type List = { readonly object: 'list'; readonly data: readonly unknown[]; readonly has_more?: unknown; readonly url?: unknown };

export function isList(value: unknown): value is List {
  return value !== null && typeof value === 'object' && (value as { object?: unknown }).object === 'list' && Array.isArray((value as { data?: unknown }).data);
}

export function isObject(value: unknown): value is StripeObject {
  return (
    value !== null &&
    typeof value === 'object' &&
    typeof (value as { id?: unknown }).id === 'string' &&
    typeof (value as { object?: unknown }).object === 'string'
  );
}

/** The fields that a reply may hold expanded: the heads of the entry's expansions. */
function expandable(entry: Entry): Set<string> {
  return new Set(entry.expand.map((path) => path.split('.')[0]!));
}

/** jsonb takes neither NUL nor half a surrogate pair: both are taken out, and the row says so. */
function clean(object: StripeObject): { value: unknown; note: string | null } {
  const text = JSON.stringify(measured(object));
  if (!/\\u0000|\\ud[89a-f]/i.test(text)) return { value: object, note: null };
  const taken = new Set<string>();
  const value = withoutOddities(object, taken);
  return { value, note: taken.size > 0 ? [...taken].sort().join(',') : null };
}

function withoutOddities(value: unknown, taken: Set<string>): unknown {
  if (typeof value === 'string') {
    if (value.includes('\u0000')) taken.add('nul');
    if (!value.isWellFormed()) taken.add('lone_surrogate');
    return value.replaceAll('\u0000', '').toWellFormed();
  }
  if (Array.isArray(value)) return value.map((part) => withoutOddities(part, taken));
  if (value === null || typeof value !== 'object') return value;
  // fromEntries defines keys, so that '__proto__' stays an ordinary one.
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [withoutOddities(key, taken) as string, withoutOddities(part, taken)]));
}

function measured<T>(value: T): T {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) throw new Error(`The object is nested more than ${DEEPEST} levels deep.`);
    level = level.flatMap((part) => (part !== null && typeof part === 'object' ? Object.values(part) : []));
  }
  return value;
}
