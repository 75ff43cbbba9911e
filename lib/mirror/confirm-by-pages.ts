// Confirms a crowd of one type by list pages of 100, each page beginning at the newest object still waiting: never more calls than one by one.
import { entryOf } from '../catalogue/index.ts';
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { failureOf } from './failure.ts';
import { expandRows, getObject, getPage, restOf, type Caller } from './fetch.ts';
import type { Taken } from './lease.ts';
import { foundMissing } from './missing.ts';
import { keyOf } from './owe.ts';
import { payWith, type Brought } from './pay.ts';
import type { Job } from './plan.ts';

/** Answers what was paid before time or budget ran out; the rest is taken again. */
export async function confirmByPages(caller: Caller, job: Job, taken: readonly Taken[]): Promise<Taken[]> {
  const entry = entryOf(job.roots[0]!.type);
  if (entry.listing.how !== 'all') throw new Error(`${entry.type} has no list of its own.`);
  const roots = new Map(taken.filter((one) => one.type === entry.type).map((one) => [one.id, one]));
  const created = await createdOf(caller.ledger, entry.collection, [...roots.keys()]);
  const paid: Taken[] = [];
  let open = [...taken];
  try {
    for (const variant of entry.listing.variants ?? [{}]) {
      const waiting = () => created.filter(({ id }) => open.some((one) => one.type === entry.type && one.id === id));
      let below = Infinity;
      for (let next = waiting()[0]; next; next = waiting().find((row) => row.seconds < below)) {
        const page = await getPage(
          caller,
          entry,
          {
            ...(entry.listing.params as Record<string, string>),
            ...(variant as Record<string, boolean>),
            created: { lte: next.seconds },
            expand: expandRows(entry),
          },
          'fetch',
        );
        // A page may end inside one second: what of that second it did not show is fetched by itself below.
        below = Math.min(next.seconds, ...page.objects.map((object) => Number(object['created'])));
        const brought: Brought[] = [];
        // Only what is owed: rewriting a page's other rows would hold up their events for nothing.
        for (const object of page.objects) if (roots.has(object.id)) brought.push({ object, evidence: page.evidence, rest: await restOf(caller, object) });
        settled(await payWith(caller.ledger, open, brought));
      }
    }
    for (const root of roots.values()) {
      if (!open.includes(root)) continue;
      try {
        settled(await payWith(caller.ledger, open, [await getObject(caller, entry, root.id)]));
      } catch (error) {
        if (failureOf(error) !== 'missing') throw error;
        await foundMissing(caller, root);
        open = open.filter((one) => one !== root);
        paid.push(root);
      }
    }
  } catch (error) {
    if (failureOf(error) !== 'not_now') throw error;
  }
  return paid;

  function settled(now: readonly Taken[]): void {
    const keys = new Set(now.map(keyOf));
    paid.push(...open.filter((one) => keys.has(keyOf(one))));
    open = open.filter((one) => !keys.has(keyOf(one)));
  }
}

/** Newest first; objects never mirrored are not among them. */
async function createdOf(ledger: Ledger, collection: string, ids: readonly string[]): Promise<{ id: string; seconds: number }[]> {
  return db.as(ledger, (tx) =>
    tx.query(
      `SELECT id, extract(epoch FROM created)::float8 AS seconds FROM ${collection}
        WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = ANY($4) AND created IS NOT NULL ORDER BY created DESC, id`,
      [ledger.workspace, ledger.account, ledger.livemode, ids],
    ),
  );
}
