// Hands kept events on to the mirror, each in one transaction with its effect (I6), fairly across accounts (I14). Any number of workers at once.
import { ledgerOfAccount } from '../access/job.ts';
import { accountEvents } from '../catalogue/events.ts';
import { applyAccountEvent, type AccountEvent } from '../connection/account-events.ts';
import { db, type Tx } from '../db.ts';
import { isDatabaseAway } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import { applyEvent } from '../mirror/apply.ts';
import { retrying } from '../mirror/retry.ts';
import { backoff, tempo } from '../mirror/tempo.ts';
import type { StripeEvent } from '../mirror/unpack.ts';
import { publish } from '../publish.ts';

type Key = { readonly livemode: boolean; readonly account: string; readonly event_id: string; readonly created_s: string };
type Kept = { readonly type: string; readonly body: string; readonly received_at: Date; readonly tries: number };

/** After so many failures an event is `dead`: kept, shown, and handed on again only by a person. */
export const MOST_TRIES = 10;

const AT_ONCE = 4;
/** Events a round, shared among the accounts that have any: a loud one waits for the others, never they for it. */
const PER_ROUND = 100;
const PER_ACCOUNT = 25;

/** Answers how many events were handed on; 0 when none is due. */
export async function drain(options: { readonly limit?: number; readonly signal?: AbortSignal } = {}): Promise<number> {
  const queue = (await due(options.limit ?? PER_ROUND)).values();
  let handled = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const key of queue) {
        if (options.signal?.aborted) return;
        if (await handOn(key)) handled += 1;
      }
    }),
  );
  return handled;
}

/** The accounts with kept events are found by hopping through the index; of each, the oldest few, mixed a little so that two workers do not meet on each row. */
async function due(limit: number): Promise<Key[]> {
  return db.routing((tx) =>
    tx.query<Key>(
      `WITH RECURSIVE hop AS (
         (SELECT livemode, account FROM inbox WHERE state = 'kept' ORDER BY livemode, account LIMIT 1)
         UNION ALL
         SELECT n.livemode, n.account FROM hop h CROSS JOIN LATERAL (
           SELECT i.livemode, i.account FROM inbox i WHERE i.state = 'kept' AND (i.livemode, i.account) > (h.livemode, h.account) ORDER BY i.livemode, i.account LIMIT 1) n)
       SELECT d.livemode, d.account, d.event_id, d.created_s FROM hop h CROSS JOIN LATERAL (
         SELECT i.livemode, i.account, i.event_id, i.created::text AS created_s, row_number() OVER (ORDER BY i.next_at) AS place FROM inbox i
          WHERE i.state = 'kept' AND i.livemode = h.livemode AND i.account = h.account AND i.next_at <= clock_timestamp() ORDER BY i.next_at LIMIT (SELECT GREATEST($1, $2 / count(*)) FROM hop)) d
        ORDER BY d.place / 16, random() LIMIT GREATEST($2, $1 * (SELECT count(*) FROM hop))`,
      [Math.min(PER_ACCOUNT, limit), limit],
    ),
  );
}

async function handOn(key: Key): Promise<boolean> {
  try {
    return await retrying(() => db.routing((tx) => handOnIn(tx, key)));
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    await failed(key, error);
    return true;
  }
}

