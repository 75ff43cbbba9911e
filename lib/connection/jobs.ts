// What a connection waits for when nobody does anything: the worker calls this every few seconds, any number of workers at once.
import { ledgerOfRow, merchantForJob } from '../access/job.ts';
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import { accessLost } from './access-lost.ts';
import { refuseLink } from './decide.ts';
import { giveBack } from './give-back.ts';

type Keys = { workspace_id: string; account: string; livemode: boolean; generation: number };

export async function runConnectionJobs(): Promise<void> {
  await each('a link without an answer', await unanswered(), async (ledger) => {
    const merchant = await merchantForJob(ledger, 'connection');
    if (await refuseLink(ledger, 'connection.lapsed', merchant.actor)) await giveBack(merchant, ledger);
  });
  await each('access to give back', await declined(), async (ledger) => giveBack(await merchantForJob(ledger, 'connection'), ledger));
  await each('a probe', await paused(), (ledger) => accessLost(ledger, 'A call was refused, and whoever made it did not come to say so.'));
  await each('kept events', await toHandOn(), handOn);
}

/** A link gets 24 hours for "Yes, start"; then the access goes back to Stripe. */
function unanswered(): Promise<Keys[]> {
  return list(`outcome = 'awaiting_confirmation' AND used_at < clock_timestamp() - interval '24 hours'`);
}

function declined(): Promise<Keys[]> {
  return list(`outcome = 'declined' AND decided_at < clock_timestamp() - interval '15 s'`);
}

function toHandOn(): Promise<Keys[]> {
  return list(`outcome = 'confirmed' AND NOT handed_on`);
}

function list(where: string): Promise<Keys[]> {
  return db.routing((tx) =>
    tx.query<Keys>(`SELECT DISTINCT workspace_id, account, livemode, generation FROM oauth_state WHERE ${where} AND generation IS NOT NULL LIMIT 100`),
  );
}

/** Suspended, or about to be: a refused call pauses the route first, and its process may have died of anything since. */
function paused(): Promise<Keys[]> {
  return db.routing((tx) => tx.query<Keys>('SELECT workspace_id, account, livemode, generation FROM account_route WHERE paused LIMIT 100'));
}

/**
 * Events kept since the account was linked go to the mirror now; older ones are told by the lists. Done until 30 s after the answer,
 * so that one kept by a transaction that had not yet seen the route is not left behind.
 */
async function handOn(ledger: Ledger): Promise<void> {
  await db.routing(async (tx) => {
    await tx.query(
      `UPDATE inbox SET state = 'kept', next_at = clock_timestamp()
        WHERE account = $1 AND livemode = $2 AND state = 'unrouted'
          AND received_at >= (SELECT min(used_at) FROM oauth_state WHERE account = $1 AND livemode = $2 AND generation = $3 AND workspace_id = $4)`,
      [ledger.account, ledger.livemode, ledger.generation, ledger.workspace],
    );
    await tx.query(
      `UPDATE oauth_state SET handed_on = true
        WHERE account = $1 AND livemode = $2 AND generation = $3 AND workspace_id = $4 AND outcome = 'confirmed' AND decided_at < clock_timestamp() - interval '30 s'`,
      [ledger.account, ledger.livemode, ledger.generation, ledger.workspace],
    );
  });
}

async function each(what: string, keys: readonly Keys[], act: (ledger: Ledger) => Promise<unknown>): Promise<void> {
  for (const key of keys) {
    try {
      await act(ledgerOfRow(key));
    } catch (error) {
      log.error({ err: error, account: key.account }, `${what}: failed, tried again in a moment`);
    }
  }
}
