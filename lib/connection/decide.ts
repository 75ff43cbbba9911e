// The merchant's answer to "is this the right account?". Until "Yes, start" nothing is mirrored and no event has a route.
import { ledgerOfRow } from '../access/job.ts';
import { appendAudit } from '../audit.ts';
import { db, type Tx } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { Actor, Merchant } from '../merchant.ts';
import { startBackfill } from '../mirror/backfill.ts';
import { publish, wakeWorkers } from '../publish.ts';
import { settleAttemptsOf } from './attempt.ts';
import { giveBack } from './give-back.ts';

/** Which link the page showed: an answer meant for another one is refused. */
export type Shown = { readonly account: string; readonly generation: number };

/** "Yes, start": route, backfill and the kept events begin together. A second click finds it done. */
export async function confirm(merchant: Merchant, shown: Shown): Promise<void> {
  const ledger = linkOf(merchant, shown);
  await db.as(merchant, async (tx) => {
    const state = await lockLink(tx, ledger);
    if (state === 'backfilling' || state === 'live') return;
    if (state !== 'awaiting_confirmation' || (await isDeclined(tx, ledger))) throw changed();
    await tx.query(
      `UPDATE connection SET state = 'backfilling', state_at = clock_timestamp(), confirmed_at = clock_timestamp()
        WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4`,
      keyOf(ledger),
    );
    await tx.query(
      `INSERT INTO account_route (workspace_id, account, livemode, generation) VALUES ($1, $2, $3, $4)
       ON CONFLICT (account, livemode) DO UPDATE SET workspace_id = excluded.workspace_id, generation = excluded.generation, paused = false`,
      keyOf(ledger),
    );
    await startBackfill(tx, ledger);
    await settleAttemptsOf(tx, ledger, 'confirmed');
    await auditAnswer(tx, ledger, 'connection.confirmed', merchant.actor);
    await publish(tx, ledger, [ledger.account]);
    await wakeWorkers(tx);
  });
}

/** "No, choose another": the access goes back to Stripe. */
export async function decline(merchant: Merchant, shown: Shown): Promise<void> {
  const ledger = linkOf(merchant, shown);
  if (!(await refuseLink(ledger, 'connection.declined', merchant.actor))) throw changed();
  await giveBack(merchant, ledger);
}

/** Marks a waiting link as not wanted; false when it is no longer waiting. What was marked is given back by whoever comes next, this caller or the job. */
export async function refuseLink(ledger: Ledger, act: 'connection.declined' | 'connection.lapsed', actor: Actor): Promise<boolean> {
  return db.as(ledger, async (tx) => {
    const state = await lockLink(tx, ledger);
    if (state === 'disconnected') return true;
    if (state !== 'awaiting_confirmation') return false;
    if (await isDeclined(tx, ledger)) return true;
    await settleAttemptsOf(tx, ledger, 'declined');
    await auditAnswer(tx, ledger, act, actor);
    return true;
  });
}

function linkOf(merchant: Merchant, shown: Shown): Ledger {
  if (!merchant.can.has('connect')) throw new AppError('forbidden', 'Answering for an account needs the role admin.');
  return ledgerOfRow({ workspace_id: merchant.workspace.id, account: shown.account, livemode: merchant.livemode, generation: shown.generation });
}

async function lockLink(tx: Tx, ledger: Ledger): Promise<string> {
  const row = await tx.maybe<{ state: string }>(
    'SELECT state FROM connection WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 FOR UPDATE',
    keyOf(ledger),
  );
  if (!row) throw changed();
  return row.state;
}

async function isDeclined(tx: Tx, ledger: Ledger): Promise<boolean> {
  const row = await tx.maybe(
    `SELECT 1 FROM oauth_state WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND outcome = 'declined' LIMIT 1`,
    keyOf(ledger),
  );
  return row !== null;
}

async function auditAnswer(tx: Tx, ledger: Ledger, act: string, actor: Actor): Promise<void> {
  await appendAudit(tx, ledger.workspace, { act, actor, account: ledger.account, livemode: ledger.livemode, after: { generation: ledger.generation } });
}

function keyOf(ledger: Ledger): unknown[] {
  return [ledger.workspace, ledger.account, ledger.livemode, ledger.generation];
}

function changed(): AppError {
  return new AppError('changed', 'This account is no longer waiting for an answer.');
}
