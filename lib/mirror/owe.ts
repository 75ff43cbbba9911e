// Marks objects, and lists, as owed a refetch. A mark only counts; lib/mirror/confirm takes and pays it.
import { findEntry } from '../catalogue/index.ts';
import { keptPlan, type Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { wakeWorkers } from '../publish.ts';
import { tempo } from './tempo.ts';

/** An object, or a list to be read: its id is then a query such as `?charge=ch_1`. */
export type Ref = { readonly type: string; readonly id: string };

export const keyOf = (ref: Ref): string => `${ref.type} ${ref.id}`;

/** Types the catalogue does not know, and children that only their parent's refetch can bring, are passed over. */
export function owable(refs: readonly Ref[]): Ref[] {
  const fit = refs.filter((ref) => {
    const entry = findEntry(ref.type);
    return entry !== null && entry.listing.how !== 'embedded' && ref.id.length <= 255 && ref.id !== '';
  });
  return unique(fit);
}

/**
 * Debounce: 2 s after the last mark, never more than 10 s after the first one still open. A row in backoff keeps its wait.
 * `soon` skips the debounce (a person waits).
 */
export async function markOwed(tx: Tx, ledger: Ledger, refs: readonly Ref[], options: { readonly soon?: boolean } = {}): Promise<void> {
  const owed = owable(refs);
  if (owed.length === 0) return;
  const { debounce, debounceMax } = tempo();
  await tx.query(MARK, [
    ledger.workspace,
    ledger.account,
    ledger.livemode,
    owed.map((ref) => ref.type),
    owed.map((ref) => ref.id),
    options.soon ? 0 : debounce,
    debounceMax,
  ]);
  if (options.soon) await wakeWorkers(tx);
}

const MARK = keptPlan(
  `INSERT INTO work AS w (workspace_id, account, livemode, kind, type, id, not_before, dirty_since, dirty_seq)
     SELECT $1, $2, $3, 'object', r.type, r.id, clock_timestamp() + $6 * interval '1 ms', clock_timestamp(), 1
       FROM unnest($4::text[], $5::text[]) AS r(type, id) ORDER BY r.type COLLATE "C", r.id COLLATE "C"
     ON CONFLICT (workspace_id, account, livemode, kind, type, id) DO UPDATE SET
       dirty_seq = w.dirty_seq + 1,
       dirty_since = CASE WHEN w.dirty_seq > w.clean_seq THEN w.dirty_since ELSE clock_timestamp() END,
       tries = CASE WHEN w.dirty_seq > w.clean_seq THEN w.tries ELSE 0 END,
       not_before = CASE
         WHEN w.dirty_seq > w.clean_seq AND w.tries > 0 THEN w.not_before
         WHEN w.dirty_seq > w.clean_seq THEN LEAST(clock_timestamp() + $6 * interval '1 ms', w.dirty_since + $7 * interval '1 ms')
         ELSE clock_timestamp() + $6 * interval '1 ms' END`,
);

export type Lock = { readonly type: string; readonly id: string; readonly token: bigint; readonly leased: boolean };

/**
 * Locks the work rows of these objects, in the one order of all writers: work first, then mirrored rows, both sorted by (type, id).
 * `leased` counts an expired lease too: its holder may only be slow, and its fetch still stands as long as its token does.
 */
export async function lockWork(tx: Tx, ledger: Ledger, refs: readonly Ref[]): Promise<Lock[]> {
  const sought = unique(refs);
  if (sought.length === 0) return [];
  return tx.query<Lock>(LOCK, [ledger.workspace, ledger.account, ledger.livemode, sought.map((ref) => ref.type), sought.map((ref) => ref.id)]);
}

const LOCK = keptPlan(
  `SELECT w.type, w.id, w.token, w.lease_until IS NOT NULL AS leased
       FROM work w JOIN unnest($4::text[], $5::text[]) AS r(type, id) ON w.type = r.type AND w.id = r.id
      WHERE w.workspace_id = $1 AND w.account = $2 AND w.livemode = $3 AND w.kind = 'object'
      ORDER BY w.type COLLATE "C", w.id COLLATE "C" FOR UPDATE OF w`,
);

/** Voids fetches in flight for these objects: what they bring is older than what was just applied. Their lease ends with them. */
export async function voidFetches(tx: Tx, ledger: Ledger, refs: readonly Ref[]): Promise<void> {
  if (refs.length === 0) return;
  await tx.query(
    `UPDATE work w SET token = w.token + 1, lease_until = NULL FROM unnest($4::text[], $5::text[]) AS r(type, id)
      WHERE w.workspace_id = $1 AND w.account = $2 AND w.livemode = $3 AND w.kind = 'object' AND w.type = r.type AND w.id = r.id`,
    [ledger.workspace, ledger.account, ledger.livemode, refs.map((ref) => ref.type), refs.map((ref) => ref.id)],
  );
}

function unique(refs: readonly Ref[]): Ref[] {
  return [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()];
}
