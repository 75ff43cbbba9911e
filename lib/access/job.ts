// The maker for background work: a Ledger from the account's route or from a stored row, an actor named after the job.
import { db, type Tx } from '../db.ts';
import { makeLedger, type Ledger } from '../ledger.ts';
import { makeMerchant, type Merchant } from '../merchant.ts';
import { capabilitiesOf } from './roles.ts';

/** Whose events an account's are, read from its route in the caller's routing transaction; null when nobody's. */
export async function ledgerOfAccount(tx: Tx, account: string, livemode: boolean): Promise<Ledger | null> {
  const route = await tx.maybe<{ workspace_id: string; generation: number }>(
    'SELECT workspace_id, generation FROM account_route WHERE account = $1 AND livemode = $2',
    [account, livemode],
  );
  return route && makeLedger({ workspace: route.workspace_id, account, livemode, generation: route.generation });
}

/** Every routed ledger, for sweeps and reports. */
export async function routedLedgers(): Promise<Ledger[]> {
  const routes = await db.routing((tx) =>
    tx.query<{ workspace_id: string; account: string; livemode: boolean; generation: number }>(
      'SELECT workspace_id, account, livemode, generation FROM account_route ORDER BY account, livemode',
    ),
  );
  return routes.map((route) => makeLedger({ workspace: route.workspace_id, account: route.account, livemode: route.livemode, generation: route.generation }));
}

/** The ledger a stored row (work, connection, operation, oauth_state) belongs to. */
export function ledgerOfRow(row: { workspace_id: string; account: string; livemode: boolean; generation: number }): Ledger {
  return makeLedger({ workspace: row.workspace_id, account: row.account, livemode: row.livemode, generation: row.generation });
}

/** A named job acting for the workspace of a ledger. Its rights are an owner's: what it may do is decided by the code that runs it. */
export async function merchantForJob(ledger: Ledger, job: string): Promise<Merchant> {
  const workspace = await db.routing((tx) =>
    tx.one<{ id: string; slug: string; name: string; time_zone: string; locale: string }>(
      'SELECT id, slug, name, time_zone, locale FROM workspace WHERE id = $1',
      [ledger.workspace],
    ),
  );
  return makeMerchant({
    workspace: { id: workspace.id, slug: workspace.slug, name: workspace.name, timeZone: workspace.time_zone, locale: workspace.locale },
    livemode: ledger.livemode,
    actor: { kind: 'job', id: 'system', name: job },
    can: capabilitiesOf('owner'),
    ledger,
  });
}
