// Whether those who have a stream open may go on hearing: read again every few seconds, and never counted as use of the session.
import { db } from '../db.ts';
import type { Merchant } from '../merchant.ts';
import { ALIVE } from './session-row.ts';

/** One answer per merchant, in order: the account it may hear of now, or null once its session, person, role or workspace no longer stands as it was. */
export async function findStanding(merchants: readonly Merchant[]): Promise<({ account: string | null } | null)[]> {
  if (merchants.length === 0) return [];
  const people = merchants.map(({ actor, workspace, livemode }) =>
    actor.kind === 'person' ? { session: actor.session, person: actor.id, role: actor.role, workspace: workspace.id, livemode } : null,
  );
  const rows = await db.statement<{ place: number; account: string | null }>(
    `SELECT w.place, r.account FROM jsonb_to_recordset($1::jsonb) AS w(place int, session uuid, person uuid, role text, workspace uuid, livemode boolean)
       JOIN session s ON s.id = w.session AND s.person_id = w.person JOIN person p ON p.id = s.person_id
       JOIN membership m ON m.workspace_id = w.workspace AND m.person_id = w.person AND m.role = w.role
       LEFT JOIN account_route r ON r.workspace_id = w.workspace AND r.livemode = w.livemode
      WHERE ${ALIVE}`,
    [JSON.stringify(people.flatMap((person, place) => (person ? [{ place, ...person }] : [])))],
  );
  const standing = new Map(rows.map((row) => [row.place, { account: row.account }]));
  return merchants.map((_, place) => standing.get(place) ?? null);
}
