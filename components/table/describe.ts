// What a page says about a list: plain data, ready to be drawn. No function, no row of the database.
import type { ReactNode } from 'react';
import type { Format } from '../object/format.ts';
import type { Method } from '../object/method.ts';
import type { Amount } from '../object/amount-text.ts';
import type { Status } from '../object/status-badge.tsx';

export type Cell =
  | null
  | ({ kind: 'money'; more?: number } & Amount)
  | ({ kind: 'status' } & Status)
  | { kind: 'ref'; id: string; href?: string }
  | { kind: 'id'; id: string }
  | { kind: 'date'; at: string }
  | { kind: 'text'; text: string; quiet?: boolean; act?: boolean; href?: string }
  | { kind: 'customer'; name: string | null; email: string | null; href?: string }
  | ({ kind: 'method' } & Method)
  | { kind: 'number'; value: number | string };

/** `width` in px shares out the line; the widths of a list sum up to at most 960. `narrow` is the place under 768 px; without it the column is left out there. */
export type Column = {
  id: string;
  label: string;
  kind: Exclude<Cell, null>['kind'];
  width: number;
  narrow?: 'name' | 'amount' | 'status' | 'date';
  sort?: { href: string; direction?: 'ascending' | 'descending' };
};

/** `live`: every id whose change changes this row; the row's own id is always among them. `label` names the row's link where its first cell does not. */
export type Row = { id: string; href: string; cells: Readonly<Record<string, Cell>>; label?: string; live?: readonly string[] };

export type Total = { count: number; exact: boolean };

export type TableDescription = {
  caption: string;
  columns: readonly Column[];
  rows: readonly Row[];
  format: Format;
  total: Total;
  /** Ordinal of the first row, from 1; absent where a pasted cursor hides it. */
  start?: number;
  sums?: readonly Amount[];
  previous?: string;
  next?: string;
  sizes?: readonly { size: number; href: string; current?: boolean }[];
  empty: ReactNode;
  /** Prefixes and ids whose change can bring new rows, such as "pi_", "ch_". */
  watch?: readonly string[];
  /** Names the set that is shown (address without the live parts): another key forgets rows held back. */
  view?: string;
};
