// What changed → open pages. Called in the transaction of the change; the notification leaves with its commit.
import type { Tx } from './db.ts';
import type { Ledger } from './ledger.ts';

/** The LISTEN channel of open pages. A payload is a `Change` as JSON. */
export const CHANGED = 'counterpart_changed';
/** The LISTEN channel that wakes workers: a hint, never needed for correctness (a 1 s poll finds the rows). */
export const WORK = 'counterpart_work';
/** The payload of a hint that only events have come: nothing else of a worker need look. */
export const INBOX = 'inbox';

export type Change = { w: string; a: string; l: boolean; ids: string[] };

/** PostgreSQL refuses payloads of 8,000 bytes and more; ids are cut into several notifications below that. */
const IDS_PER_NOTICE = 100;

export async function publish(tx: Tx, ledger: Ledger, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += IDS_PER_NOTICE) {
    const change: Change = {
      w: ledger.workspace,
      a: ledger.account,
      l: ledger.livemode,
      ids: ids.slice(start, start + IDS_PER_NOTICE).filter((id) => id.length < 70),
    };
    await tx.query('SELECT pg_notify($1, $2)', [CHANGED, JSON.stringify(change)]);
  }
}

export async function wakeWorkers(tx: Tx): Promise<void> {
  await tx.query(`SELECT pg_notify($1, '')`, [WORK]);
}
