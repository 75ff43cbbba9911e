// How far the history of a type has been read: what an empty or short list may honestly say.
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';

export type History = {
  /** Of all types asked for: the one that is furthest behind. */
  readonly state: 'done' | 'running' | 'failed' | 'waiting';
  readonly rows: number;
  /** Nothing is missing that is younger than this; null while nothing was read. */
  readonly backTo: Date | null;
};

/** Stripe lists newest first, so what was read reaches back from now to `backTo`. */
export async function readHistory(ledger: Ledger, types: readonly string[]): Promise<History> {
  const rows = await db.as(ledger, (tx) =>
    tx.query<{ type: string; state: string; rows: bigint; oldest: Date | null }>(
      `SELECT type, state, rows, oldest FROM backfill WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND type = ANY($5)`,
      [ledger.workspace, ledger.account, ledger.livemode, ledger.generation, types],
    ),
  );
  const open = rows.filter(({ state }) => state !== 'done');
  const state = rows.length < types.length ? 'waiting' : (['failed', 'waiting', 'running'] as const).find((word) => open.some((row) => row.state === word));
  const unread = rows.length < types.length || open.some(({ oldest }) => oldest === null);
  const oldest = open.map((row) => row.oldest).filter((at) => at !== null);
  return {
    state: state ?? (open.length > 0 ? 'running' : 'done'),
    rows: rows.reduce((sum, row) => sum + Number(row.rows), 0),
    backTo: unread || oldest.length === 0 ? null : new Date(Math.max(...oldest.map((at) => at.getTime()))),
  };
}
