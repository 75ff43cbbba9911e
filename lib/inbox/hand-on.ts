// Kept events of one account and their effects in one transaction (I6).
import { ledgerOfAccount } from '../access/job.ts';
import { accountEvents } from '../catalogue/events.ts';
import { applyAccountEvent, type AccountEvent } from '../connection/account-events.ts';
import { keepPlans, keptPlan, type Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { applyEvents } from '../mirror/apply.ts';
import type { StripeEvent } from '../mirror/unpack.ts';
import { publish } from '../publish.ts';

export type EventKey = { readonly livemode: boolean; readonly account: string; readonly event_id: string; readonly created_s: string };
type Kept = { readonly event_id: string; readonly created_s: string; readonly body: string; readonly received_at: Date; readonly tries: number };

/** After so many failures an event is `dead`: kept, shown, and handed on again only by a person. */
export const MOST_TRIES = 10;

/** All of one account. Answers how many; what another worker has, or had, is left out. */
export async function handOnIn(tx: Tx, keys: readonly EventKey[]): Promise<number> {
  const { livemode, account } = keys[0]!;
  const kept = await tx.query<Kept>(CLAIM, [livemode, account, keys.map((key) => key.event_id), [...new Set(keys.map((key) => key.created_s))]]);
  if (kept.length === 0) return 0;
  const ledger = account === '' ? null : await ledgerOfAccount(tx, account, livemode);
  if (!ledger) {
    await tx.run(`UPDATE inbox i SET state = 'unrouted' ${OF_KEPT}`, [livemode, account, ...arraysOf(kept)]);
    return kept.length;
  }
  await tx.become(ledger);
  const states = await act(tx, ledger, kept);
  const last = new Date(Math.max(...kept.map((one) => one.received_at.getTime())));
  // The connection's row last, and at most once a second: all events of an account would stand in line for it.
  await tx.run(FINISH, [livemode, account, ...arraysOf(kept), states, ledger.workspace, ledger.generation, last]);
  if (kept.some((one) => one.tries >= MOST_TRIES)) await publish(tx, ledger, [ledger.account]);
  return kept.length;
}

// The events themselves are durable; losing the last moments of their effects in a crash means doing them again, so no commit here waits for the disk.
const CLAIM = keptPlan(
  `SELECT i.event_id, i.created::text AS created_s, i.body, i.received_at, i.tries, set_config('synchronous_commit', 'off', true), ${keepPlans}
       FROM inbox i WHERE i.livemode = $1 AND i.account = $2 AND i.event_id = ANY($3) AND i.created = ANY($4::timestamptz[]) AND i.state = 'kept' AND i.next_at <= clock_timestamp()
      FOR UPDATE SKIP LOCKED`,
);

const FINISH = keptPlan(
  `WITH seen AS (
       UPDATE connection SET last_event_at = $8 WHERE workspace_id = $6 AND account = $2 AND livemode = $1 AND generation = $7
          AND (last_event_at IS NULL OR last_event_at < $8::timestamptz - interval '1 s'))
     UPDATE inbox i SET state = k.state, handled_at = clock_timestamp(), last_error = NULL, workspace_id = $6, generation = $7, tries = i.tries + 1
       FROM unnest($3::text[], $4::timestamptz[], $5::text[]) AS k(event_id, created, state)
      WHERE i.livemode = $1 AND i.account = $2 AND i.event_id = k.event_id AND i.created = k.created`,
);

/** How each ends, in their order. */
async function act(tx: Tx, ledger: Ledger, kept: readonly Kept[]): Promise<('done' | 'ignored')[]> {
  const events = kept.map((one) => JSON.parse(one.body) as StripeEvent);
  const [first] = events;
  if (first && events.length === 1 && accountEvents.includes(first.type)) {
    await applyAccountEvent(tx, ledger, first as AccountEvent);
    return ['done'];
  }
  const since = await begunAt(tx, ledger);
  return applyEvents(
    tx,
    ledger,
    // Received in this generation of the connection: an older copy says nothing about now, it only points at its object (INVARIANTS §2.2).
    events.map((event, index) => ({ event, current: since !== null && kept[index]!.received_at.getTime() >= since })),
  );
}

async function begunAt(tx: Tx, ledger: Ledger): Promise<number | null> {
  const name = `${ledger.workspace} ${ledger.account} ${ledger.livemode} ${ledger.generation}`;
  const known = begun.get(name);
  if (known !== undefined) return known;
  const row = await tx.maybe<{ created_at: Date }>(
    'SELECT created_at FROM connection WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4',
    [ledger.workspace, ledger.account, ledger.livemode, ledger.generation],
  );
  if (!row) return null;
  if (begun.size > 10_000) begun.clear();
  begun.set(name, row.created_at.getTime());
  return row.created_at.getTime();
}

/** When each generation began: it never changes. */
const begun = new Map<string, number>();

const OF_KEPT = `FROM unnest($3::text[], $4::timestamptz[]) AS k(event_id, created) WHERE i.livemode = $1 AND i.account = $2 AND i.event_id = k.event_id AND i.created = k.created`;

function arraysOf(kept: readonly Kept[]): [string[], string[]] {
  return [kept.map((one) => one.event_id), kept.map((one) => one.created_s)];
}
