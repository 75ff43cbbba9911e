// A database put back from a backup (INVARIANTS §1.3): what was open in it may have gone out since, so it is held, looked for at Stripe, and only then released.
import { ledgerOfRow } from '../access/job.ts';
import { operator } from '../access/membership.ts';
import { workspaceOf, type WorkspaceRow } from '../access/merchant-of.ts';
import { appendAudit } from '../audit.ts';
import { db, type Tx } from '../db.ts';
import { findStanding, standingOf } from '../deployment.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import type { Actor, Merchant } from '../merchant.ts';
import { verbOf } from '../operations/index.ts';
import { publish, wakeWorkers } from '../publish.ts';
import { clientsOf, payFor } from './attempt.ts';
import { findOperation, type Operation } from './operation.ts';
import { takeTurn } from './turn.ts';

/**
 * On the owner's login, before the first start on a backup. Answers how many operations are held. May be repeated.
 * An operation may have been sent at any time after it was asked: from then on its key counts as used.
 */
export async function markRestored(): Promise<number> {
  if ((await findStanding()) === 'restored_copy')
    throw new AppError('unprocessable', 'This database serves another deployment. If this one takes over, run adopt-deployment --because copy.');
  await db.routing((tx) => tx.query('UPDATE deployment SET restored_at = clock_timestamp()'));
  let held = 0;
  for (const merchant of await everyWorkspace('admin mark-restored')) held += await db.as(merchant, (tx) => hold(tx, merchant));
  return held;
}

async function hold(tx: Tx, merchant: Merchant): Promise<number> {
  const { id: workspace } = merchant.workspace;
  const held = await tx.query<{ id: string }>(
    `UPDATE operation SET state = 'held', held_why = 'restored', first_sent_at = COALESCE(first_sent_at, created_at), checks = 0, next_at = clock_timestamp()
      WHERE workspace_id = $1 AND (state IN ('queued', 'sending', 'unknown') OR (state = 'held' AND held_why IS DISTINCT FROM 'restored')) RETURNING id`,
    [workspace],
  );
  await tx.query(
    `UPDATE connection SET restored_from = COALESCE(swept_to, '-infinity') WHERE workspace_id = $1 AND state IN ('backfilling', 'live', 'suspended') AND restored_from IS NULL`,
    [workspace],
  );
  // Leases of processes that are no more; what they did is looked for.
  await tx.query(
    `UPDATE work SET token = token + 1, lease_until = NULL, tries = 0, not_before = clock_timestamp() WHERE workspace_id = $1 AND kind IN ('op', 'sweep') AND dirty_seq > clean_seq`,
    [workspace],
  );
  await appendAudit(tx, workspace, { act: 'deployment.restored', actor: merchant.actor, after: { held: held.length } });
  return held.length;
}

/** The worker's job while the database stands restored: looks for what held operations made. Answers how many it looked for. */
export async function matchRestored(): Promise<number> {
  if ((await findStanding()) !== 'restored') return 0;
  let looked = 0;
  for (const ledger of await ledgersWithOpen()) {
    for (const operation of await unmatched(ledger)) {
      try {
        if (await match(ledger, operation)) looked += 1;
      } catch (error) {
        log.warn({ err: error, operation: operation.id }, 'an operation held since a restore could not be looked for yet');
        break; // its account does not answer now
      }
    }
  }
  return looked;
}

async function match(ledger: Ledger, operation: Operation): Promise<boolean> {
  const paid = await payFor(operation);
  if (!paid) return false;
  const verb = verbOf(operation.kind);
  const reply = await paid(() => verb.find(clientsOf(operation, 'mirror'), operation.params, operation.id));
  if (reply) {
    // Under no lease: what Stripe definitely made is written down all the same.
    const claim = { ledger, operation: operation.id, token: 0n, tries: 0, elapsed: () => 0 };
    await takeTurn(claim, { evidence: { kind: 'object', settled: verb.settledBy(verb.statusOf(reply.object)) }, reply, how: 'found' }, matcher);
    return true;
  }
  await db.as(ledger, async (tx) => {
    await tx.query(`UPDATE operation SET checks = 1 WHERE workspace_id = $1 AND id = $2 AND state = 'held' AND held_why = 'restored'`, [
      ledger.workspace,
      operation.id,
    ]);
    await publish(tx, ledger, [operation.id]);
  });
  return true;
}

const matcher: Actor = { kind: 'job', id: 'system', name: 'restore' };

/** Why it is too early, a line each: nothing is sent before every account that answers was swept, and every held operation looked for. */
export async function notYetRead(): Promise<string[]> {
  const lines: string[] = [];
  for (const merchant of await everyWorkspace('admin release-held'))
    lines.push(
      ...(await db.as(merchant, async (tx) => {
        const accounts = await tx.query<{ account: string; livemode: boolean; swept: boolean; unread: bigint }>(READINESS, [merchant.workspace.id]);
        return accounts.flatMap(({ account, swept, unread }) => [
          ...(swept ? [] : [`${account}: its events since the backup are not read yet.`]),
          ...(unread > 0n ? [`${account}: ${unread} held operations are not looked for at Stripe yet.`] : []),
        ]);
      })),
    );
  return lines;
}

// One that was never swept before the backup still has its history read by lists.
const SWEPT = `(c.restored_from IS NULL OR c.restored_from = '-infinity' OR COALESCE(c.swept_to > c.restored_from, false))`;

