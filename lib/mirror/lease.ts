// Leases over owed work (INVARIANTS §2.3): taken with a new token, settled only while that token stands.
import { db, type Tx } from '../db.ts';
import { ledgerOfRow } from '../access/job.ts';
import type { Ledger } from '../ledger.ts';
import { keyOf, type Ref } from './owe.ts';
import { tempo } from './tempo.ts';

/** `seen`: the dirty counter when it was taken. What is marked later is not paid by this fetch. */
export type Taken = Ref & { readonly token: bigint; readonly seen: bigint };

export type WorkKind = 'object' | 'backfill' | 'sweep';

/** Ledgers with due work of a kind, found by hopping through the index: a long queue of one account costs the others nothing. None whose breaker is open. */
export async function ledgersDue(kind: WorkKind): Promise<Ledger[]> {
  const rows = await db.routing((tx) =>
    tx.query<{ workspace_id: string; account: string; livemode: boolean; generation: number }>(
      `WITH RECURSIVE hop AS (
         (SELECT account, livemode FROM work WHERE kind = $1 AND dirty_seq > clean_seq ORDER BY account, livemode LIMIT 1)
         UNION ALL
         SELECT n.account, n.livemode FROM hop h CROSS JOIN LATERAL (
           SELECT w.account, w.livemode FROM work w WHERE w.kind = $1 AND w.dirty_seq > w.clean_seq AND (w.account, w.livemode) > (h.account, h.livemode)
            ORDER BY w.account, w.livemode LIMIT 1) n)
       SELECT r.workspace_id, r.account, r.livemode, r.generation FROM hop h
         JOIN account_route r ON r.account = h.account AND r.livemode = h.livemode AND NOT r.paused
        WHERE EXISTS (SELECT FROM work w WHERE w.kind = $1 AND w.account = r.account AND w.livemode = r.livemode AND w.workspace_id = r.workspace_id
                       AND w.dirty_seq > w.clean_seq AND w.not_before <= clock_timestamp() AND (w.lease_until IS NULL OR w.lease_until < clock_timestamp()))
          AND NOT EXISTS (SELECT FROM rate_bucket b WHERE b.account = r.account AND b.livemode = r.livemode AND b.endpoint = '' AND b.open_until > clock_timestamp())
        ORDER BY random()`,
      [kind],
    ),
  );
  return rows.map(ledgerOfRow);
}

/** Takes what of these is owed and free; what another holds is left out. `force` takes it from a slower holder (a person waits). */
export async function take(tx: Tx, ledger: Ledger, kind: WorkKind, refs: readonly Ref[], options: { readonly force?: boolean } = {}): Promise<Taken[]> {
  if (refs.length === 0) return [];
  return tx.query<Taken>(
    `UPDATE work w SET token = w.token + 1, lease_until = clock_timestamp() + $7 * interval '1 ms'
       FROM (SELECT x.type, x.id FROM work x JOIN unnest($5::text[], $6::text[]) AS r(type, id) ON x.type = r.type AND x.id = r.id
              WHERE x.workspace_id = $1 AND x.account = $2 AND x.livemode = $3 AND x.kind = $4
                AND ($8 OR (x.dirty_seq > x.clean_seq AND (x.lease_until IS NULL OR x.lease_until < clock_timestamp())))
              ORDER BY x.type COLLATE "C", x.id COLLATE "C" FOR UPDATE OF x ${options.force ? '' : 'SKIP LOCKED'}) f
      WHERE w.workspace_id = $1 AND w.account = $2 AND w.livemode = $3 AND w.kind = $4 AND w.type = f.type AND w.id = f.id
     RETURNING w.type, w.id, w.token, w.dirty_seq AS seen`,
    [ledger.workspace, ledger.account, ledger.livemode, kind, refs.map((ref) => ref.type), refs.map((ref) => ref.id), tempo().lease, options.force ?? false],
  );
}

/** Paid: nothing is owed up to the mark that was seen. A row whose token moved on is left to its new holder. */
export async function settle(tx: Tx, ledger: Ledger, kind: WorkKind, taken: readonly Taken[]): Promise<number> {
  if (taken.length === 0) return 0;
  return tx.run(
    `UPDATE work w SET clean_seq = GREATEST(w.clean_seq, r.seen), lease_until = NULL, tries = 0, missing_since = NULL,
            dirty_since = CASE WHEN w.dirty_seq > r.seen THEN w.dirty_since END
       FROM unnest($5::text[], $6::text[], $7::bigint[], $8::bigint[]) AS r(type, id, token, seen)
      WHERE w.workspace_id = $1 AND w.account = $2 AND w.livemode = $3 AND w.kind = $4 AND w.type = r.type AND w.id = r.id AND w.token = r.token`,
    [...scope(ledger, kind), ...arrays(taken), taken.map((one) => one.seen)],
  );
}

/** Given back unpaid, to be tried again after a while; `failed` counts a try. Answers how many were still this holder's to give. */
export async function release(
  tx: Tx,
  ledger: Ledger,
  kind: WorkKind,
  taken: readonly Taken[],
  again: { readonly afterMs?: number; readonly failed?: boolean; readonly missing?: boolean } = {},
): Promise<number> {
  if (taken.length === 0) return 0;
  return tx.run(
    `UPDATE work w SET lease_until = NULL, tries = w.tries + $9, not_before = GREATEST(w.not_before, clock_timestamp() + $8 * interval '1 ms'),
            missing_since = CASE WHEN $10 THEN COALESCE(w.missing_since, clock_timestamp()) ELSE w.missing_since END
       FROM unnest($5::text[], $6::text[], $7::bigint[]) AS r(type, id, token)
      WHERE w.workspace_id = $1 AND w.account = $2 AND w.livemode = $3 AND w.kind = $4 AND w.type = r.type AND w.id = r.id AND w.token = r.token`,
    [...scope(ledger, kind), ...arrays(taken), again.afterMs ?? 0, again.failed ? 1 : 0, again.missing ?? false],
  );
}

export function keysOf(refs: readonly Ref[]): Set<string> {
  return new Set(refs.map(keyOf));
}

function scope(ledger: Ledger, kind: WorkKind): [string, string, boolean, WorkKind] {
  return [ledger.workspace, ledger.account, ledger.livemode, kind];
}

function arrays(taken: readonly Taken[]): [string[], string[], bigint[]] {
  return [taken.map((one) => one.type), taken.map((one) => one.id), taken.map((one) => one.token)];
}
