// An account's history, type by type, each from its own saved cursor (INVARIANTS §2.6). Pages take the same way as every other copy, so none beats a live write (I7).
import { stopwatch } from '../clock.ts';
import type { Entry, StripeObject } from '../catalogue/define.ts';
import { entries, entryOf } from '../catalogue/index.ts';
import { db, type Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import { publish, wakeWorkers } from '../publish.ts';
import { endpointOf, takeToken } from './budget.ts';
import { failureOf, getPage, NotNow, restOf, type Caller, type Query } from './fetch.ts';
import { ledgersDue, release, settle, take, type Taken } from './lease.ts';
import { markOwed } from './owe.ts';
import { unhurried } from './pay.ts';
import { retrying } from './retry.ts';
import { backoff, tempo } from './tempo.ts';
import type { Rest } from './unfold.ts';
import { writeShown } from './write.ts';

export type BackfillOptions = {
  readonly onAccessLost: (ledger: Ledger, error: unknown) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
};

/** In the transaction of "Yes, start": every type waits, the sweep begins. Called again, it lists everything again. */
export async function startBackfill(tx: Tx, ledger: Ledger): Promise<void> {
  const scope = [ledger.workspace, ledger.account, ledger.livemode, ledger.generation];
  await tx.query(
    `INSERT INTO backfill (workspace_id, account, livemode, generation, type, state) SELECT $1, $2, $3, $4, type, 'waiting' FROM unnest($5::text[]) AS type
     ON CONFLICT (workspace_id, account, livemode, generation, type) DO UPDATE SET
       state = 'waiting', cursor = NULL, rows = 0, oldest = NULL, note = NULL, started_at = NULL, finished_at = NULL, updated_at = clock_timestamp()`,
    [...scope, entries.map((entry) => entry.type)],
  );
  await tx.query(
    `INSERT INTO work AS w (workspace_id, account, livemode, kind, type, id, not_before, dirty_since, dirty_seq)
     SELECT $1, $2, $3, r.kind, r.type, r.id, clock_timestamp(), clock_timestamp(), 1 FROM unnest($4::text[], $5::text[], $6::text[]) AS r(kind, type, id) ORDER BY r.kind, r.type
     ON CONFLICT (workspace_id, account, livemode, kind, type, id) DO UPDATE SET
       dirty_seq = w.dirty_seq + 1, tries = 0, not_before = clock_timestamp(), dirty_since = clock_timestamp(), token = w.token + 1, lease_until = NULL`,
    [
      ...scope.slice(0, 3),
      [...listed.map(() => 'backfill'), 'sweep'],
      [...listed.map((entry) => entry.type), 'sweep'],
      [...listed.map(() => String(ledger.generation)), ''],
    ],
  );
  // A new generation of the same account goes on from where the last one had swept to.
  await tx.query(
    `UPDATE connection SET swept_to = (SELECT max(o.swept_to) FROM connection o WHERE o.workspace_id = $1 AND o.account = $2 AND o.livemode = $3 AND o.generation < $4)
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND swept_to IS NULL`,
    scope,
  );
  await wakeWorkers(tx);
}

const listed = entries.filter((entry) => entry.listing.how !== 'embedded');

/** Types read side by side: the budget, not their number, sets the pace. */
const AT_ONCE = 5;

/** Goes on with every history that is due, until each is read or must wait. Answers how many pages were kept. */
export async function runBackfill(options: BackfillOptions): Promise<number> {
  let pages = 0;
  await Promise.all(
    (await ledgersDue('backfill')).map(async (ledger) => {
      const tried = new Set<string>();
      await Promise.all(Array.from({ length: AT_ONCE }, lane));

      async function lane(): Promise<void> {
        // Asked again after each type: the end of one history may open another's.
        for (;;) {
          const entry = (await dueTypes(ledger)).find(({ type }) => !tried.has(type));
          if (!entry || options.signal?.aborted) return;
          tried.add(entry.type);
          pages += await readType(ledger, entry, options);
        }
      }
    }),
  );
  return pages;
}

/** In the catalogue's order; a type read under a parent waits until the parent's history is there. */
async function dueTypes(ledger: Ledger): Promise<Entry[]> {
  const open = await db.as(ledger, (tx) =>
    tx.query<{ type: string }>(
      `SELECT b.type FROM backfill b JOIN connection c USING (workspace_id, account, livemode, generation)
        WHERE b.workspace_id = $1 AND b.account = $2 AND b.livemode = $3 AND b.generation = $4 AND b.state <> 'done' AND c.state IN ('backfilling', 'live')`,
      [ledger.workspace, ledger.account, ledger.livemode, ledger.generation],
    ),
  );
  const waits = new Set(open.map((row) => row.type));
  return listed.filter((entry) => waits.has(entry.type) && !(entry.listing.how === 'under' && waits.has(entry.listing.parent)));
}

/** Where the reading of one type stands. `since`: Stripe's time of its first page; rows that no page brought are older and are asked for one by one. */
type Cursor = { readonly since?: string; readonly variant?: number; readonly under?: string; readonly after?: string };

async function readType(ledger: Ledger, entry: Entry, options: BackfillOptions): Promise<number> {
  const ref = { type: entry.type, id: String(ledger.generation) };
  const begun = await db.as(ledger, async (tx) => {
    const [taken] = await take(tx, ledger, 'backfill', [ref]);
    return taken ? { taken, cursor: await begin(tx, ledger, entry) } : null;
  });
  if (!begun) return 0;
  const { taken } = begun;
  let since = stopwatch();
  const caller: Caller = {
    ledger,
    purpose: 'mirror',
    before: async (path) => {
      const left = tempo().leaseMargin - since();
      if (options.signal?.aborted || left <= 0) throw new NotNow();
      if (!(await takeToken(ledger, endpointOf(path), { waitMs: left, reserve: 2, signal: options.signal }))) throw new NotNow();
    },
  };
  let pages = 0;
  try {
    for (let cursor: Cursor | null = begun.cursor; cursor !== null; pages += 1) {
      since = stopwatch();
      cursor = await readPage(caller, entry, taken, cursor);
    }
  } catch (error) {
    await stumbled(ledger, entry, taken, error, options);
  }
  return pages;
}

async function begin(tx: Tx, ledger: Ledger, entry: Entry): Promise<Cursor> {
  const { cursor } = await tx.one<{ cursor: string | null }>(
    `UPDATE backfill SET state = 'running', started_at = COALESCE(started_at, clock_timestamp()), updated_at = clock_timestamp()
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND type = $5 RETURNING cursor`,
    [ledger.workspace, ledger.account, ledger.livemode, ledger.generation, entry.type],
  );
  return cursor === null ? {} : (JSON.parse(cursor) as Cursor);
}

/** One page, written and its cursor saved in one transaction: a kill costs at most this page again. Null when the type is read. */
async function readPage(caller: Caller, entry: Entry, taken: Taken, cursor: Cursor): Promise<Cursor | null> {
  const { ledger } = caller;
  const under = entry.listing.how === 'under' ? await parentFrom(ledger, entry, cursor) : undefined;
  if (under === null) return saved(ledger, entry, taken, { cursor, objects: [], next: null });
  const answer = await pageOf(caller, entry, queryOf(entry, cursor, under));
  const rest = new Map<string, readonly StripeObject[]>();
  for (const object of answer.objects) for (const [key, rows] of await restOf(caller, object)) rest.set(key, rows);
  return saved(ledger, entry, taken, {
    cursor: { ...cursor, since: cursor.since ?? answer.evidence?.low.toISOString() ?? new Date(0).toISOString() },
    objects: answer.objects,
    evidence: answer.evidence,
    rest,
    next: nextOf(entry, cursor, under, answer),
  });
}

type PageAnswer = Pick<Awaited<ReturnType<typeof getPage>>, 'objects' | 'hasMore'> & { readonly evidence?: Awaited<ReturnType<typeof getPage>>['evidence'] };

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

function nextOf(entry: Entry, cursor: Cursor, under: string | undefined, { objects, hasMore }: PageAnswer): Pick<Cursor, 'variant' | 'under' | 'after'> | null {
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

type PageRead = {
  readonly cursor: Cursor;
  readonly objects: readonly StripeObject[];
  readonly evidence?: PageAnswer['evidence'];
  readonly rest?: Rest;
  readonly next: Pick<Cursor, 'variant' | 'under' | 'after'> | null;
};

async function saved(ledger: Ledger, entry: Entry, taken: Taken, page: PageRead): Promise<Cursor | null> {
  const next = page.next && { ...(page.cursor.since === undefined ? {} : { since: page.cursor.since }), ...page.next };
  await retrying(() =>
    db.as(ledger, async (tx) => {
      await unhurried(tx);
      await holdLease(tx, ledger, taken);
      const { evidence, rest } = page;
      if (evidence)
        await writeShown(
          tx,
          ledger,
          page.objects.map((object) => ({ object, evidence, ...(rest ? { rest } : {}) })),
        );
      await note(tx, ledger, entry, page.objects, next);
      for (const [field, child] of Object.entries(entry.children))
        if (entryOf(child.type).listing.how === 'embedded') await note(tx, ledger, entryOf(child.type), embeddedOf(page, field), next);
      if (next === null) await finish(tx, ledger, entry, taken, page.cursor.since);
    }),
  );
  return next;
}

function embeddedOf({ objects, rest }: PageRead, field: string): StripeObject[] {
  return objects.flatMap((object) => [
    ...(((object[field] as { data?: readonly StripeObject[] } | undefined)?.data ?? []) as StripeObject[]),
    ...(rest?.get(`${object.id} ${field}`) ?? []),
  ]);
}

/** The lease goes on with every page; a reader whose token moved on stops here and has written nothing. */
async function holdLease(tx: Tx, ledger: Ledger, { type, id, token }: Taken): Promise<void> {
  const held = await tx.run(
    `UPDATE work SET lease_until = clock_timestamp() + $7 * interval '1 ms', tries = 0
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND kind = 'backfill' AND type = $4 AND id = $5 AND token = $6`,
    [ledger.workspace, ledger.account, ledger.livemode, type, id, token, tempo().lease],
  );
  if (held === 0) throw new NotNow('The lease is another reader’s by now.');
}

async function note(tx: Tx, ledger: Ledger, entry: Entry, objects: readonly StripeObject[], next: Cursor | null): Promise<void> {
  const oldest = objects.map((object) => Number(object['created'])).filter(Number.isFinite);
  await tx.query(
    `UPDATE backfill SET state = CASE WHEN $6 THEN 'done' ELSE 'running' END, cursor = $7, rows = rows + $8, note = NULL, updated_at = clock_timestamp(),
            started_at = COALESCE(started_at, clock_timestamp()), finished_at = CASE WHEN $6 THEN clock_timestamp() END, oldest = LEAST(oldest, to_timestamp($9))
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND type = $5`,
    [
      ledger.workspace,
      ledger.account,
      ledger.livemode,
      ledger.generation,
      entry.type,
      next === null,
      next && JSON.stringify(next),
      objects.length,
      oldest.length > 0 ? Math.min(...oldest) : null,
    ],
  );
}

async function finish(tx: Tx, ledger: Ledger, entry: Entry, taken: Taken, since: string | undefined): Promise<void> {
  await settle(tx, ledger, 'backfill', [taken]);
  if (since !== undefined) await markUnseen(tx, ledger, entry, since);
  // Two types may end at the same moment: each must see the other's end.
  const { state } = await tx.one<{ state: string }>(
    'SELECT state FROM connection WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 FOR UPDATE',
    [ledger.workspace, ledger.account, ledger.livemode, ledger.generation],
  );
  const { open } = await tx.one<{ open: boolean }>(
    `SELECT EXISTS (SELECT FROM backfill WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND state <> 'done') AS open`,
    [ledger.workspace, ledger.account, ledger.livemode, ledger.generation],
  );
  if (!open && state === 'backfilling')
    await tx.query(
      `UPDATE connection SET state = 'live', state_at = clock_timestamp(), live_at = COALESCE(live_at, clock_timestamp())
        WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4`,
      [ledger.workspace, ledger.account, ledger.livemode, ledger.generation],
    );
  await publish(tx, ledger, [ledger.account]);
  await wakeWorkers(tx);
}

/** Absence from a list is a reason to ask, not proof (INVARIANTS §2.4): lists leave out deleted customers and detached methods. */
async function markUnseen(tx: Tx, ledger: Ledger, entry: Entry, since: string): Promise<void> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM ${entry.collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND deleted_at IS NULL AND as_of_high < $4 ORDER BY id`,
    [ledger.workspace, ledger.account, ledger.livemode, since],
  );
  await markOwed(
    tx,
    ledger,
    rows.map((row) => ({ type: entry.type, id: row.id })),
  );
}

/** A type that failed is never shown as read: it says why and is tried again. */
async function stumbled(ledger: Ledger, entry: Entry, taken: Taken, error: unknown, options: BackfillOptions): Promise<void> {
  const kind = failureOf(error);
  const giveBack = (afterMs: number, why: string | null) =>
    retrying(() =>
      db.as(ledger, async (tx) => {
        await release(tx, ledger, 'backfill', [taken], { afterMs, failed: why !== null });
        if (why !== null)
          await tx.query(
            `UPDATE backfill SET state = 'failed', note = $6, updated_at = clock_timestamp() WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND type = $5`,
            [ledger.workspace, ledger.account, ledger.livemode, ledger.generation, entry.type, why],
          );
      }),
    );
  if (kind === 'not_now') return giveBack(0, null);
  const why = error instanceof Error ? error.message.slice(0, 300) : String(error);
  log[kind === 'ours' ? 'error' : 'warn']({ err: error, account: ledger.account, type: entry.type }, 'reading a history failed and will be tried again');
  const tries = await triesOf(ledger, taken);
  await giveBack(kind === 'access_lost' ? tempo().backoffMost : backoff(tries, tempo()), why);
  if (kind === 'access_lost') await options.onAccessLost(ledger, error);
}

async function triesOf(ledger: Ledger, { type, id }: Taken): Promise<number> {
  const row = await db.as(ledger, (tx) =>
    tx.maybe<{ tries: number }>(
      `SELECT tries FROM work WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND kind = 'backfill' AND type = $4 AND id = $5`,
      [ledger.workspace, ledger.account, ledger.livemode, type, id],
    ),
  );
  return row?.tries ?? 0;
}