// Access in doubt holds back only its own account's operations, which it goes on doing after the release.
const READINESS = `
SELECT r.account, r.livemode, ${SWEPT} AS swept,
  (SELECT count(*) FROM operation o WHERE o.workspace_id = $1 AND o.account = r.account AND o.livemode = r.livemode AND o.state = 'held' AND o.held_why = 'restored' AND o.checks = 0) AS unread
  FROM account_route r JOIN connection c ON c.workspace_id = $1 AND c.account = r.account AND c.livemode = r.livemode AND c.generation = r.generation
 WHERE r.workspace_id = $1 AND NOT r.paused ORDER BY r.account, r.livemode`;

/** Throws unprocessable until `notYetRead` has nothing to say. What was not found goes on under its old key, while Stripe still knows that. */
export async function releaseHeld(): Promise<number> {
  if ((await findStanding()) !== 'restored') throw new AppError('unprocessable', 'This database does not stand as restored: nothing is held for that.');
  const lines = await notYetRead();
  if (lines.length > 0)
    throw new AppError(
      'unprocessable',
      [...lines, 'Nothing was released. Start the processes, so that the worker reads what happened since, and try again.'].join('\n'),
    );
  await db.routing(async (tx) => {
    await tx.query('UPDATE deployment SET restored_at = NULL');
  });
  let released = 0;
  for (const merchant of await everyWorkspace('admin release-held')) released += await db.as(merchant, (tx) => release(tx, merchant));
  return released;
}

async function release(tx: Tx, merchant: Merchant): Promise<number> {
  const { id: workspace } = merchant.workspace;
  const { open } = await tx.one<{ open: bigint }>(
    `SELECT count(*) AS open FROM operation WHERE workspace_id = $1 AND state = 'held' AND held_why = 'restored'`,
    [workspace],
  );
  await tx.query('UPDATE connection SET restored_from = NULL WHERE workspace_id = $1 AND restored_from IS NOT NULL', [workspace]);
  await tx.query(
    `UPDATE work SET not_before = clock_timestamp(), tries = 0 WHERE workspace_id = $1 AND kind = 'op' AND dirty_seq > clean_seq AND lease_until IS NULL`,
    [workspace],
  );
  await appendAudit(tx, workspace, { act: 'deployment.released', actor: merchant.actor, after: { released: open } });
  await wakeWorkers(tx);
  return Number(open);
}

/**
 * An owner's decision that this deployment owns the database from now on. `copy`: another one ran on it, so all that is open is held as after a restore.
 * `renamed`: it is the same one under another name or address.
 */
export async function adoptDeployment(id: string, because: 'copy' | 'renamed'): Promise<{ before: string | null; held: number }> {
  const before = await db.routing(async (tx) => {
    const known = await tx.maybe<{ id: string }>('SELECT id FROM deployment FOR UPDATE');
    await tx.query(
      `INSERT INTO deployment (id, restored_at) VALUES ($1, CASE WHEN $2 THEN clock_timestamp() END)
       ON CONFLICT (only_one) DO UPDATE SET id = excluded.id, claimed_at = clock_timestamp(), restored_at = COALESCE(excluded.restored_at, deployment.restored_at)`,
      [id, because === 'copy'],
    );
    return known?.id ?? null;
  });
  let held = 0;
  for (const merchant of await everyWorkspace('admin adopt-deployment'))
    await db.as(merchant, async (tx) => {
      await appendAudit(tx, merchant.workspace.id, { act: 'deployment.adopted', actor: merchant.actor, before: { id: before }, after: { id, because } });
      if (because === 'copy') held += await hold(tx, merchant);
    });
  return { before, held };
}

async function everyWorkspace(job: string): Promise<Merchant[]> {
  const rows = await db.routing((tx) => tx.query<WorkspaceRow>('SELECT id, slug, name, time_zone, locale FROM workspace ORDER BY slug'));
  return rows.map((row) => operator(workspaceOf(row), job));
}

async function ledgersWithOpen(): Promise<Ledger[]> {
  const rows = await db.routing((tx) =>
    tx.query<{ workspace_id: string; account: string; livemode: boolean; generation: number }>(
      `SELECT DISTINCT r.workspace_id, r.account, r.livemode, r.generation FROM account_route r
         JOIN work w ON w.workspace_id = r.workspace_id AND w.account = r.account AND w.livemode = r.livemode
        WHERE w.kind = 'op' AND w.dirty_seq > w.clean_seq AND NOT r.paused`,
    ),
  );
  return rows.map((row) => ledgerOfRow(row));
}

/** Once its account was swept: what an event tells need not be read. */
async function unmatched(ledger: Ledger): Promise<Operation[]> {
  return db.as(ledger, async (tx) => {
    if ((await standingOf(tx)) !== 'restored') return [];
    const rows = await tx.query<{ id: string }>(
      `SELECT o.id FROM operation o JOIN connection c ON c.workspace_id = o.workspace_id AND c.account = o.account AND c.livemode = o.livemode AND c.generation = $4
        WHERE o.workspace_id = $1 AND o.account = $2 AND o.livemode = $3 AND o.state = 'held' AND o.held_why = 'restored' AND o.checks = 0
          AND ${SWEPT} ORDER BY o.created_at LIMIT 100`,
      [ledger.workspace, ledger.account, ledger.livemode, ledger.generation],
    );
    const found: Operation[] = [];
    for (const { id } of rows) {
      const operation = await findOperation(tx, ledger, id);
      if (operation) found.push(operation);
    }
    return found;
  });
}
