// The completer: takes up operations whose maker died, lost the answer or must wait, with the same row and the same key. Every worker runs it.
import { ledgerOfRow } from '../access/job.ts';
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import type { Actor } from '../merchant.ts';
import { attempt } from './attempt.ts';
import { takeWork, type Claim } from './claim.ts';
import type { LastError } from './evidence.ts';
import { followRefunds } from './follow.ts';

export type CompleteOptions = {
  readonly limit?: number;
  /** Told once per loss of access that an operation met, also one that another process met. */
  readonly onAccessLost?: (ledger: Ledger, why: string) => Promise<void>;
};

const completer: Actor = { kind: 'job', id: 'system', name: 'completer' };

/** Takes what is due now; answers how many operations moved or were tried. Never throws for one operation's sake. */
export async function completeDue(options: CompleteOptions = {}): Promise<number> {
  const claims = await takeWork({ limit: options.limit ?? 8 });
  await Promise.all(claims.map((claim) => complete(claim, options)));
  return claims.length + (await followRefunds());
}

async function complete(claim: Claim, options: CompleteOptions): Promise<void> {
  try {
    await tell(claim, options);
    await attempt(claim, completer);
    await tell(claim, options);
  } catch (error) {
    log.error({ err: error, operation: claim.operation }, 'an operation could not be completed now; its lease will end');
  }
}

/** Before the next try as well: the connection's own probe decides, and pauses what must pause, without spending another call here. */
async function tell({ ledger, operation }: Claim, { onAccessLost }: CompleteOptions): Promise<void> {
  if (!onAccessLost) return;
  const met = await db.as(ledger, (tx) =>
    tx.maybe<{ generation: number; why: LastError }>(
      `UPDATE operation SET last_error = last_error || '{"told": true}' WHERE workspace_id = $1 AND id = $2 AND last_error ->> 'kind' = 'no_access' AND last_error ->> 'told' IS NULL
       RETURNING generation, last_error AS why`,
      [ledger.workspace, operation],
    ),
  );
  if (met)
    await onAccessLost(
      ledgerOfRow({ workspace_id: ledger.workspace, account: ledger.account, livemode: ledger.livemode, generation: met.generation }),
      met.why.message,
    );
}
