// The completer: takes up operations whose maker died, lost the answer or must wait, with the same row and the same key. Every worker runs it.
import { ledgerOfRow } from '../access/job.ts';
import { sleep } from '../clock.ts';
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

/** Operations that this process has in hand at once, and of one account: a lane holds no connection while Stripe is asked. */
const LANES = 48;
const LANES_OF_ACCOUNT = 3;
/** A call that hangs is not waited for: its lane stays taken, and the next look goes on with the others (I14). */
const LINGER_MS = 1_000;

const inHand = new Map<Promise<void>, string>();
let taking: Promise<unknown> = Promise.resolve();

/**
 * Takes what is due now; answers how many operations it took or that moved. Never throws for one operation's sake. What is not done within a
 * second goes on by itself: `finishInHand` waits for it.
 */
export async function completeDue(options: CompleteOptions = {}): Promise<number> {
  const turn = taking.then(() => start(options));
  taking = turn.catch(() => {});
  const started = await turn;
  const over = new AbortController();
  await Promise.race([Promise.all(started), sleep(LINGER_MS, over.signal)]);
  over.abort();
  return started.length + (await followRefunds());
}

/** Until nothing is in hand in this process any more; takes no more than a call's time-out and a transaction. */
export async function finishInHand(): Promise<void> {
  while (inHand.size > 0) await Promise.all(inHand.keys());
}

async function start(options: CompleteOptions): Promise<Promise<void>[]> {
  const limit = Math.min(options.limit ?? LANES, LANES - inHand.size);
  if (limit <= 0) return [];
  const claims = await takeDue({ limit, perAccount: LANES_OF_ACCOUNT, inHand: [...inHand.values()] });
  return claims.map((claim) => {
    const lane = complete(claim, options).finally(() => inHand.delete(lane));
    inHand.set(lane, claim.ledger.account);
    return lane;
  });
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
