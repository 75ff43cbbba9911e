// Gives access back to Stripe, as an operation like any other write: recorded first, sent at most once per generation, finished by the completer after a crash.
import { appendAudit } from '../audit.ts';
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import type { Merchant } from '../merchant.ts';
import { perform } from '../perform/run.ts';
import { publish } from '../publish.ts';
import { settleAttemptsOf } from './attempt.ts';

/** True once Stripe has taken it back. The token is the link's own, so that asking again only reads how far the first call came. */
export async function giveBack(merchant: Merchant, ledger: Ledger): Promise<boolean> {
  const outcome = await perform(
    merchant,
    'deauthorize',
    { account: ledger.account, generation: ledger.generation },
    { clientToken: `deauthorize:${ledger.account}:${ledger.livemode ? 'live' : 'test'}:${ledger.generation}` },
  );
  if (outcome.kind !== 'done') return false;
  await db.as(ledger, async (tx) => {
    const ended = await tx.run(
      `UPDATE connection SET state = 'disconnected', state_at = clock_timestamp(), ended_at = clock_timestamp()
        WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND state = 'awaiting_confirmation'`,
      [ledger.workspace, ledger.account, ledger.livemode, ledger.generation],
    );
    if (ended === 0) return;
    await settleAttemptsOf(tx, ledger, 'disconnected');
    const { actor } = merchant;
    await appendAudit(tx, ledger.workspace, {
      act: 'connection.disconnected',
      actor,
      account: ledger.account,
      livemode: ledger.livemode,
      after: { generation: ledger.generation },
    });
    await publish(tx, ledger, [ledger.account]);
  });
  return true;
}
