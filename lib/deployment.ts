// The environment guard (INVARIANTS §1.3): the database names the deployment it serves, and a copy of it may not act on Stripe nor write to people.
import { db, type Tx } from './db.ts';
import { deploymentId } from './env.ts';

/** `restored_copy`: this database serves another deployment. `restored`: it was put back from a backup, and what happened since is still to be read. */
export type Standing = 'ours' | 'restored_copy' | 'restored';

/** The first deployment to ask on a new database is the one it serves. */
export async function standingOf(tx: Tx): Promise<Standing> {
  const id = deploymentId();
  let known = await read(tx);
  if (!known) {
    await tx.query('INSERT INTO deployment (id) VALUES ($1) ON CONFLICT DO NOTHING', [id]);
    known = (await read(tx))!;
  }
  if (known.id !== id) return 'restored_copy';
  return known.restored ? 'restored' : 'ours';
}

/** For pages and jobs, in a transaction of its own. */
export async function findStanding(): Promise<Standing> {
  return db.routing(standingOf);
}

/** True where this process may write to Stripe, and mail may leave it. */
export async function isOurs(tx: Tx): Promise<boolean> {
  return (await standingOf(tx)) === 'ours';
}

function read(tx: Tx): Promise<{ id: string; restored: boolean } | null> {
  return tx.maybe('SELECT id, restored_at IS NOT NULL AS restored FROM deployment');
}
