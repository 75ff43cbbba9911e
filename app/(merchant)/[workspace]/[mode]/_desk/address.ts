// The address of a list page: read once, refused by name, and written for every link on the page.
import { redirect } from 'next/navigation';
import { type Cursor, type Grammar, type ListQuery, parseQuery, type Size, sizes, writeQuery } from '#lib/catalogue/query.ts';
import { AppError } from '#lib/errors.ts';

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export type Address = {
  readonly query: ListQuery;
  readonly grammar: Grammar;
  readonly path: string;
  /** The address with this changed; a change of what is listed starts at its beginning. */
  readonly to: (change: Partial<ListQuery>) => string;
};

/** What the address asks for, or the refusal that names its bad part. Parameters nobody knows are dropped from the address. */
export async function readAddress(path: string, given: SearchParams, grammar: Grammar): Promise<Address | AppError> {
  const params = paramsOf(await given);
  try {
    const query = parseQuery(params, grammar);
    const to = (change: Partial<ListQuery>) => withParams(path, writeQuery({ ...query, cursor: null, ...change }, grammar));
    const known = new Set(['tab', 'q', 'sort', 'size', 'cursor', ...Object.keys(grammar.filters)]);
    if ([...params.keys()].some((name) => !known.has(name))) redirect(to({ cursor: query.cursor }));
    return { query, grammar, path, to };
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

export function paramsOf(given: Record<string, string | string[] | undefined>): URLSearchParams {
  return new URLSearchParams(Object.entries(given).flatMap(([name, value]) => [value ?? []].flat().map((each) => [name, each])));
}

/** Sorted by this column already: the other way round; else the larger and newer first. */
export function sortOf({ query: { sort }, to }: Address, field: string): { href: string; direction?: 'ascending' | 'descending' } {
  const current = sort.field === field;
  return {
    href: to({ sort: { field, descending: current ? !sort.descending : true } }),
    direction: current ? (sort.descending ? 'descending' : 'ascending') : undefined,
  };
}

export function pagesOf({ query, to }: Address, { previous, next }: { previous: Cursor | null; next: Cursor | null }) {
  return {
    previous: previous ? to({ cursor: previous }) : undefined,
    next: next ? to({ cursor: next }) : undefined,
    sizes: sizes.map((size: Size) => ({ size, href: to({ size }), current: size === query.size })),
  };
}

/** What a search must leave as it is: the other parts of the address. */
export function keptParams(address: string): [string, string][] {
  return [...new URL(address, 'http://here.invalid').searchParams];
}

function withParams(path: string, params: URLSearchParams): string {
  // Commas, colons and dots are safe in a query, and the address stays readable.
  const text = params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text ? `${path}?${text}` : path;
}
