// Confirming an e-mail takes the link and the password: whoever signed up with somebody else's address holds only one of them.
import { db } from '../db.ts';
import { countTry } from './limits.ts';
import { isPassword } from './password.ts';
import { startSession, type From } from './session-row.ts';
import { hashOfToken } from './sign-up.ts';

export type Verified = { kind: 'confirmed'; token: string } | { kind: 'gone' } | { kind: 'wrong_password' } | { kind: 'limited'; seconds: number };

/** Whose link this is while it can still be used. Looking does not use it up: mail scanners follow links. */
export async function findVerification(token: string): Promise<{ email: string; person: string } | null> {
  const [row] = await db.statement<{ email: string; person: string; password_hash: string }>(
    `SELECT p.email, p.id AS person FROM verification v JOIN person p ON p.id = v.person_id
      WHERE v.token_hash = $1 AND v.purpose = 'confirm_email' AND v.used_at IS NULL AND v.expires_at > now() AND p.disabled_at IS NULL`,
    [hashOfToken(token)],
  );
  return row ?? null;
}

export async function confirmEmail(given: { token: string; password: string; from: From }): Promise<Verified> {
  const found = await findVerification(given.token);
  if (!found) return { kind: 'gone' };
  const seconds = await countTry('verify-token', given.token);
  if (seconds !== null) return { kind: 'limited', seconds };
  const [person] = await db.statement<{ password_hash: string }>('SELECT password_hash FROM person WHERE id = $1', [found.person]);
  if (!(await isPassword(given.password, person?.password_hash ?? null))) return { kind: 'wrong_password' };
  const confirmed = await db.routing(async (tx) => {
    const used = await tx.run('UPDATE verification SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL', [hashOfToken(given.token)]);
    // The password may have been replaced by a newer sign-up between the look and now: then this link confirms nothing.
    const same = await tx.run('UPDATE person SET email_verified_at = coalesce(email_verified_at, now()) WHERE id = $1 AND password_hash = $2', [
      found.person,
      person?.password_hash,
    ]);
    return used === 1 && same === 1;
  });
  return confirmed ? { kind: 'confirmed', token: await startSession(found.person, given.from) } : { kind: 'gone' };
}
