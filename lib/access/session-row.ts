// A session is a row; the cookie only carries the random id whose hash it keeps. Read at every check, so that an end bites at once (I11).
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { db, type Tx } from '../db.ts';

export type SignedIn = { person: { id: string; email: string; name: string; verified: boolean }; session: string };
/** Where a request came from, for the list of sessions and for limits; null when it cannot be known. */
export type From = { ip: string | null; userAgent: string | null };

/** INVARIANTS §6: idle 30 min, absolute 12 h, by the database's clock. */
export const ABSOLUTE_SECONDS = 12 * 60 * 60;
export const ALIVE = `s.ended_at IS NULL AND s.person_version = p.session_version AND p.disabled_at IS NULL
  AND s.created_at > now() - interval '12 hours' AND s.last_used_at > now() - interval '30 minutes'`;

/** Begins a session and returns the secret id for its cookie. */
export async function startSession(person: string, from: From): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await db.statement(
    `INSERT INTO session (id, token_hash, person_id, person_version, ip, user_agent)
     SELECT $1, $2, id, session_version, $4, $5 FROM person WHERE id = $3`,
    [randomUUID(), hashOf(token), person, from.ip, from.userAgent?.slice(0, 300) ?? null],
  );
  return token;
}

/** Who the secret belongs to while the session lives. `use` marks it as used now; streams and polls do not. */
export async function findSession(token: string, use: boolean): Promise<SignedIn | null> {
  const [row] = await db.statement<{ session: string; id: string; email: string; name: string; verified: boolean; resting: boolean }>(
    `SELECT s.id AS session, p.id, p.email, p.name, p.email_verified_at IS NOT NULL AS verified, s.last_used_at < now() - interval '1 minute' AS resting
       FROM session s JOIN person p ON p.id = s.person_id WHERE s.token_hash = $1 AND ${ALIVE}`,
    [hashOf(token)],
  );
  if (!row) return null;
  if (use && row.resting) await db.statement('UPDATE session SET last_used_at = now() WHERE id = $1 AND ended_at IS NULL', [row.session]);
  return { person: { id: row.id, email: row.email, name: row.name, verified: row.verified }, session: row.session };
}

export async function endSession(token: string): Promise<void> {
  await db.statement('UPDATE session SET ended_at = now() WHERE token_hash = $1 AND ended_at IS NULL', [hashOf(token)]);
}

/** Ends every session of a person, whatever cookies are about: the version they carry is no longer the person's. */
export async function endAllSessions(tx: Tx, person: string): Promise<number> {
  await tx.query('UPDATE person SET session_version = session_version + 1 WHERE id = $1', [person]);
  return tx.run('UPDATE session SET ended_at = now() WHERE person_id = $1 AND ended_at IS NULL', [person]);
}

/** INVARIANTS §6: a password given again is good for five minutes, by the database's clock, in the session it was given in and no other. */
const STEPPED_UP = `s.stepped_up_at IS NOT NULL AND s.stepped_up_at > clock_timestamp() - interval '5 minutes'`;

export async function isSteppedUpIn(tx: Pick<Tx, 'maybe'>, of: { session: string; person: string }): Promise<boolean> {
  const stepped = await tx.maybe(
    `SELECT FROM session s JOIN person p ON p.id = s.person_id WHERE s.id = $1 AND s.person_id = $2 AND ${ALIVE} AND ${STEPPED_UP}`,
    [of.session, of.person],
  );
  return stepped !== null;
}

/**
 * Marks a session as stepped up and gives it a new secret id, so that a copy of its cookie does not rise with it; of several at once one alone rotates.
 * `passwordHash` is what the password was checked against. Returns the new secret id, none where the old one stands, null where the session has ended.
 */
export async function stepUpSession(of: { session: string; person: string; passwordHash: string }): Promise<{ token: string | null } | null> {
  const token = randomBytes(32).toString('base64url');
  const [row] = await db.statement<{ rotated: boolean }>(
    `UPDATE session s SET stepped_up_at = clock_timestamp(), token_hash = CASE WHEN ${STEPPED_UP} THEN s.token_hash ELSE $4 END
       FROM person p WHERE p.id = s.person_id AND s.id = $1 AND s.person_id = $2 AND p.password_hash = $3 AND ${ALIVE} RETURNING s.token_hash = $4 AS rotated`,
    [of.session, of.person, of.passwordHash, hashOf(token)],
  );
  return row ? { token: row.rotated ? token : null } : null;
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
