// The lease on an operation: who holds its token may act on it, and whatever comes back under another token is thrown away (INVARIANTS §2.3, §3.1).
import { ledgerOfRow } from '../access/job.ts';
import { stopwatch } from '../clock.ts';
import { db, type Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { pace } from './pace.ts';

export type Claim = {
  /** With the operation's own generation. */
  readonly ledger: Ledger;
  readonly operation: string;
  readonly token: bigint;
  readonly tries: number;
  /** Since just before the lease was taken, on this process's own clock. */
  readonly elapsed: () => number;
};

/** Awake or asleep: a machine's steady clock stands still while it sleeps, so its wall clock is asked as well, and the longer time counts. */
function sinceNow(): () => number {
  const awake = stopwatch();
  const start = Date.now();
  return () => Math.max(awake(), Date.now() - start);
}

/** Opens an operation's work in the transaction that stores it, already claimed by its maker. */
export async function openWork(tx: Tx, ledger: Ledger, kind: string, operation: string): Promise<Claim> {
  const elapsed = sinceNow();
  await tx.query(
    `INSERT INTO work (workspace_id, account, livemode, kind, type, id, token, lease_until, dirty_seq, dirty_since)
     VALUES ($1, $2, $3, 'op', $4, $5, 1, clock_timestamp() + $6 * interval '1 ms', 1, clock_timestamp())`,
    [ledger.workspace, ledger.account, ledger.livemode, kind, operation, pace().lease],
  );
  return { ledger, operation, token: 1n, tries: 0, elapsed };
}

/**
 * Takes operations whose turn has come, across workspaces: of each account at most `perAccount` less those in hand already, so that one with a long
 * queue, or one that hangs, leaves the others their turn (I14). `inHand` names an account for each operation.
 */
export async function takeDue(of: { limit: number; perAccount: number; inHand: readonly string[] }): Promise<Claim[]> {
  return take(
    `SELECT workspace_id, account, livemode, kind, type, id FROM (
       SELECT w.*, row_number() OVER (PARTITION BY w.account ORDER BY w.not_before) + COALESCE(h.busy, 0) AS place FROM work w
         LEFT JOIN (SELECT account, count(*) AS busy FROM unnest($2::text[]) AS a(account) GROUP BY account) h ON h.account = w.account
        WHERE w.kind = 'op' AND w.dirty_seq > w.clean_seq AND (w.lease_until IS NULL OR w.lease_until < clock_timestamp()) AND w.not_before <= clock_timestamp()) one
      WHERE place <= $3 ORDER BY not_before LIMIT $4`,
    [of.inHand, of.perAccount, of.limit],
  );
}

/** Takes one operation, also before its turn, while nobody has it. */
export async function takeOne(ledger: Ledger, operation: string): Promise<Claim | null> {
  const [claim] = await take(
    `SELECT workspace_id, account, livemode, kind, type, id FROM work
      WHERE workspace_id = $2 AND account = $3 AND livemode = $4 AND kind = 'op' AND id = $5 AND dirty_seq > clean_seq`,
    [ledger.workspace, ledger.account, ledger.livemode, operation],
  );
  return claim ?? null;
}

/** `due` names work rows; each is looked at again under its lock, since another may have had it in between. */
async function take(due: string, params: readonly unknown[]): Promise<Claim[]> {
  const elapsed = sinceNow();
  const rows = await db.routing((tx) =>
    tx.query<{ workspace_id: string; account: string; livemode: boolean; id: string; token: bigint; tries: number }>(
      `WITH due AS MATERIALIZED (${due}), free AS (
         SELECT w.workspace_id, w.account, w.livemode, w.kind, w.type, w.id FROM work w
           JOIN due ON (w.workspace_id, w.account, w.livemode, w.kind, w.type, w.id) = (due.workspace_id, due.account, due.livemode, due.kind, due.type, due.id)
          WHERE w.dirty_seq > w.clean_seq AND (w.lease_until IS NULL OR w.lease_until < clock_timestamp()) FOR UPDATE OF w SKIP LOCKED)
       UPDATE work w SET token = w.token + 1, lease_until = clock_timestamp() + $1 * interval '1 ms' FROM free
        WHERE (w.workspace_id, w.account, w.livemode, w.kind, w.type, w.id) = (free.workspace_id, free.account, free.livemode, free.kind, free.type, free.id)
        RETURNING w.workspace_id, w.account, w.livemode, w.id, w.token, w.tries`,
      [pace().lease, ...params],
    ),
  );
  return rows.map((row) => ({ ledger: ledgerOfRow({ ...row, generation: 0 }), operation: row.id, token: row.token, tries: row.tries, elapsed }));
}

/** Locks the work row while the token stands; null once someone else has it. With `renew` the lease begins anew. */
export async function holdWork(tx: Tx, claim: Claim, renew = false): Promise<Claim | null> {
  const { ledger, operation, token } = claim;
  const elapsed = sinceNow();
  const held = await tx.run(
    `UPDATE work SET lease_until = CASE WHEN $6 THEN clock_timestamp() + $7 * interval '1 ms' ELSE lease_until END
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND kind = 'op' AND id = $4 AND token = $5`,
    [ledger.workspace, ledger.account, ledger.livemode, operation, token, renew, pace().lease],
  );
  if (held === 0) return null;
  return renew ? { ...claim, elapsed } : claim;
}

/** Gives a held claim back: until its next turn, or for good. */
export async function releaseWork(tx: Tx, ledger: Ledger, operation: string, next: { restMs: number; tries: number } | 'done'): Promise<void> {
  await tx.query(
    `UPDATE work SET lease_until = NULL, token = token + 1, tries = $5, not_before = clock_timestamp() + $6 * interval '1 ms', clean_seq = CASE WHEN $7 THEN dirty_seq ELSE clean_seq END
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND kind = 'op' AND id = $4`,
    [ledger.workspace, ledger.account, ledger.livemode, operation, next === 'done' ? 0 : next.tries, next === 'done' ? 0 : next.restMs, next === 'done'],
  );
}

/** Locks the work row whoever holds it: what Stripe definitely made is written down also by one who lost the lease. */
export async function lockWork(tx: Tx, ledger: Ledger, operation: string): Promise<{ leased: boolean; tries: number } | null> {
  return tx.maybe<{ leased: boolean; tries: number }>(
    `SELECT COALESCE(lease_until > clock_timestamp(), false) AS leased, tries FROM work
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND kind = 'op' AND id = $4 FOR UPDATE`,
    [ledger.workspace, ledger.account, ledger.livemode, operation],
  );
}
