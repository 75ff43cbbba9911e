// Keeps one page of a history together with the cursor that follows it, and ends the type, and the backfill, after the last.
import type { Entry, StripeObject } from '../catalogue/define.ts';
import { entryOf } from '../catalogue/index.ts';
import { db, type Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import { publish, wakeWorkers } from '../publish.ts';
import type { Cursor, PageRead } from './backfill-page.ts';
import { NotNow } from './failure.ts';
import { settle, type Taken } from './lease.ts';
import { markOwed } from './owe.ts';
import { unhurried } from './pay.ts';
import { retrying } from './retry.ts';
import { tempo } from './tempo.ts';
import { listKey } from './unfold.ts';
import { writeShown } from './write.ts';

/** Rows and cursor in one transaction: a kill costs at most this page again. Null when the type is read. */
export async function savePage(ledger: Ledger, entry: Entry, taken: Taken, page: PageRead): Promise<Cursor | null> {
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
    ...(rest?.get(listKey(object.id, field)) ?? []),
  ]);
}

/** The lease goes on with every page; a reader whose token moved on stops here and has written nothing. */
async function holdLease(tx: Tx, ledger: Ledger, { type, id, token }: Taken): Promise<void> {
  const held = await tx.run(
    `UPDATE work SET lease_until = clock_timestamp() + $7 * interval '1 ms', tries = 0
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND kind = 'backfill' AND type = $4 AND id = $5 AND token = $6`,
    [ledger.workspace, ledger.account, ledger.livemode, type, id, token, tempo().lease],
  );
  if (held > 0) return;
  log.debug({ account: ledger.account, type }, 'a page of a history came late: its lease is another reader’s by now');
  throw new NotNow();
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
