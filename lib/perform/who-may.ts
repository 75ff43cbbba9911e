// Who may refund what somebody else may not: named in the refusal, so that it can be asked of them.
import { capabilities, roles } from '../access/roles.ts';
import type { Tx } from '../db.ts';
import type { Merchant, Role } from '../merchant.ts';
import type { Minor } from '../money.ts';
import { bindingLine, type Line } from './limits.ts';

const NAMED = 3;

/** Names of up to three other members, owners first, who may refund this amount at once; without an amount, those whom nothing binds in this currency. */
export async function mayRefund(tx: Tx, { workspace, actor }: Merchant, currency: string, amount: Minor | null): Promise<string[]> {
  const members = await tx.query<{ id: string; name: string; role: Role }>(
    `SELECT p.id, p.name, m.role FROM membership m JOIN person p ON p.id = m.person_id
      WHERE m.workspace_id = $1 AND p.id::text <> $2 AND p.disabled_at IS NULL AND m.role = ANY($3) ORDER BY array_position($3, m.role), m.created_at LIMIT 100`,
    [workspace.id, actor.id, roles.filter((role) => capabilities[role].includes('refund'))],
  );
  const lines = await tx.query<Line & { whose: string }>(
    'SELECT whose, currency, each, per_day AS day FROM refund_limit WHERE workspace_id = $1 AND num_nonnulls(each, per_day) > 0',
    [workspace.id],
  );
  const may = members.filter(({ id, role }) => {
    const own = [...lines.filter(({ whose }) => whose === id), ...lines.filter(({ whose }) => whose === role)];
    const line = bindingLine(own, role, currency);
    if (line === null) return true;
    return line !== 'none_set' && amount !== null && (line.each === null || amount <= line.each) && (line.day === null || amount <= line.day);
  });
  return may.slice(0, NAMED).map(({ name }) => name);
}
