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

export type Head = { seq: bigint; hash: string };
export type Verified = { ok: true; entries: bigint; head: Head | null } | { ok: false; at: bigint; why: 'missing' | 'altered' | 'broken_link' | 'cut_short' };

/**
 * Walks a workspace's chain from its first entry. Entries cut off the end leave a chain that is whole in itself:
 * only a head exported earlier shows them (`exported`).
 */
export async function verifyAudit(tx: Tx, workspace: string, exported?: Head): Promise<Verified> {
  let head: Head | null = null;
  let met = exported === undefined;
  for (;;) {
    const entries: Entry[] = await tx.query<Entry>(
      `SELECT seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, body, prev_hash, hash FROM audit_entry
        WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT 1000`,
      [workspace, head?.seq ?? 0n],
    );
    for (const entry of entries) {
      const expected: bigint = (head?.seq ?? 0n) + 1n;
      if (entry.seq !== expected) return { ok: false, at: expected, why: 'missing' };
      if (entry.prev_hash !== (head?.hash ?? GENESIS)) return { ok: false, at: entry.seq, why: 'broken_link' };
      if (entry.hash !== hashOf(workspace, entry.seq, entry.at, entry.body, entry.prev_hash)) return { ok: false, at: entry.seq, why: 'altered' };
      if (entry.seq === exported?.seq) {
        if (entry.hash !== exported.hash) return { ok: false, at: entry.seq, why: 'altered' };
        met = true;
      }
      head = { seq: entry.seq, hash: entry.hash };
    }
    if (entries.length < 1000) break;
  }
  return met ? { ok: true, entries: head?.seq ?? 0n, head } : { ok: false, at: (head?.seq ?? 0n) + 1n, why: 'cut_short' };
}

type Entry = { seq: bigint; at: string; body: unknown; prev_hash: string; hash: string };

function bodyOf(entry: AuditEntry): Record<string, unknown> {
  const { texts: _outside, actor, ...rest } = entry;
  const who = actor.kind === 'person' ? { kind: actor.kind, id: actor.id, role: actor.role } : { kind: actor.kind, id: actor.id };
  return JSON.parse(JSON.stringify({ ...rest, actor: who }, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))) as Record<
    string,
    unknown
  >;
}
