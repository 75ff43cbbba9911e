// What a catalogue entry says about one object type, and nothing else: data, and small pure functions over Stripe's JSON.

/** Stripe's object as JSON: decimals as strings, ids where nothing was expanded. */
export type StripeObject = { readonly id: string; readonly object: string; readonly [field: string]: unknown };

export type ColumnKind = 'text' | 'money' | 'boolean' | 'integer' | 'time';

/** A promoted column: what is filtered, sorted or joined. All else stays in `data`. */
export type Column = { readonly kind: ColumnKind; readonly of: (object: StripeObject) => unknown };

/** How a field is drawn; components/table/cell.tsx knows these kinds and no type. */
export type FieldKind = 'id' | 'text' | 'money' | 'status' | 'ref' | 'time' | 'date' | 'boolean' | 'number' | 'customer' | 'method';

/** How a type's history is read. `all`: one list. `under`: once per mirrored parent. `embedded`: it comes with its parent. `variants`: one list per filter (prices: active and not). */
export type Listing =
  | {
      readonly how: 'all';
      readonly params?: Readonly<Record<string, unknown>>;
      readonly variants?: readonly Readonly<Record<string, unknown>>[];
      readonly expand?: readonly string[];
    }
  | { readonly how: 'under'; readonly parent: string; readonly param: string; readonly expand?: readonly string[] }
  | { readonly how: 'embedded'; readonly parent: string };

/** One line of FACTS §2 `touches`, as data. */
export type Touch = {
  /** Event suffixes after the object's prefix ('refunded', 'created' …); absent = every event of the type. */
  readonly on?: readonly string[];
  readonly owes: string;
  /** Where the neighbour's id stands: a path of data.object ('a.b', 'items[].price.id'), or 'prev.…' in previous_attributes. */
  readonly at?: string;
  /** A list to read instead of one object: parameter → path of its value. */
  readonly list?: Readonly<Record<string, string>>;
  /** Every mirrored object of the type that names this one (or the one at `at`) in the column. */
  readonly children?: string;
  readonly onlyNew?: true;
  readonly ifPrevious?: readonly string[];
};

export type Entry = {
  /** Stripe's `object`. */
  readonly type: string;
  /** Stripe's plural, the path of REST and pages, and the table's name. */
  readonly collection: string;
  readonly prefixes: readonly string[];
  /** Money types are always confirmed by a fetch (INVARIANTS §2.2). */
  readonly money: boolean;
  readonly listing: Listing;
  /** The REST path of one object, or null where Stripe has none (it is read through its parent). */
  readonly path: ((id: string) => string) | null;
  /** What to expand when one object is fetched to confirm it, so that the reply confirms its companions too (FACTS §4). */
  readonly expand: readonly string[];
  /** Lists inside the object that are rows of their own: field path → child type. Paged to the end; a child absent after a full refetch is tombstoned. */
  readonly children: Readonly<Record<string, { readonly type: string; readonly parentColumn: string }>>;
  /** Full objects that Stripe always sends inside this one and that are rows of their own as well: 'balance_transactions[]'. */
  readonly inline?: readonly string[];
  readonly columns: Readonly<Record<string, Column>>;
  readonly search?: (object: StripeObject) => string;
  /** What `*.deleted` means: a tombstone, or an ordinary change of state. */
  readonly deletion: 'tombstone' | 'state';
  readonly touches: readonly Touch[];
  readonly fields: readonly { readonly label: string; readonly kind: FieldKind; readonly at: string }[];
};

export function define(entry: Entry): Entry {
  return Object.freeze(entry);
}

/** A column that is one path of the object; text columns take the id of an expanded object. */
export const text = (path: string): Column => ({ kind: 'text', of: (object) => idAt(object, path) });
export const money = (path: string): Column => at('money', path);
export const boolean = (path: string): Column => at('boolean', path);
export const integer = (path: string): Column => at('integer', path);
export const time = (path: string): Column => at('time', path);

function at(kind: ColumnKind, path: string): Column {
  return { kind, of: (object) => valuesAt(object, path)[0] ?? null };
}

/** The value at a dotted path; `[]` collects from each element. Absent parts give an empty list. */
export function valuesAt(object: unknown, path: string): unknown[] {
  let found: unknown[] = [object];
  for (const part of path.split('.')) {
    const each = part.endsWith('[]');
    const name = each ? part.slice(0, -2) : part;
    found = found.flatMap((value) => {
      const inner = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined;
      return each ? (Array.isArray(inner) ? inner : []) : inner === undefined || inner === null ? [] : [inner];
    });
  }
  return found;
}

/** An id, whether Stripe sent it bare or expanded. */
export function idAt(object: unknown, path: string): string | null {
  const value = valuesAt(object, path)[0];
  if (typeof value === 'string') return value;
  return value !== null && typeof value === 'object' && typeof (value as { id?: unknown }).id === 'string' ? (value as { id: string }).id : null;
}
