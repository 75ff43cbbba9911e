// An account's history, type by type, each from its own saved cursor (INVARIANTS §2.6). Pages take the same way as every other copy, so none beats a live write (I7).
import { stopwatch } from '../clock.ts';
import type { Entry } from '../catalogue/define.ts';
import { entries } from '../catalogue/index.ts';
import { db, type Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import { wakeWorkers } from '../publish.ts';
import { readPage, type Cursor } from './backfill-page.ts';
import { savePage } from './backfill-save.ts';
import { endpointOf, holdCalls, takePass } from './budget.ts';
import { failureOf, NotNow } from './failure.ts';
import type { Caller } from './fetch.ts';
import { ledgersDue, release, take, type Taken } from './lease.ts';
import { retrying } from './retry.ts';
import { backoff, tempo } from './tempo.ts';

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
  // The history of a generation that ended before it was read is nobody's work any more: this one reads it anew.
  await tx.query(
    `UPDATE work SET clean_seq = dirty_seq, token = token + 1, lease_until = NULL
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND kind = 'backfill' AND id <> $4 AND dirty_seq > clean_seq`,
    [...scope.slice(0, 3), String(ledger.generation)],
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
      const pass = await takePass(ledger, endpointOf(path), { waitMs: left, reserve: 2, routed: true, signal: options.signal });
      if (!pass) throw new NotNow();
      return pass;
    },
  };
  let pages = 0;
  try {
    for (let cursor: Cursor | null = begun.cursor; cursor !== null; pages += 1) {
      since = stopwatch();
      cursor = await savePage(ledger, entry, taken, await readPage(caller, entry, cursor));
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

/** A type that failed is never shown as read: it says why and is tried again. */
async function stumbled(ledger: Ledger, entry: Entry, taken: Taken, error: unknown, options: BackfillOptions): Promise<void> {
  const kind = failureOf(error);
  const giveBack = (afterMs: number, why: string | null) =>
    retrying(() =>
      db.as(ledger, async (tx) => {
        // Another reader who took over may have read it to its end: then this failure is nobody's news.
        const mine = await release(tx, ledger, 'backfill', [taken], { afterMs, failed: why !== null });
        if (mine > 0 && why !== null)
          await tx.query(
            `UPDATE backfill SET state = 'failed', note = $6, updated_at = clock_timestamp() WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND type = $5`,
            [ledger.workspace, ledger.account, ledger.livemode, ledger.generation, entry.type, why],
          );
      }),
    );
  if (kind === 'not_now') return giveBack(0, null);
  const why = error instanceof Error ? error.message.slice(0, 300) : String(error);
  log[kind === 'ours' ? 'error' : 'warn']({ err: error, account: ledger.account, type: entry.type }, 'reading a history failed and will be tried again');
  const wait = kind === 'access_lost' ? tempo().backoffMost : backoff(await triesOf(ledger, taken), tempo());
  if (kind === 'too_fast') await holdCalls(ledger, wait);
  await giveBack(wait, why);
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
