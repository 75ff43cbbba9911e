// What a granted account becomes: a connection that waits for "Yes, start", or a refusal because the account is held elsewhere (INVARIANTS §1.2).
import { ledgerOfRow } from '../access/job.ts';
import { appendAudit } from '../audit.ts';
import { db, type Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import type { Merchant } from '../merchant.ts';
import { settleAttempt, type Attempt } from './attempt.ts';
import { findHolder, tellHolder } from './holder.ts';

type Grant = { readonly account: string; readonly scope: string };

export async function keepLink(merchant: Merchant, attempt: Attempt, grant: Grant): Promise<{ attempt: Attempt; ledger: Ledger | null }> {
  const kept = await db.as(merchant, (tx) => insert(tx, merchant, attempt, grant));
  if (kept) return kept;
  const { account } = grant;
  // Never a deauthorise here: the grant is one for all of the platform, and giving it back would cut off whoever holds the account.
  const holder = await findHolder(account, attempt.livemode);
  const elsewhere = holder !== null && holder.id !== merchant.workspace.id;
  const outcome = elsewhere ? 'held_elsewhere' : 'failed';
  const detail = elsewhere ? undefined : 'connected_meanwhile';
  const refused = await db.as(merchant, async (tx) => {
    const { actor, workspace } = merchant;
    await appendAudit(tx, workspace.id, { act: 'connection.refused', actor, account, livemode: attempt.livemode, after: { outcome, detail } });
    if (elsewhere) await tellHolder(tx, holder, attempt, account);
    return settleAttempt(tx, attempt, outcome, { detail, account });
  });
  return { attempt: refused, ledger: null };
}

/** Null when one of the two one-connection indexes stands against it. */
async function insert(tx: Tx, merchant: Merchant, attempt: Attempt, grant: Grant): Promise<{ attempt: Attempt; ledger: Ledger | null } | null> {
  const key = [merchant.workspace.id, grant.account, attempt.livemode];
  const made = await tx.maybe<{ generation: number }>(
    `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts, connected_by, swept_to)
     SELECT $1, $2, $3, COALESCE(max(generation), 0) + 1, 'awaiting_confirmation', $4, '{}', $5, max(swept_to)
       FROM connection WHERE workspace_id = $1 AND account = $2 AND livemode = $3
     ON CONFLICT DO NOTHING RETURNING generation`,
    [...key, grant.scope, merchant.actor.id],
  );
  if (!made) return linkedBefore(tx, attempt, grant, key);
  const { generation } = made;
  await appendAudit(tx, merchant.workspace.id, {
    act: 'connection.linked',
    actor: merchant.actor,
    account: grant.account,
    livemode: attempt.livemode,
    after: { generation, scope: grant.scope },
  });
  return {
    attempt: await settleAttempt(tx, attempt, 'awaiting_confirmation', { account: grant.account, generation }),
    ledger: ledgerOfRow({ workspace_id: merchant.workspace.id, account: grant.account, livemode: attempt.livemode, generation }),
  };
}

/** Two windows that approve the same account make one link. */
async function linkedBefore(tx: Tx, attempt: Attempt, grant: Grant, key: readonly unknown[]): Promise<{ attempt: Attempt; ledger: null } | null> {
  const same = await tx.maybe<{ generation: number; state: string }>(
    `SELECT generation, state FROM connection WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND state NOT IN ('revoked', 'disconnected')`,
    key,
  );
  if (!same) return null;
  const outcome = same.state === 'awaiting_confirmation' ? 'awaiting_confirmation' : 'confirmed';
  return { attempt: await settleAttempt(tx, attempt, outcome, { account: grant.account, generation: same.generation }), ledger: null };
}
