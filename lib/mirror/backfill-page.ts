// One page of a type's history: what is asked for next, and what came.
import type { Entry, StripeObject } from '../catalogue/define.ts';
import { entryOf } from '../catalogue/index.ts';
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import type { Evidence } from './evidence.ts';
import { failureOf } from './failure.ts';
import { getPage, restOf, type Caller, type Query } from './fetch.ts';
import type { Rest } from './unfold.ts';

/** Where the reading of one type stands. `since`: Stripe's time of its first page; rows that no page brought are older and are asked for one by one. */
export type Cursor = { readonly since?: string; readonly variant?: number; readonly under?: string; readonly after?: string };

/** `next`: where reading goes on; null when the type is read. */
export type PageRead = {
  readonly cursor: Cursor;
  readonly objects: readonly StripeObject[];
  readonly evidence?: Evidence;
  readonly rest?: Rest;
  readonly next: Next | null;
};

type Next = Pick<Cursor, 'variant' | 'under' | 'after'>;

export async function readPage(caller: Caller, entry: Entry, cursor: Cursor): Promise<PageRead> {
  const under = entry.listing.how === 'under' ? await parentFrom(caller.ledger, entry, cursor) : undefined;
  if (under === null) return { cursor, objects: [], next: null };
  const answer = await pageOf(caller, entry, queryOf(entry, cursor, under));
  const rest = new Map<string, readonly StripeObject[]>();
  for (const object of answer.objects) for (const [key, rows] of await restOf(caller, object)) rest.set(key, rows);
  const since = cursor.since ?? answer.evidence?.low.toISOString();
  return {
    cursor: { ...cursor, ...(since === undefined ? {} : { since }) },
    objects: answer.objects,
    ...(answer.evidence ? { evidence: answer.evidence } : {}),
    rest,
    next: nextOf(entry, cursor, under, answer),
  };
}

type PageAnswer = { readonly objects: readonly StripeObject[]; readonly hasMore: boolean; readonly evidence?: Evidence };

/** A parent that is gone by now has no list: its rows are asked for one by one at the end. */
async function pageOf(caller: Caller, entry: Entry, query: Query): Promise<PageAnswer> {
  try {
    return await getPage(caller, entry, query);
  } catch (error) {
    if (entry.listing.how === 'under' && failureOf(error) === 'missing') return { objects: [], hasMore: false };
    throw error;
  }
}

function queryOf(entry: Entry, cursor: Cursor, under: string | undefined): Query {
  const { listing } = entry;
  if (listing.how === 'embedded') throw new Error(`${entry.type} comes with its parent.`);
  const own = listing.how === 'all' ? { ...listing.params, ...listing.variants?.[cursor.variant ?? 0] } : { [listing.param]: under };
  return { ...(own as Query), starting_after: cursor.after ?? null, expand: listing.expand ?? [] };
}

function nextOf(entry: Entry, cursor: Cursor, under: string | undefined, { objects, hasMore }: PageAnswer): Next | null {
  const at = { ...(cursor.variant === undefined ? {} : { variant: cursor.variant }), ...(under === undefined ? {} : { under }) };
  if (hasMore) return { ...at, after: objects.at(-1)!.id };
  if (entry.listing.how === 'under') return at;
  const variant = (cursor.variant ?? 0) + 1;
  return entry.listing.how === 'all' && variant < (entry.listing.variants?.length ?? 1) ? { variant } : null;
}

/** The parent whose list is read now: the same one while it has pages left, else the next by id; null after the last. */
async function parentFrom(ledger: Ledger, entry: Entry, cursor: Cursor): Promise<string | null> {
  if (cursor.under !== undefined && cursor.after !== undefined) return cursor.under;
  if (entry.listing.how !== 'under') return null;
  const { collection } = entryOf(entry.listing.parent);
  const row = await db.as(ledger, (tx) =>
    tx.maybe<{ id: string }>(
      `SELECT id FROM ${collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id > $4 AND deleted_at IS NULL ORDER BY id LIMIT 1`,
      [ledger.workspace, ledger.account, ledger.livemode, cursor.under ?? ''],
    ),
  );
  return row?.id ?? null;
}
