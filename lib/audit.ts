// The audit log (I12): append-only, one hash chain per workspace. Entries hold ids; names and free text lie beside the chain.
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Tx } from './db.ts';
import type { Actor } from './merchant.ts';

export type AuditEntry = {
  /** A dotted verb in the past tense: refund.asked, connection.confirmed, member.added. */
  act: string;
  actor: Actor;
  account?: string | undefined;
  livemode?: boolean | undefined;
  object?: { type: string; id: string } | undefined;
  operation?: string | undefined;
  /** Stripe's request id, where the act reached Stripe. */
  request?: string | undefined;
  before?: Readonly<Record<string, unknown>> | undefined;
  after?: Readonly<Record<string, unknown>> | undefined;
  /** Free text of people (a reason, a note): kept outside the chain so that it can be erased. */
  texts?: Readonly<Record<string, string>> | undefined;
};

/** Appends one entry in the caller's transaction, which must be set to this workspace. Serialised per workspace until commit. */
export async function appendAudit(tx: Tx, workspace: string, entry: AuditEntry): Promise<bigint> {
  // FOR UPDATE on the last row does not serialise two first appends; an advisory lock does.
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 20260101))', [workspace]);
  const last = await tx.maybe<{ seq: bigint; hash: string }>('SELECT seq, hash FROM audit_entry WHERE workspace_id = $1 ORDER BY seq DESC LIMIT 1', [
    workspace,
  ]);
  const { at } = await tx.one<{ at: string }>(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at`);
  const seq = (last?.seq ?? 0n) + 1n;
  const prev = last?.hash ?? GENESIS;
  const body = bodyOf(entry);
  await tx.query('INSERT INTO audit_entry (workspace_id, seq, at, body, prev_hash, hash) VALUES ($1, $2, $3, $4, $5, $6)', [
    workspace,
    seq,
    at,
    JSON.stringify(body),
    prev,
    hashOf(workspace, seq, at, body, prev),
  ]);
  for (const [field, text] of Object.entries({ actor: entry.actor.name, ...entry.texts })) {
    await tx.query('INSERT INTO audit_text (workspace_id, seq, field, text) VALUES ($1, $2, $3, $4)', [workspace, seq, field, text]);
  }
  return seq;
}

export const GENESIS = '0'.repeat(64);

/** What an entry's hash covers: workspace, position, instant in µs, canonical body, and the hash before it. */
export function hashOf(workspace: string, seq: bigint, at: string, body: unknown, prev: string): string {
  return createHash('sha256')
    .update([workspace, seq.toString(), at, canonicalize(body), prev].join('\n'))
    .digest('hex');
}

function bodyOf(entry: AuditEntry): Record<string, unknown> {
  const { texts: _outside, actor, ...rest } = entry;
  const who = actor.kind === 'person' ? { kind: actor.kind, id: actor.id, role: actor.role } : { kind: actor.kind, id: actor.id };
  return JSON.parse(JSON.stringify({ ...rest, actor: who }, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))) as Record<
    string,
    unknown
  >;
}
