import type { Entry } from '../catalogue/define.ts';
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { isId, MIRRORED, type Mirrored } from './mirrored.ts';

/** One object of the ledger, tombstones included; null when this ledger has none by that id, whoever else may. */
export async function findObject(ledger: Ledger, entry: Entry, id: string): Promise<Mirrored | null> {
  if (!isId(id)) return null;
  return db.as(ledger, (tx) =>
    tx.maybe<Mirrored>(`SELECT ${MIRRORED} FROM ${entry.collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = $4`, [
      ledger.workspace,
      ledger.account,
      ledger.livemode,
      id,
    ]),
  );
}
