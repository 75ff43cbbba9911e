// Event → mirror: what it carries is shown at once, what it touches is owed (INVARIANTS §2.2). In the transaction that marks the event done (I6).
import { entryOf, findEntry } from '../catalogue/index.ts';
import type { Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { evidenceOfEvent } from './evidence.ts';
import type { Ref } from './owe.ts';
import { unpack, type StripeEvent, type Neighbour } from './unpack.ts';
import { writeShown } from './write.ts';

/** `current`: received in this generation of the connection. Answers whether the event's own object is of a mirrored type. */
export async function applyEvent(tx: Tx, ledger: Ledger, event: StripeEvent, current: boolean): Promise<'done' | 'ignored'> {
  const { object, usable, neighbours } = unpack(event, current);
  const own: Ref[] = object && !usable ? [{ type: object.object, id: object.id }] : [];
  const owed = [...own, ...(await resolve(tx, ledger, neighbours))];
  await writeShown(tx, ledger, object && usable ? [{ object, evidence: evidenceOfEvent(event) }] : [], owed);
  return object ? 'done' : 'ignored';
}

async function resolve(tx: Tx, ledger: Ledger, neighbours: readonly Neighbour[]): Promise<Ref[]> {
  const refs: Ref[] = [];
  for (const neighbour of neighbours) {
    if (!findEntry(neighbour.type)) continue;
    if (neighbour.how === 'children') refs.push(...(await childrenOf(tx, ledger, neighbour)));
    else if (neighbour.how === 'object' || (await isNew(tx, ledger, neighbour))) refs.push({ type: neighbour.type, id: neighbour.id });
  }
  return refs;
}

async function childrenOf(tx: Tx, ledger: Ledger, { type, column, id }: { type: string; column: string; id: string }): Promise<Ref[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM ${entryOf(type).collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND "${column}" = $4 AND deleted_at IS NULL`,
    [ledger.workspace, ledger.account, ledger.livemode, id],
  );
  return rows.map((row) => ({ type, id: row.id }));
}

async function isNew(tx: Tx, ledger: Ledger, { type, id }: Ref): Promise<boolean> {
  const row = await tx.maybe(`SELECT 1 AS known FROM ${entryOf(type).collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = $4`, [
    ledger.workspace,
    ledger.account,
    ledger.livemode,
    id,
  ]);
  return row === null;
}
