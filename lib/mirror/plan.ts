// How owed objects of one ledger are fetched with the fewest calls: pure.
import { findEntry } from '../catalogue/index.ts';
import { listOf } from './companions.ts';
import { keyOf, type Ref } from './owe.ts';

/** `pages`: so many of a type that list pages confirm them; `one`: a single fetch, with what its reply brings as well. */
export type Job = { readonly how: 'one' | 'pages'; readonly roots: readonly Ref[]; readonly with: readonly Ref[] };

/** More than this many of one type are read by list pages of 100 (INVARIANTS §2.2). */
export const MANY = 50;

/** The root that confirms most goes first; what another root's reply brings is no root itself. */
export function planJobs(due: readonly Ref[], companions: ReadonlyMap<string, readonly Ref[]>): Job[] {
  const covered = new Set<string>();
  const bringsMost = due.toSorted((a, b) => brings(b) - brings(a));
  const jobs: Job[] = [];
  const many = [...Map.groupBy(due, (ref) => ref.type)]
    .filter(([type, refs]) => findEntry(type)?.listing.how === 'all' && refs.filter((ref) => !listOf(ref)).length > MANY)
    .toSorted(([, a], [, b]) => sum(b) - sum(a));
  for (const [, refs] of many) {
    const roots = refs.filter((ref) => !listOf(ref) && !covered.has(keyOf(ref)));
    if (roots.length > MANY) add('pages', roots);
  }
  for (const ref of bringsMost) if (!covered.has(keyOf(ref))) add('one', [ref]);
  return jobs;

  function add(how: Job['how'], roots: readonly Ref[]): void {
    const own = new Set(roots.map(keyOf));
    const brought = new Map(roots.flatMap((root) => companions.get(keyOf(root)) ?? []).map((ref) => [keyOf(ref), ref]));
    const rest = [...brought].filter(([key]) => !own.has(key) && !covered.has(key)).map(([, ref]) => ref);
    for (const ref of [...roots, ...rest]) covered.add(keyOf(ref));
    jobs.push({ how, roots, with: rest });
  }

  function brings(ref: Ref): number {
    return companions.get(keyOf(ref))?.length ?? 0;
  }

  function sum(refs: readonly Ref[]): number {
    return refs.reduce((total, ref) => total + brings(ref), 0);
  }
}
