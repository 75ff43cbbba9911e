// How owed objects of one ledger are fetched with the fewest calls, the longest waiting first: pure.
import { findEntry } from '../catalogue/index.ts';
import { listOf } from './companions.ts';
import { keyOf, type Ref } from './owe.ts';

/** `pages`: so many of a type that list pages confirm them; `one`: a single fetch, with what its reply brings as well. */
export type Job = { readonly how: 'one' | 'pages'; readonly roots: readonly Ref[]; readonly with: readonly Ref[] };

/** More than this many of one type are read by list pages of 100 (INVARIANTS §2.2). */
export const MANY = 50;

/** `due` in the order of waiting. Each is fetched as part of the reply that brings most; what one reply brings is asked for by no other. */
export function planJobs(due: readonly Ref[], companions: ReadonlyMap<string, readonly Ref[]>): Job[] {
  const covered = new Set<string>();
  const jobs: Job[] = [];
  const bringers = new Map<string, Ref[]>();
  for (const ref of due) for (const other of brought(ref)) bringers.set(keyOf(other), [...(bringers.get(keyOf(other)) ?? []), ref]);
  const many = [...Map.groupBy(due, (ref) => ref.type)]
    .filter(([type, refs]) => findEntry(type)?.listing.how === 'all' && refs.filter((ref) => !listOf(ref)).length > MANY)
    .toSorted(([, a], [, b]) => sum(b) - sum(a));
  for (const [, refs] of many) {
    const roots = refs.filter((ref) => !listOf(ref) && !isCovered(ref));
    if (roots.length > MANY) add('pages', roots);
  }
  for (const ref of due) {
    if (isCovered(ref)) continue;
    const roots = [ref, ...(bringers.get(keyOf(ref)) ?? []).filter((root) => !isCovered(root))];
    add('one', [roots.reduce((best, root) => (brought(root).length > brought(best).length ? root : best))]);
  }
  return jobs;

  function add(how: Job['how'], roots: readonly Ref[]): void {
    const own = new Set(roots.map(keyOf));
    const others = new Map(roots.flatMap(brought).map((ref) => [keyOf(ref), ref]));
    const rest = [...others].filter(([key]) => !own.has(key) && !covered.has(key)).map(([, ref]) => ref);
    for (const ref of [...roots, ...rest]) covered.add(keyOf(ref));
    jobs.push({ how, roots, with: rest });
  }

  function isCovered(ref: Ref): boolean {
    return covered.has(keyOf(ref));
  }

  function brought(ref: Ref): readonly Ref[] {
    return companions.get(keyOf(ref)) ?? [];
  }

  function sum(refs: readonly Ref[]): number {
    return refs.reduce((total, ref) => total + brought(ref).length, 0);
  }
}