/** False when another worker has it, or had. */
async function handOnIn(tx: Tx, key: Key): Promise<boolean> {
  const kept = await tx.maybe<Kept>(
    // The event itself is durable; losing the last moments of its effect in a crash means doing it again, so no commit here waits for the disk.
    `SELECT type, body, received_at, tries, set_config('synchronous_commit', 'off', true) FROM inbox WHERE ${KEY} AND state = 'kept' AND next_at <= clock_timestamp() FOR UPDATE SKIP LOCKED`,
    paramsOf(key),
  );
  if (!kept) return false;
  const ledger = key.account === '' ? null : await ledgerOfAccount(tx, key.account, key.livemode);
  if (!ledger) {
    await tx.run(`UPDATE inbox SET state = 'unrouted' WHERE ${KEY}`, paramsOf(key));
    return true;
  }
  await tx.become(ledger);
  const state = await act(tx, ledger, kept);
  // The connection's row last, and at most once a second: all events of an account would stand in line for it.
  await tx.run(
    `WITH seen AS (
       UPDATE connection SET last_event_at = $8 WHERE workspace_id = $6 AND account = $2 AND livemode = $1 AND generation = $7
          AND (last_event_at IS NULL OR last_event_at < $8::timestamptz - interval '1 s'))
     UPDATE inbox SET state = $5, handled_at = clock_timestamp(), last_error = NULL, workspace_id = $6, generation = $7, tries = tries + 1 WHERE ${KEY}`,
    [...paramsOf(key), state, ledger.workspace, ledger.generation, kept.received_at],
  );
  if (kept.tries >= MOST_TRIES) await publish(tx, ledger, [ledger.account]);
  return true;
}

async function act(tx: Tx, ledger: Ledger, kept: Kept): Promise<'done' | 'ignored'> {
  const event = JSON.parse(kept.body) as StripeEvent;
  if (accountEvents.includes(event.type)) {
    await applyAccountEvent(tx, ledger, event as AccountEvent);
    return 'done';
  }
  return applyEvent(tx, ledger, event, await isCurrent(tx, ledger, kept.received_at));
}

/** Received in this generation of the connection: an older copy says nothing about now, it only points at its object (INVARIANTS §2.2). */
async function isCurrent(tx: Tx, ledger: Ledger, receivedAt: Date): Promise<boolean> {
  const name = `${ledger.workspace} ${ledger.account} ${ledger.livemode} ${ledger.generation}`;
  let since = begun.get(name);
  if (since === undefined) {
    const row = await tx.maybe<{ created_at: Date }>(
      'SELECT created_at FROM connection WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4',
      [ledger.workspace, ledger.account, ledger.livemode, ledger.generation],
    );
    if (!row) return false;
    since = row.created_at.getTime();
    if (begun.size > 10_000) begun.clear();
    begun.set(name, since);
  }
  return receivedAt.getTime() >= since;
}

/** When each generation began: it never changes. */
const begun = new Map<string, number>();

/** One event that cannot be handed on stops no other: it waits longer each time and is given up at last, with its reason. A person's "again" gives it as many tries anew. */
async function failed(key: Key, error: unknown): Promise<void> {
  const why = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).replaceAll('\u0000', '').toWellFormed().slice(0, 1000);
  const row = await db.routing(async (tx) => {
    const { tries } = await tx.one<{ tries: number }>(`SELECT tries FROM inbox WHERE ${KEY} FOR UPDATE`, paramsOf(key));
    const ledger = key.account === '' ? null : await ledgerOfAccount(tx, key.account, key.livemode);
    const state = (tries + 1) % MOST_TRIES === 0 ? 'dead' : 'kept';
    // Whose it is stands in the row from now on: its workspace is shown what could not be handled.
    await tx.run(
      `UPDATE inbox SET tries = tries + 1, state = $5, last_error = $6, next_at = clock_timestamp() + $7 * interval '1 ms', workspace_id = $8, generation = $9
        WHERE ${KEY} AND state = 'kept'`,
      [...paramsOf(key), state, why, backoff((tries % MOST_TRIES) + 1, tempo()), ledger?.workspace ?? null, ledger?.generation ?? null],
    );
    if (ledger && state === 'dead') await publish(tx, ledger, [ledger.account]);
    return { tries: tries + 1, state };
  });
  log.error({ err: error, event: key.event_id, account: key.account, ...row }, 'an event could not be handed on');
}

const KEY = 'livemode = $1 AND account = $2 AND event_id = $3 AND created = $4::timestamptz';

function paramsOf(key: Key): [boolean, string, string, string] {
  return [key.livemode, key.account, key.event_id, key.created_s];
}
