// Operations follow the refunds they made as the mirror learns of them: a webhook that was faster than the answer, one that fails days after it succeeded.
import { ledgerOfRow } from '../access/job.ts';
import { db, type Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import type { Actor } from '../merchant.ts';
import { verbOf } from '../operations/index.ts';
import { lockWork, releaseWork } from './claim.ts';
import { mailFailure } from './failed-later.ts';
import { next, type Evidence } from './machine.ts';
import { factsOf, findOperation } from './operation.ts';
import { restOf } from './pace.ts';
import { record, tell, type Learned } from './record.ts';

/** A refund's event leaves it owed for some seconds, which a look each second cannot miss; its ledger is followed until this long after. */
const STILL_RECENT_MS = 15_000;
/** What neither left an owed refund behind is found by looking everywhere. */
const FULL_EVERY_MS = 300_000;

let lastFull = -Infinity;
const recent = new Map<string, { ledger: Ledger; seen: number }>();

/** Answers how many operations moved. `full` looks at every ledger that ever had an operation, as each process does at start and every 5 min. */
export async function followRefunds(full = performance.now() - lastFull > FULL_EVERY_MS): Promise<number> {
  const ledgers = await db.routing((tx) => (full ? ledgersWithOperations(tx) : ledgersWithRecentRefunds(tx)));
  if (full) lastFull = performance.now();
  let moved = 0;
  for (const ledger of ledgers) {
    const behind = await db.as(ledger, (tx) => findBehind(tx, ledger));
    for (const { id, refund, status } of behind) {
      try {
        if (await db.as(ledger, (tx) => adopt(tx, ledger, id, refund, status))) moved += 1;
      } catch (error) {
        log.error({ err: error, operation: id }, 'an operation could not follow its refund');
      }
    }
  }
  return moved;
}

async function ledgersWithOperations(tx: Tx): Promise<Ledger[]> {
  return ledgersOf(await tx.query<Key>(`SELECT DISTINCT workspace_id, account, livemode FROM work WHERE kind = 'op' AND type = 'refund_payment'`));
}

async function ledgersWithRecentRefunds(tx: Tx): Promise<Ledger[]> {
  const now = performance.now();
  for (const ledger of ledgersOf(
    await tx.query<Key>(`SELECT DISTINCT workspace_id, account, livemode FROM work WHERE kind = 'object' AND type = 'refund' AND dirty_seq > clean_seq`),
  ))
    recent.set([ledger.workspace, ledger.account, ledger.livemode].join(' '), { ledger, seen: now });
  for (const [name, { seen }] of recent) if (now - seen > STILL_RECENT_MS) recent.delete(name);
  return [...recent.values()].map(({ ledger }) => ledger);
}

type Key = { workspace_id: string; account: string; livemode: boolean };

function ledgersOf(rows: readonly Key[]): Ledger[] {
  return rows.map((row) => ledgerOfRow({ ...row, generation: 0 }));
}

/** Amount and charge too: a person may copy metadata from one refund to another. */
async function findBehind(tx: Tx, ledger: Ledger): Promise<{ id: string; refund: string; status: string | null }[]> {
  return tx.query(
    `SELECT o.id, r.id AS refund, r.status FROM refunds r
       JOIN operation o ON o.workspace_id = r.workspace_id AND o.account = r.account AND o.livemode = r.livemode
        AND o.id = CASE WHEN r.op_id ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN r.op_id::uuid END
      WHERE r.workspace_id = $1 AND r.account = $2 AND r.livemode = $3 AND r.op_id IS NOT NULL AND r.deleted_at IS NULL AND r.charge = o.charge AND r.amount = o.amount
        AND (o.stripe_id IS NULL OR (o.stripe_id = r.id AND o.stripe_status IS DISTINCT FROM r.status))
      ORDER BY o.id LIMIT 200`,
    [ledger.workspace, ledger.account, ledger.livemode],
  );
}

/** An operation takes over what the mirror shows of its refund. Whoever holds a live lease on it writes its answer down itself. */
async function adopt(tx: Tx, ledger: Ledger, id: string, refund: string, status: string | null): Promise<boolean> {
  const work = await lockWork(tx, ledger, id);
  if (work?.leased) return false;
  const operation = await findOperation(tx, ledger, id, 'FOR UPDATE');
  if (!operation || (operation.stripe_id === refund && operation.stripe_status === status)) return false;
  const evidence: Evidence = { kind: 'object', settled: verbOf(operation.kind).settledBy(status) };
  const step = next(factsOf(operation, 'open'), evidence);
  const tries = operation.state === 'accepted' ? (work?.tries ?? 0) : 0;
  const learned: Learned = { evidence, how: 'mirrored' };
  await record(tx, ledger, operation, step, learned, status, restOf(step.state, tries), refund);
  await releaseWork(tx, ledger, id, step.act === 'rest' ? 'done' : { restMs: restOf(step.state, tries), tries });
  if (operation.stripe_id === null) await tell(tx, ledger, operation, step, learned, status, mirror, refund);
  await mailFailure(tx, operation, step, learned, refund, mirror);
  if (step.alarm) log.error({ operation: id, state: step.state, refund }, step.alarm);
  return true;
}

const mirror: Actor = { kind: 'job', id: 'system', name: 'mirror' };
