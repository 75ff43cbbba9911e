// The refund limits of a workspace as they stand: what roles, members and the workspace itself have set.
import { capabilities, roles } from '../access/roles.ts';
import { db } from '../db.ts';
import type { Merchant, Role } from '../merchant.ts';
import type { Minor } from '../money.ts';
import type { Line } from './limits.ts';

export type LimitLines = {
  readonly roles: readonly { readonly role: Role; readonly lines: readonly Line[] }[];
  /** Members whose role refunds; `lines` are their own, which win over the role's. */
  readonly people: readonly { readonly id: string; readonly name: string; readonly role: Role; readonly lines: readonly Line[] }[];
  readonly stepUp: readonly { readonly currency: string; readonly amount: Minor }[];
  /** Currencies this ledger has taken money in, or keeps it in. */
  readonly used: readonly string[];
};

export async function readLimitLines(merchant: Merchant): Promise<LimitLines> {
  const { workspace, ledger, livemode } = merchant;
  const refunding = roles.filter((role) => capabilities[role].includes('refund'));
  return db.as(merchant, async (tx) => {
    const lines = await tx.query<Line & { whose: string }>(
      'SELECT whose, currency, each, per_day AS day FROM refund_limit WHERE workspace_id = $1 AND num_nonnulls(each, per_day) > 0 ORDER BY currency',
      [workspace.id],
    );
    const people = await tx.query<{ id: string; name: string; role: Role }>(
      `SELECT p.id, p.name, m.role FROM membership m JOIN person p ON p.id = m.person_id
        WHERE m.workspace_id = $1 AND p.disabled_at IS NULL AND m.role = ANY($2) ORDER BY array_position($2, m.role), p.name, p.id LIMIT 200`,
      [workspace.id, refunding],
    );
    const stepUp = await tx.query<{ currency: string; amount: bigint }>(
      'SELECT currency, amount FROM step_up_amount WHERE workspace_id = $1 ORDER BY currency',
      [workspace.id],
    );
    const used = await tx.query<{ currency: string }>(
      `SELECT DISTINCT currency FROM (
         (SELECT facts ->> 'currency' AS currency FROM connection WHERE workspace_id = $1 AND livemode = $2 AND account = $3)
         UNION ALL (SELECT currency FROM payments WHERE workspace_id = $1 AND account = $3 AND livemode = $2 ORDER BY created DESC LIMIT 500)) AS lately
        WHERE currency ~ '^[a-z]{3}$' ORDER BY currency`,
      [workspace.id, livemode, ledger?.account ?? ''],
    );
    const of = (whose: string) => lines.filter((line) => line.whose === whose).map(({ currency, each, day }) => ({ currency, each, day }));
    return {
      roles: refunding.map((role) => ({ role, lines: of(role) })),
      people: people.map((person) => ({ ...person, lines: of(person.id) })),
      stepUp,
      used: used.map(({ currency }) => currency),
    };
  });
}

/** Whether `setRefundLimit` would take a line of this role from this merchant: nobody but an owner sets limits of their own role or one above. */
export function maySetLimitsOf({ actor, can }: Merchant, role: Role): boolean {
  if (actor.kind !== 'person' || !can.has('team')) return false;
  return actor.role === 'owner' || roles.indexOf(actor.role) < roles.indexOf(role);
}
