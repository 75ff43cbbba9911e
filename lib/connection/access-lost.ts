// Revoked means quiet (I9): access in doubt suspends at once, then one probe as that account decides. Nothing is erased.
import { appendAudit } from '../audit.ts';
import { db, type Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import type { Actor } from '../merchant.ts';
import { tempo } from '../mirror/tempo.ts';
import { publish, wakeWorkers } from '../publish.ts';
import { isAccessLost, platformStripe, stripeAs } from '../stripe.ts';

const watcher: Actor = { kind: 'job', id: 'system', name: 'connection' };

/** A call to Stripe was refused as if access were gone: suspend, then probe. Safe to call from any number of failing calls at once. */
export async function accessLost(ledger: Ledger, why: string): Promise<void> {
  await db.as(ledger, (tx) => suspend(tx, ledger, why));
  await probe(ledger);
}

/** False when the connection is not one that can lose access: another generation, already suspended, or ended. */
export async function suspend(tx: Tx, ledger: Ledger, why: string): Promise<boolean> {
  const moved = await tx.run(
    `UPDATE connection SET state = 'suspended', state_at = clock_timestamp(), probed_at = NULL, probes = 0
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND state IN ('backfilling', 'live')`,
    keyOf(ledger),
  );
  if (moved === 0) return false;
  await pause(tx, ledger, true);
  await tell(tx, ledger, 'connection.suspended', { why: why.slice(0, 200) });
  return true;
}

/** One probe, claimed by one caller. Without a clear answer the next is due later each time: never more than three calls a minute (I9). */
export async function probe(ledger: Ledger): Promise<'resumed' | 'revoked' | 'unclear' | 'not_due'> {
  const { factor } = tempo();
  const claimed = await db.as(ledger, (tx) =>
    tx.run(
      `UPDATE connection SET probed_at = clock_timestamp(), probes = probes + 1
        WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND state = 'suspended'
          AND (probed_at IS NULL OR probed_at < clock_timestamp() - least(power(2, least(probes, 10) - 1) * 60, 1800) * $5 * interval '1 s')`,
      [...keyOf(ledger), factor],
    ),
  );
  if (claimed === 0) return 'not_due';
  const answer = await ask(ledger);
  if (answer === 'unclear') return answer;
  await db.as(ledger, (tx) => (answer === 'resumed' ? resume(tx, ledger) : revoke(tx, ledger)));
  return answer;
}

async function ask(ledger: Ledger): Promise<'resumed' | 'revoked' | 'unclear'> {
  try {
    await stripeAs(ledger, 'mirror').accounts.retrieveCurrent();
    return 'resumed';
  } catch (error) {
    if (!isAccessLost(error)) {
      log.warn({ err: error, account: ledger.account }, 'the probe of an account had no clear answer');
      return 'unclear';
    }
  }
  // Our own key may be what is refused. Then no account is gone, and revoking them all would be our mistake.
  try {
    await platformStripe(ledger.livemode).accounts.retrieveCurrent();
    return 'revoked';
  } catch (error) {
    log.error({ err: error, livemode: ledger.livemode }, 'Stripe does not accept the platform key: accounts stay suspended until it does');
    return 'unclear';
  }
}

async function resume(tx: Tx, ledger: Ledger): Promise<void> {
  const moved = await tx.run(
    `UPDATE connection SET state = CASE WHEN live_at IS NULL THEN 'backfilling' ELSE 'live' END, state_at = clock_timestamp()
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND state = 'suspended'`,
    keyOf(ledger),
  );
  if (moved === 0) return;
  await pause(tx, ledger, false);
  await tell(tx, ledger, 'connection.resumed', {});
  await wakeWorkers(tx);
}

async function revoke(tx: Tx, ledger: Ledger): Promise<void> {
  const moved = await tx.run(
    `UPDATE connection SET state = 'revoked', state_at = clock_timestamp(), ended_at = clock_timestamp()
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND state = 'suspended'`,
    keyOf(ledger),
  );
  if (moved === 0) return;
  await tx.query('DELETE FROM account_route WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4', keyOf(ledger));
  await tell(tx, ledger, 'connection.revoked', {});
}

async function pause(tx: Tx, ledger: Ledger, paused: boolean): Promise<void> {
  await tx.query('UPDATE account_route SET paused = $5 WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4', [
    ...keyOf(ledger),
    paused,
  ]);
}

async function tell(tx: Tx, ledger: Ledger, act: string, after: Readonly<Record<string, unknown>>): Promise<void> {
  await appendAudit(tx, ledger.workspace, {
    act,
    actor: watcher,
    account: ledger.account,
    livemode: ledger.livemode,
    after: { generation: ledger.generation, ...after },
  });
  await publish(tx, ledger, [ledger.account]);
}

function keyOf(ledger: Ledger): unknown[] {
  return [ledger.workspace, ledger.account, ledger.livemode, ledger.generation];
}
