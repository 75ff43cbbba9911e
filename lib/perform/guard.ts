// The environment guard (INVARIANTS §1.3): the database names the deployment it serves, and a copy of it may not act on Stripe.
import type { Tx } from '../db.ts';
import { deploymentId } from '../env.ts';

/** True where this process may write to Stripe. The first deployment to ask on a new database is the one it serves. */
export async function isOurs(tx: Tx): Promise<boolean> {
  const id = deploymentId();
  const known = await tx.maybe<{ id: string }>('SELECT id FROM deployment');
  if (known) return known.id === id;
  await tx.query('INSERT INTO deployment (id) VALUES ($1) ON CONFLICT DO NOTHING', [id]);
  return (await tx.one<{ id: string }>('SELECT id FROM deployment')).id === id;
}
