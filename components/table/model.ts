// TanStack Table in server mode: columns, widths and pinning are worked out once per request, and nothing of it reaches the browser.
// The database sorts, filters and pages, so no client row model is ever needed; 16 kB of client code would buy nothing here.
import { columnPinningFeature, columnSizingFeature, constructTable, createColumnHelper, tableFeatures } from '@tanstack/react-table';
import type { Column, Row } from './describe.ts';

/** A table that is drawn once has no state to follow: atoms are plain boxes. */
const still = {
  createOptionsStore: false,
  wrapExternalAtoms: false,
  addSubscription: () => {},
  untrack: <T>(read: () => T) => read(),
  batch: (change: () => void) => change(),
  schedule: (change: () => void) => change(),
  createWritableAtom: <T>(value: T) =>
    box(
      () => value,
      (next) => {
        value = next;
      },
    ),
  createReadonlyAtom: <T>(read: () => T) => box(read, () => {}),
};

const features = tableFeatures({ coreReactivityFeature: still, columnSizingFeature, columnPinningFeature });
const helper = createColumnHelper<typeof features, Row>();

export function modelOf(columns: readonly Column[], rows: readonly Row[]) {
  return constructTable({
    features,
    columns: helper.columns(columns.map(({ id, width }) => helper.accessor((row) => row.cells[id] ?? null, { id, size: width }))),
    data: [...rows],
    getRowId: (row) => row.id,
    initialState: { columnPinning: { start: columns.slice(0, 1).map(({ id }) => id), end: [] } },
  });
}

function box<T>(get: () => T, set: (value: T) => void) {
  return {
    get,
    set: (next: T | ((before: T) => T)) => set(typeof next === 'function' ? (next as (before: T) => T)(get()) : next),
    subscribe: () => ({ unsubscribe() {} }),
  };
}
