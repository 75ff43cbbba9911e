// The completer: takes up operations whose maker died, lost the answer or must wait, with the same row and the same key. Every worker runs it.
import { ledgerOfRow } from '../access/job.ts';
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import type { Actor } from '../merchant.ts';
import { attempt } from './attempt.ts';
import { takeDue, type Claim } from './claim.ts';
import type { LastError } from './evidence.ts';
import { followRefunds } from './follow.ts';

export type CompleteOptions = {
  readonly limit?: number;
  /** Told once per loss of access that an operation met, also one that another process met. */
  readonly onAccessLost?: (ledger: Ledger, why: string) => Promise<void>;
};

const completer: Actor = { kind: 'job', id: 'system', name: 'completer' };

/** Operations of one account that one pass takes. */
const PER_ACCOUNT = 3;

/** Accounts that a pass of this process is at: one that hangs holds up that pass, and no other takes any of it. */
const busy = new Map<string, number>();
let taking: Promise<unknown> = Promise.resolve();

/** Takes what is due now; answers how many operations moved or were tried. Never throws for one operation's sake. Several passes may run at once. */
export async function completeDue(options: CompleteOptions = {}): Promise<number> {
  const taken = taking.then(() => takeFrom(options.limit ?? 8));
  taking = taken.catch(() => {});
  const claims = await taken;
  await Promise.all(claims.map((claim) => complete(claim, options).finally(() => leave(claim.ledger.account))));
  return claims.length + (await followRefunds());
}

async function takeFrom(limit: number): Promise<Claim[]> {
  const claims = await takeDue({ limit, perAccount: PER_ACCOUNT, without: [...busy.keys()] });
  for (const { ledger } of claims) busy.set(ledger.account, (busy.get(ledger.account) ?? 0) + 1);
  return claims;
}

function leave(account: string): void {
  const left = busy.get(account)! - 1;
  if (left === 0) busy.delete(account);
  else busy.set(account, left);
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
