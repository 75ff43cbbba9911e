// Rows on screen stay where they are; what is new waits until it is asked for.
type Keyed = { readonly id: string };

/** The rows on screen in their places, each in its newest form. */
export function inPlace<R extends Keyed>(shown: readonly R[], rows: readonly R[]): readonly R[] {
  const newest = new Map(rows.map((row) => [row.id, row]));
  return shown.map((row) => newest.get(row.id) ?? row);
}

export function countNew(shown: readonly Keyed[], rows: readonly Keyed[]): number {
  const known = new Set(shown.map(({ id }) => id));
  return rows.filter(({ id }) => !known.has(id)).length;
}
