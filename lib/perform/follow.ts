// Operations follow the refunds they made as the mirror learns of them: a webhook that was faster than the answer, one that fails days after it succeeded.
import { ledgerOfRow } from '../access/job.ts';
import { db, type Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import type { Actor } from '../merchant.ts';
import { retrying } from '../mirror/retry.ts';
import { verbOf } from '../operations/index.ts';
import { lockWork, releaseWork } from './claim.ts';
import { mailFailure } from './failed-later.ts';
import { next, type Evidence } from './machine.ts';
import { factsOf, findOperation } from './operation.ts';
import { restOf } from './pace.ts';
import { record, tell, type Learned } from './record.ts';

/** A refund's event leaves it owed for some seconds, which a look each second cannot miss; it is followed until this long after. */
const STILL_RECENT_MS = 15_000;
/** What neither left an owed refund behind is found by looking everywhere. */
const FULL_EVERY_MS = 300_000;

let lastFull = -Infinity;
/** By ledger: refunds that are, or lately were, owed a refetch; and the lists of refunds that are. */
const recent = new Map<string, { ledger: Ledger; seen: Map<string, number> }>();

/** Answers how many operations moved. `full` looks at every ledger that ever had an operation, as each process does at start and every 5 min. */
export async function followRefunds(full = performance.now() - lastFull > FULL_EVERY_MS): Promise<number> {
  const looks = await db.routing((tx) => (full ? ledgersWithOperations(tx) : recentRefunds(tx)));
  if (full) lastFull = performance.now();
  let moved = 0;
  for (const { ledger, among } of looks) {
    const behind = await db.as(ledger, (tx) => findBehind(tx, ledger, among));
    for (const { id, refund } of behind) {
      try {
        if (await retrying(() => db.as(ledger, (tx) => adopt(tx, ledger, id, refund)))) moved += 1;
      } catch (error) {
        log.error({ err: error, operation: id }, 'an operation could not follow its refund');
      }
    }
  }
  return moved;
}

/** `among` null: all. */
type Look = { readonly ledger: Ledger; readonly among: { readonly refunds: readonly string[]; readonly charges: readonly string[] } | null };
type Key = { workspace_id: string; account: string; livemode: boolean };

async function ledgersWithOperations(tx: Tx): Promise<Look[]> {
  const rows = await tx.query<Key>(`SELECT DISTINCT workspace_id, account, livemode FROM work WHERE kind = 'op' AND type = 'refund_payment'`);
  return rows.map((row) => ({ ledger: ledgerOfRow({ ...row, generation: 0 }), among: null }));
}

async function recentRefunds(tx: Tx): Promise<Look[]> {
  const now = performance.now();
  // Paid at once, a mark leaves no debt behind; when it was made still shows.
  const owed = await tx.query<Key & { id: string }>(
    // A ledger that never asked for a refund here has nobody to follow one, however many come.
    `SELECT r.* FROM (
       SELECT workspace_id, account, livemode, id FROM work WHERE kind = 'object' AND type = 'refund' AND dirty_seq > clean_seq
       UNION SELECT workspace_id, account, livemode, id FROM work WHERE kind = 'object' AND type = 'refund' AND not_before > clock_timestamp() - $1 * interval '1 ms') r
      WHERE EXISTS (SELECT FROM work o WHERE o.workspace_id = r.workspace_id AND o.account = r.account AND o.livemode = r.livemode AND o.kind = 'op' AND o.type = 'refund_payment')`,
    [STILL_RECENT_MS],
  );
  for (const row of owed) {
    const name = [row.workspace_id, row.account, row.livemode].join(' ');
    const known = recent.get(name) ?? { ledger: ledgerOfRow({ ...row, generation: 0 }), seen: new Map<string, number>() };
    known.seen.set(row.id, now);
    recent.set(name, known);
  }
  for (const [name, { seen }] of recent) {
    for (const [id, at] of seen) if (now - at > STILL_RECENT_MS) seen.delete(id);
    if (seen.size === 0) recent.delete(name);
  }
  return [...recent.values()].map(({ ledger, seen }) => {
    const ids = [...seen.keys()];
    const lists = ids.filter((id) => id.startsWith(LIST));
    return { ledger, among: { refunds: ids.filter((id) => !id.startsWith(LIST)), charges: lists.map((id) => id.slice(LIST.length)) } };
  });
}

/** How a list of refunds is owed (lib/mirror/owe.ts). */
const LIST = '?charge=';

/**
 * By the id an operation has, whoever gave it; else by the operation's own id in the metadata. Amount and charge too: a person may copy metadata
 * from one refund to another, so of several the oldest is the operation's, and none that another operation has.
 */
async function findBehind(tx: Tx, ledger: Ledger, among: Look['among']): Promise<{ id: string; refund: string }[]> {
  return tx.query(
    `WITH near AS MATERIALIZED (
       SELECT id, status, op_id, charge, amount, created FROM refunds r WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND deleted_at IS NULL
          AND ($4::text[] IS NULL OR id = ANY($4) OR charge = ANY($5))),
     behind AS (
       SELECT o.id, r.id AS refund FROM near r
         JOIN operation o ON o.workspace_id = $1 AND o.account = $2 AND o.livemode = $3 AND o.stripe_id = r.id
        WHERE o.kind = 'refund_payment' AND o.stripe_status IS DISTINCT FROM r.status
       UNION ALL
       SELECT * FROM (
         SELECT DISTINCT ON (o.id) o.id, r.id AS refund FROM near r
           JOIN operation o ON o.workspace_id = $1 AND o.account = $2 AND o.livemode = $3 AND o.id = CASE WHEN r.op_id ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN r.op_id::uuid END
          WHERE o.kind = 'refund_payment' AND o.stripe_id IS NULL AND r.charge = o.charge AND r.amount = o.amount
            AND NOT EXISTS (SELECT FROM operation other WHERE other.workspace_id = $1 AND other.account = $2 AND other.livemode = $3 AND other.stripe_id = r.id AND other.kind = 'refund_payment')
          ORDER BY o.id, r.created, r.id) unmet)
     SELECT id, refund FROM behind ORDER BY id LIMIT 200`,
    [ledger.workspace, ledger.account, ledger.livemode, among?.refunds ?? null, among?.charges ?? null],
  );
}

/** An operation takes over what the mirror shows of its refund. Whoever holds a live lease on it writes its answer down itself. */
async function adopt(tx: Tx, ledger: Ledger, id: string, refund: string): Promise<boolean> {
  const work = await lockWork(tx, ledger, id);
  if (work?.leased) return false;
  const operation = await findOperation(tx, ledger, id, 'FOR UPDATE');
  // Read under the lock: what was seen before it may be older than what another process has written down since.
  const { status } = await tx.one<{ status: string | null }>(
    'SELECT status FROM refunds WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = $4',
    [ledger.workspace, ledger.account, ledger.livemode, refund],
  );
  if (!operation || (operation.stripe_id ?? refund) !== refund || (operation.stripe_id !== null && operation.stripe_status === status)) return false;
  const evidence: Evidence = { kind: 'object', settled: verbOf(operation.kind).settledBy(status) };
  const step = next(factsOf(operation, 'open'), evidence);
  const tries = operation.state === 'accepted' ? (work?.tries ?? 0) : 0;
  const learned: Learned = { evidence, how: 'mirrored' };
  await record(tx, ledger, operation, step, learned, status, restOf(step.state, tries), refund);
  await releaseWork(tx, ledger, id, step.act === 'rest' ? 'done' : { restMs: restOf(step.state, tries), tries });
  await tell(tx, ledger, operation, step, learned, status, mirror, refund);
  await mailFailure(tx, operation, step, learned, refund, mirror);
  if (step.alarm) log.error({ operation: id, state: step.state, refund }, step.alarm);
  return true;
}

const mirror: Actor = { kind: 'job', id: 'system', name: 'mirror' };
