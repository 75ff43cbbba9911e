// Who belongs to a workspace and as what. There is always at least one owner, and no admin is above one (S9).
import { appendAudit } from '../audit.ts';
import { db, type Tx } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Merchant, Role, Workspace } from '../merchant.ts';
import { merchantBefore } from './merchant-of.ts';

/** Makes a person a member, or gives a member another role. Bites on that person's next request. */
export async function setRole(merchant: Merchant, person: string, role: Role): Promise<void> {
  await change(merchant, person, role);
}

export async function removeMember(merchant: Merchant, person: string): Promise<void> {
  await change(merchant, person, null);
}

/** The command line acts as a named job with an owner's rights. */
export function operator(workspace: Workspace, name: string, livemode = false): Merchant {
  return merchantBefore(workspace, livemode, { kind: 'job', id: 'system', name });
}

export async function listOwners(workspace: string): Promise<{ name: string; email: string }[]> {
  return db.statement<{ name: string; email: string }>(
    `SELECT p.name, p.email FROM membership m JOIN person p ON p.id = m.person_id
      WHERE m.workspace_id = $1 AND m.role = 'owner' AND p.disabled_at IS NULL ORDER BY m.created_at, p.email`,
    [workspace],
  );
}

async function change(merchant: Merchant, person: string, role: Role | null): Promise<void> {
  if (!merchant.can.has('team')) throw new AppError('forbidden', 'Changing who belongs to the team needs the role admin.', { detail: { role: 'admin' } });
  await db.as(merchant, async (tx) => {
    const members = await tx.query<{ person_id: string; role: Role }>(
      'SELECT person_id, role FROM membership WHERE workspace_id = $1 ORDER BY person_id FOR UPDATE',
      [merchant.workspace.id],
    );
    const before = members.find((member) => member.person_id === person)?.role ?? null;
    requireRank(merchant, before, role);
    if (before === 'owner' && role !== 'owner' && members.filter((member) => member.role === 'owner').length === 1)
      throw new AppError('unprocessable', 'A workspace keeps at least one owner. Make somebody else an owner first.', { param: 'role' });
    if (before === role) return;
    await write(tx, merchant.workspace.id, person, role);
    await appendAudit(tx, merchant.workspace.id, {
      act: role === null ? 'member.removed' : before === null ? 'member.added' : 'member.role_set',
      actor: merchant.actor,
      object: { type: 'person', id: person },
      before: { role: before },
      after: { role },
    });
  });
}

/** Only an owner makes, changes or removes an owner. */
function requireRank({ actor }: Merchant, before: Role | null, after: Role | null): void {
  if (actor.kind === 'job' || (actor.kind === 'person' && actor.role === 'owner')) return;
  if (before === 'owner' || after === 'owner') throw new AppError('forbidden', 'Only an owner decides about owners.', { detail: { role: 'owner' } });
}

async function write(tx: Tx, workspace: string, person: string, role: Role | null): Promise<void> {
  if (role === null) {
    await tx.query('DELETE FROM membership WHERE workspace_id = $1 AND person_id = $2', [workspace, person]);
    return;
  }
  await tx.query(
    `INSERT INTO membership (workspace_id, person_id, role) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, person_id) DO UPDATE SET role = excluded.role`,
    [workspace, person, role],
  );
}
