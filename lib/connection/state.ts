// All that layout, banner, sync line and settings read of a mode's connection: facts of the database, none of Stripe.
import { listOwners } from '../access/membership.ts';
import { db, type Tx } from '../db.ts';
import type { Merchant } from '../merchant.ts';
import type { AccountFacts } from './facts.ts';

export type ConnectionState = 'awaiting_confirmation' | 'backfilling' | 'live' | 'suspended' | 'revoked' | 'disconnecting' | 'disconnected';

export type BackfillFact = {
  readonly type: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly rows: number;
  readonly oldest: string | null;
  /** Rows a second since it began; null while that cannot be said. */
  readonly rate: number | null;
  readonly note: string | null;
  readonly finishedAt: string | null;
  /** Share of the account's lifetime that the pages have reached, 0 to 1; null where Stripe does not say how old the account is. */
  readonly covered: number | null;
};

export type Connection = {
  readonly state: ConnectionState;
  readonly stateAt: string;
  readonly account: string;
  readonly generation: number;
  readonly scope: string;
  readonly facts: Partial<AccountFacts>;
  readonly connectedBy: string | null;
  readonly createdAt: string;
  readonly confirmedAt: string | null;
  readonly endedAt: string | null;
  /** The database's clock when this was read. */
  readonly now: string;
  /** "No" was said, or nothing for a day, and Stripe has not yet taken the access back. */
  readonly givingBack: boolean;
  readonly newestEvent: string | null;
  /** When the sweep last found an event that was never delivered, within the last quarter of an hour. */
  readonly webhookLate: string | null;
  readonly unconfirmed: number;
  /** Events that were given up and not handled since (lib/inbox/dead.ts lists them). */
  readonly troubled: number;
  readonly backfill: readonly BackfillFact[];
};

/** The mode's newest connection, whatever its state; null when there is none, or none that ever got its "Yes, start". */
export async function findConnection(merchant: Merchant): Promise<Connection | null> {
  return db.as(merchant, async (tx) => {
    const row = await newest(tx, merchant);
    if (!row) return null;
    const key = [merchant.workspace.id, row.account, merchant.livemode];
    const [backfill, work, events, person, declined] = [
      await backfillOf(tx, [...key, row.generation], row.facts.created ?? null),
      await tx.one<{ waiting: number; troubled: number }>(
        `SELECT (SELECT count(*)::int FROM work WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND kind = 'object' AND dirty_seq > clean_seq) AS waiting,
                (SELECT count(*)::int FROM inbox WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND tries >= 10 AND state IN ('dead', 'kept')) AS troubled`,
        key,
      ),
      await tx.one<{ newest: Date | null; late: Date | null }>(
        `SELECT max(created) AS newest,
                max(received_at) FILTER (WHERE source = 'sweep' AND deliveries = 0 AND created > $4 AND received_at > clock_timestamp() - interval '15 min') AS late
           FROM (SELECT created, source, deliveries, received_at FROM inbox WHERE workspace_id = $1 AND account = $2 AND livemode = $3 ORDER BY created DESC LIMIT 100) AS recent`,
        [...key, row.confirmed_at],
      ),
      row.connected_by ? await tx.maybe<{ name: string }>('SELECT name FROM person WHERE id = $1', [row.connected_by]) : null,
      await tx.maybe(
        `SELECT 1 FROM oauth_state WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND outcome = 'declined' LIMIT 1`,
        [...key, row.generation],
      ),
    ];
    return {
      state: row.state,
      stateAt: row.state_at.toISOString(),
      account: row.account,
      generation: row.generation,
      scope: row.scope,
      facts: row.facts,
      connectedBy: person?.name ?? null,
      createdAt: row.created_at.toISOString(),
      confirmedAt: iso(row.confirmed_at),
      endedAt: iso(row.ended_at),
      now: row.now.toISOString(),
      givingBack: row.state === 'awaiting_confirmation' && declined !== null,
      newestEvent: iso(events.newest),
      webhookLate: iso(events.late),
      unconfirmed: work.waiting,
      troubled: work.troubled,
      backfill,
    };
  });
}

/** Whom to ask, for those who may not connect. */
export async function whomToAsk(merchant: Merchant): Promise<string | null> {
  return (await listOwners(merchant.workspace.id))[0]?.name ?? null;
}

type ConnectionRow = {
  account: string;
  generation: number;
  state: ConnectionState;
  state_at: Date;
  scope: string;
  facts: Partial<AccountFacts>;
  connected_by: string | null;
  created_at: Date;
  confirmed_at: Date | null;
  ended_at: Date | null;
  now: Date;
};

function newest(tx: Tx, merchant: Merchant): Promise<ConnectionRow | null> {
  return tx.maybe<ConnectionRow>(
    `SELECT account, generation, state, state_at, scope, facts, connected_by, created_at, confirmed_at, ended_at, clock_timestamp() AS now
       FROM connection WHERE workspace_id = $1 AND livemode = $2 AND NOT (state IN ('disconnected', 'revoked') AND confirmed_at IS NULL)
      ORDER BY created_at DESC, generation DESC LIMIT 1`,
    [merchant.workspace.id, merchant.livemode],
  );
}

async function backfillOf(tx: Tx, key: readonly unknown[], accountCreated: number | null): Promise<BackfillFact[]> {
  const rows = await tx.query<{
    type: string;
    state: BackfillFact['state'];
    rows: bigint;
    oldest: Date | null;
    note: string | null;
    finished_at: Date | null;
    rate: number | null;
    covered: number | null;
  }>(
    `SELECT type, state, rows, oldest, note, finished_at,
            CASE WHEN state = 'running' AND updated_at > started_at + interval '1 s' THEN rows / extract(epoch FROM updated_at - started_at)::float8 END AS rate,
            CASE WHEN state = 'running' AND $5::float8 IS NOT NULL AND oldest IS NOT NULL
                 THEN extract(epoch FROM clock_timestamp() - oldest)::float8 / greatest(extract(epoch FROM clock_timestamp())::float8 - $5, 1) END AS covered
       FROM backfill WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 ORDER BY type`,
    [...key, accountCreated],
  );
  return rows.map((row) => ({
    type: row.type,
    state: row.state,
    rows: Number(row.rows),
    oldest: iso(row.oldest),
    rate: row.rate === null ? null : Math.round(row.rate),
    note: row.note,
    finishedAt: iso(row.finished_at),
    covered: row.covered === null ? null : Math.min(1, Math.max(0, row.covered)),
  }));
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
