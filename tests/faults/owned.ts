// "No operation older than 60 s is without an owner or a visible reason" (INVARIANTS §3.1), asked of the rows.
import type pg from 'pg';

export type Unowned = { id: string; state: string; why: string };

/** Operations that nobody comes for, or that wait and do not say why. `graceMs` is the 60 s in the run's own pace. */
export async function findUnowned(owner: Pick<pg.Client, 'query'>, workspace: string, graceMs: number): Promise<Unowned[]> {
  const { rows } = await owner.query<Unowned>(
    `SELECT id, state, why FROM (
       SELECT o.id, o.state, CASE
         WHEN o.state IN ('queued', 'held', 'sending', 'unknown', 'accepted') AND (w.id IS NULL OR w.dirty_seq <= w.clean_seq) THEN 'no work is owed for it'
         WHEN o.state IN ('queued', 'held', 'sending', 'unknown', 'accepted') AND w.lease_until IS NULL AND w.not_before < clock_timestamp() - $2 * interval '1 ms' THEN 'nobody took it in its turn'
         WHEN w.lease_until < clock_timestamp() - $2 * interval '1 ms' AND w.dirty_seq > w.clean_seq THEN 'nobody took it after its lease'
         WHEN o.state IN ('queued', 'sending', 'unknown') AND w.lease_until IS NULL AND w.not_before > clock_timestamp() + $2 * interval '1 ms' THEN 'its next turn is too far'
         WHEN o.state = 'held' AND o.held_why IS NULL THEN 'held, and no reason said'
         WHEN o.state = 'needs_review' AND o.review_why IS NULL THEN 'in review, and no reason said'
         WHEN o.state NOT IN ('queued', 'held', 'sending', 'unknown', 'accepted') AND w.dirty_seq > w.clean_seq AND w.not_before < clock_timestamp() - $2 * interval '1 ms' THEN 'over, and still owed'
       END AS why
         FROM operation o LEFT JOIN work w ON w.workspace_id = o.workspace_id AND w.account = o.account AND w.livemode = o.livemode AND w.kind = 'op' AND w.id = o.id::text
        WHERE o.workspace_id = $1 AND o.created_at < clock_timestamp() - $2 * interval '1 ms') found
      WHERE why IS NOT NULL`,
    [workspace, graceMs],
  );
  return rows;
}
