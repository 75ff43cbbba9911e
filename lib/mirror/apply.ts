// Event → mirror: what it carries is shown at once, what it touches is owed (INVARIANTS §2.2). In the transaction that marks the event done (I6).
import { entryOf, findEntry } from '../catalogue/index.ts';
import type { Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { evidenceOfEvent } from './evidence.ts';
import type { Ref } from './owe.ts';
import { unpack, type StripeEvent, type Neighbour } from './unpack.ts';
import { writeShown } from './write.ts';

/** `current`: received in this generation of the connection. */
export type Arrived = { readonly event: StripeEvent; readonly current: boolean };

/** Answers for each whether its own object is of a mirrored type. Of several with one object the latest copy is written; what none of them decides is owed. */
export async function applyEvents(tx: Tx, ledger: Ledger, arrived: readonly Arrived[]): Promise<('done' | 'ignored')[]> {
  const unpacked = arrived.map(({ event, current }) => ({ event, ...unpack(event, current) }));
  const own = unpacked.flatMap(({ object, usable }): Ref[] => (object && !usable ? [{ type: object.object, id: object.id }] : []));
  const owed = await resolve(
    tx,
    ledger,
    unpacked.flatMap(({ neighbours }) => neighbours),
  );
  const shown = unpacked.flatMap(({ event, object, usable }) => (object && usable ? [{ object, evidence: evidenceOfEvent(event) }] : []));
  await writeShown(tx, ledger, shown, [...own, ...owed]);
  return unpacked.map(({ object }) => (object ? 'done' : 'ignored'));
}

async function resolve(tx: Tx, ledger: Ledger, neighbours: readonly Neighbour[]): Promise<Ref[]> {
  const known = neighbours.filter((neighbour) => findEntry(neighbour.type));
  const refs: Ref[] = known.filter(({ how }) => how === 'object').map(({ type, id }) => ({ type, id }));
  for (const neighbour of known) if (neighbour.how === 'children') refs.push(...(await childrenOf(tx, ledger, neighbour)));
  const unsure = Map.groupBy(
    known.filter(({ how }) => how === 'if_new'),
    ({ type }) => type,
  );
  for (const [type, ofType] of unsure) refs.push(...(await newOf(tx, ledger, type, [...new Set(ofType.map(({ id }) => id))])));
  return refs;
}

async function childrenOf(tx: Tx, ledger: Ledger, { type, column, id }: { type: string; column: string; id: string }): Promise<Ref[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM ${entryOf(type).collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND "${column}" = $4 AND deleted_at IS NULL`,
    [ledger.workspace, ledger.account, ledger.livemode, id],
  );
  return rows.map((row) => ({ type, id: row.id }));
}

async function newOf(tx: Tx, ledger: Ledger, type: string, ids: readonly string[]): Promise<Ref[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM ${entryOf(type).collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = ANY($4)`,
    [ledger.workspace, ledger.account, ledger.livemode, ids],
  );
  const mirrored = new Set(rows.map((row) => row.id));
  return ids.filter((id) => !mirrored.has(id)).map((id) => ({ type, id }));
}
