// The maker for people: their membership of a workspace becomes a Merchant. Read anew at every request, so that a changed role bites at once (I11).
import { db } from '../db.ts';
import { makeLedger, type Ledger } from '../ledger.ts';
import { makeMerchant, type Actor, type Merchant, type Role, type Workspace } from '../merchant.ts';
import { capabilitiesOf, isRole } from './roles.ts';
import type { SignedIn } from './session-row.ts';
import { isSlug } from './slug.ts';

/** Null for an unknown workspace, a foreign one and a wrong mode alike. */
export async function findMerchantOf(signedIn: SignedIn, slug: string, mode: string): Promise<Merchant | null> {
  if ((mode !== 'test' && mode !== 'live') || !isSlug(slug)) return null;
  const [row] = await db.statement<WorkspaceRow & { role: string }>(
    `SELECT w.id, w.slug, w.name, w.time_zone, w.locale, m.role FROM workspace w JOIN membership m ON m.workspace_id = w.id WHERE w.slug = $1 AND m.person_id = $2`,
    [slug, signedIn.person.id],
  );
  if (!row || !isRole(row.role)) return null;
  const { id, name, email } = signedIn.person;
  return merchantWith(workspaceOf(row), mode === 'live', { kind: 'person', id, name, email, role: row.role, session: signedIn.session }, row.role);
}

/** An operator at the command line, or a person whose workspace is being made. */
export function merchantBefore(workspace: Workspace, livemode: boolean, actor: Actor): Merchant {
  return makeMerchant({ workspace, livemode, actor, can: capabilitiesOf('owner'), ledger: null });
}

export async function merchantWith(workspace: Workspace, livemode: boolean, actor: Actor, role: Role): Promise<Merchant> {
  const base = { workspace, livemode, actor, can: capabilitiesOf(role) };
  return makeMerchant({ ...base, ledger: await ledgerOf(makeMerchant({ ...base, ledger: null })) });
}

/** The newest connection of the mode, open or ended. Nothing is mirrored before "Yes, start", nor of one that never got it. */
export async function ledgerOf(merchant: Merchant): Promise<Ledger | null> {
  const newest = await db.as(merchant, (tx) =>
    tx.maybe<{ account: string; generation: number; state: string }>(
      `SELECT account, generation, state FROM connection
        WHERE workspace_id = $1 AND livemode = $2 AND NOT (state IN ('disconnected', 'revoked') AND confirmed_at IS NULL AND live_at IS NULL)
        ORDER BY created_at DESC, generation DESC LIMIT 1`,
      [merchant.workspace.id, merchant.livemode],
    ),
  );
  if (!newest || newest.state === 'awaiting_confirmation') return null;
  return makeLedger({ workspace: merchant.workspace.id, account: newest.account, livemode: merchant.livemode, generation: newest.generation });
}

export type WorkspaceRow = { id: string; slug: string; name: string; time_zone: string; locale: string };

export function workspaceOf(row: WorkspaceRow): Workspace {
  return { id: row.id, slug: row.slug, name: row.name, timeZone: row.time_zone, locale: row.locale };
}
