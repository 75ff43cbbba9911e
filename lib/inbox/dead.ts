// Events that were given up: what a person is shown of them, and "again" (I14). The row stays; only its state goes back to `kept`.
import { appendAudit } from '../audit.ts';
import { db, type Tx } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { Actor, Merchant } from '../merchant.ts';
import { publish, wakeWorkers } from '../publish.ts';

export type Troubled = {
  readonly event: string;
  readonly type: string;
  /** The id of the object it carries; null where it names none. */
  readonly object: string | null;
  readonly receivedAt: string;
  readonly tries: number;
  /** How the last try ended, in technical words. */
  readonly error: string;
  /** False while it is being tried again. */
  readonly dead: boolean;
};

/** `count` is of all; the list holds the longest waiting of them. */
export type TroubledEvents = { readonly count: number; readonly events: readonly Troubled[] };

const SHOWN = 50;

/** Events of the mode's account that were given up and not handed on since. */
export async function listTroubled(merchant: Merchant): Promise<TroubledEvents> {
  const { ledger } = merchant;
  if (!ledger) return { count: 0, events: [] };
  return db.as(merchant, async (tx) => {
    const key = [ledger.workspace, ledger.account, ledger.livemode];
    const { count } = await tx.one<{ count: number }>(`SELECT count(*)::int AS count FROM inbox WHERE ${TROUBLED}`, key);
    if (count === 0) return { count, events: [] };
    const rows = await tx.query<{
      event_id: string;
      type: string;
      object_id: string | null;
      received_at: Date;
      tries: number;
      last_error: string | null;
      dead: boolean;
    }>(
      `SELECT event_id, type, object_id, received_at, tries, last_error, state = 'dead' AS dead FROM inbox WHERE ${TROUBLED} ORDER BY received_at, event_id LIMIT ${SHOWN}`,
      key,
    );
    return {
      count,
      events: rows.map((row) => ({
        event: row.event_id,
        type: row.type,
        object: row.object_id,
        receivedAt: row.received_at.toISOString(),
        tries: row.tries,
        error: row.last_error ?? '',
        dead: row.dead,
      })),
    };
  });
}

/** The predicate of the index that keeps this cheap; as many tries as make an event dead (drain.ts). */
const TROUBLED = `workspace_id = $1 AND account = $2 AND livemode = $3 AND tries >= 10 AND state IN ('dead', 'kept')`;

/**
 * Hands a dead event on again, as soon as a worker is free. `not_dead`: it is being tried already, or was handled meanwhile, by whomever.
 * Throws `forbidden` without the capability `repair`, `not_found` for an event that is not this account's.
 */
export async function retryDead(merchant: Merchant, event: string): Promise<'again' | 'not_dead'> {
  if (!merchant.can.has('repair')) throw new AppError('forbidden', 'Events are handed on again by an owner or an admin.', { detail: { role: 'admin' } });
  const { ledger } = merchant;
  if (!ledger) throw new AppError('not_found', 'No account is connected.');
  return db.as(merchant, async (tx) => {
    if ((await retryDeadIn(tx, ledger, merchant.actor, event)).length > 0) return 'again';
    const known = await tx.maybe('SELECT 1 AS known FROM inbox WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND event_id = $4', [
      ledger.workspace,
      ledger.account,
      ledger.livemode,
      event,
    ]);
    if (!known) throw new AppError('not_found', 'There is no such event.');
    return 'not_dead';
  });
}

/** One dead event, or all of the ledger's; each audited. Of two that ask at once, one finds nothing left to do. */
export async function retryDeadIn(tx: Tx, ledger: Ledger, actor: Actor, event?: string): Promise<readonly string[]> {
  const rows = await tx.query<{ event_id: string; type: string }>(
    `UPDATE inbox SET state = 'kept', next_at = clock_timestamp()
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND state = 'dead' AND tries >= 10 AND ($4::text IS NULL OR event_id = $4) RETURNING event_id, type`,
    [ledger.workspace, ledger.account, ledger.livemode, event ?? null],
  );
  for (const row of rows)
    await appendAudit(tx, ledger.workspace, {
      act: 'event.retried',
      actor,
      account: ledger.account,
      livemode: ledger.livemode,
      object: { type: 'event', id: row.event_id },
      after: { type: row.type },
    });
  if (rows.length > 0) {
    await publish(tx, ledger, [ledger.account]);
    await wakeWorkers(tx);
  }
  return rows.map((row) => row.event_id);
}
