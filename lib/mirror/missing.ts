// What a 404 means (INVARIANTS §2.4): a wrong account or mode answers it too, so that one alone buries nothing.
import { entryOf } from '../catalogue/index.ts';
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { listOf } from './companions.ts';
import type { Evidence } from './evidence.ts';
import { get, type Caller } from './fetch.ts';
import { release, settle, type Taken } from './lease.ts';
import { payIn } from './pay.ts';
import { retrying } from './retry.ts';
import { tempo } from './tempo.ts';

/** A second 404, a minute after the first and with an account that answers, makes a tombstone. Never mirrored: then 404 is the answer. */
export async function foundMissing(caller: Caller, taken: Taken): Promise<void> {
  const { ledger } = caller;
  if (listOf(taken)) return close(ledger, taken);
  const standing = await standingOf(ledger, taken);
  if (standing === null) return close(ledger, taken);
  if (!standing.again) {
    await retrying(() => db.as(ledger, (tx) => release(tx, ledger, 'object', [taken], { afterMs: tempo().missingFor, missing: true })));
    return;
  }
  const evidence = await probe(caller);
  await retrying(() => db.as(ledger, (tx) => payIn(tx, ledger, [taken], [{ object: { id: taken.id, object: taken.type, deleted: true }, evidence }])));
}

/** The account answers as itself: it is the object that is gone. */
async function probe(caller: Caller): Promise<Evidence> {
  const { body, evidence } = await get(caller, '/v1/account');
  if (body['id'] !== caller.ledger.account) throw new Error(`The account probe answered as ${String(body['id'])}.`);
  return evidence;
}

async function close(ledger: Ledger, taken: Taken): Promise<void> {
  await retrying(() => db.as(ledger, (tx) => settle(tx, ledger, 'object', [taken])));
}

async function standingOf(ledger: Ledger, taken: Taken): Promise<{ again: boolean } | null> {
  const row = await db.as(ledger, (tx) =>
    tx.maybe<{ deleted: boolean; again: boolean }>(
      `SELECT o.deleted_at IS NOT NULL AS deleted, COALESCE(w.missing_since <= clock_timestamp() - $6 * interval '1 ms', false) AS again
         FROM ${entryOf(taken.type).collection} o
         LEFT JOIN work w ON w.workspace_id = o.workspace_id AND w.account = o.account AND w.livemode = o.livemode AND w.kind = 'object' AND w.type = $5 AND w.id = o.id
        WHERE o.workspace_id = $1 AND o.account = $2 AND o.livemode = $3 AND o.id = $4`,
      [ledger.workspace, ledger.account, ledger.livemode, taken.id, taken.type, tempo().missingFor],
    ),
  );
  return row && !row.deleted ? { again: row.again } : null;
}
