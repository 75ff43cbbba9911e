// Finds kept events and has them handed on to the mirror, fairly across accounts (I14). Any number of workers at once.
import { ledgerOfAccount } from '../access/job.ts';
import { accountEvents } from '../catalogue/events.ts';
import { sleep } from '../clock.ts';
import { db } from '../db.ts';
import { isDatabaseAway } from '../errors.ts';
import { log } from '../log.ts';
import { retrying } from '../mirror/retry.ts';
import { backoff, tempo } from '../mirror/tempo.ts';
import { publish } from '../publish.ts';
import { handOnIn, MOST_TRIES, type EventKey } from './hand-on.ts';

type Key = EventKey & { readonly type: string; readonly tried: boolean };

const AT_ONCE = 4;
/** Events a round, shared among the accounts that have any: a loud one waits for the others, never they for it. */
const PER_ROUND = 100;
const PER_ACCOUNT = 25;
/** Events of one account that share a transaction: its statements cost about as much for one as for all. */
const TOGETHER = 25;
/** From so many events a round on they are gathered: half a second in which a person still sees a change within one (INVARIANTS §2.2). */
const CROWD = 100;
const GATHER_MS = 400;

/**
 * Answers how many events were handed on; 0 when none is due. `gather`: after a round of many in which no account had more than its share waiting,
 * a moment passes, so that the next round finds more for each.
 */
export async function drain(options: { readonly limit?: number; readonly signal?: AbortSignal; readonly gather?: boolean } = {}): Promise<number> {
  const batches = batchesOf(await due(options.limit ?? PER_ROUND));
  // Those of one account one after the other: side by side they would wait for each other's rows.
  const accounts = [...Map.groupBy(batches, ([first]) => `${first!.livemode} ${first!.account}`).values()].values();
  let handled = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const ofAccount of accounts)
        for (const batch of ofAccount) {
          if (options.signal?.aborted) return;
          handled += await handOn(batch);
        }
    }),
  );
  if (options.gather && handled >= CROWD && batches.every((batch) => batch.length < TOGETHER)) await sleep(GATHER_MS * tempo().factor, options.signal);
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
       SELECT d.livemode, d.account, d.event_id, d.created_s, d.type, d.tried FROM hop h CROSS JOIN LATERAL (
         SELECT i.livemode, i.account, i.event_id, i.created::text AS created_s, i.type, i.tries > 0 AS tried, row_number() OVER (ORDER BY i.next_at) AS place FROM inbox i
          WHERE i.state = 'kept' AND i.livemode = h.livemode AND i.account = h.account AND i.next_at <= clock_timestamp() ORDER BY i.next_at LIMIT (SELECT GREATEST($1, $2 / count(*)) FROM hop)) d
        ORDER BY d.place / 16, random() LIMIT GREATEST($2, $1 * (SELECT count(*) FROM hop))`,
      [Math.min(PER_ACCOUNT, limit), limit],
    ),
  );
}

/** Answers how many are no longer waiting: handed on, or put off with their reason. Where one of several fails, each is handed on by itself, so that it costs the others nothing. */
async function handOn(keys: readonly Key[]): Promise<number> {
  try {
    return await retrying(() => db.routing((tx) => handOnIn(tx, keys)));
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    if (keys.length === 1) {
      await failed(keys[0]!, error);
      return 1;
    }
    let handled = 0;
    for (const key of keys) handled += await handOn([key]);
    return handled;
  }
}

/** Events of one account share a transaction. One that failed before, or that moves the connection itself, has its own. */
function batchesOf(keys: readonly Key[]): Key[][] {
  const open = new Map<string, Key[]>();
  const batches: Key[][] = [];
  for (const key of keys) {
    const name = `${key.livemode} ${key.account}`;
    const batch = open.get(name);
    const alone = key.account === '' || key.tried || accountEvents.includes(key.type);
    if (batch && !alone && batch.length < TOGETHER) batch.push(key);
    else batches.push(alone ? [key] : within(open, name, [key]));
  }
  return batches;
}

function within(open: Map<string, Key[]>, name: string, batch: Key[]): Key[] {
  open.set(name, batch);
  return batch;
}

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
