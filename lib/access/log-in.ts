// Signing in by e-mail and password. A wrong password and an unknown e-mail give one answer, in the same time (S10).
import { db } from '../db.ts';
import { countTry, forgetTries } from './limits.ts';
import { normalEmail } from './email.ts';
import { isPassword } from './password.ts';
import { startSession, type From } from './session-row.ts';
import { resendVerification } from './sign-up.ts';

export type LogIn = { kind: 'in'; person: string; token: string } | { kind: 'refused' } | { kind: 'limited'; seconds: number } | { kind: 'unverified' };

export async function logIn(given: { email: string; password: string; from: From }): Promise<LogIn> {
  const email = normalEmail(given.email);
  const [person] = await db.statement<{ id: string; password_hash: string; verified: boolean; disabled: boolean; known: boolean }>(
    `SELECT id, password_hash, email_verified_at IS NOT NULL AS verified, disabled_at IS NOT NULL AS disabled,
            EXISTS (SELECT 1 FROM session s WHERE s.person_id = p.id AND s.ip = $2 AND s.created_at > now() - interval '30 days') AS known
       FROM person p WHERE email = $1`,
    [email, given.from.ip],
  );
  const account = tries(email, person?.known ? given.from.ip : null);
  const seconds = (await countTry('login-ip', given.from.ip ?? 'unknown')) ?? (await countTry('login-account', account));
  if (seconds !== null) return { kind: 'limited', seconds };
  const right = await isPassword(given.password, person?.password_hash ?? null);
  if (!person || !right || person.disabled) return { kind: 'refused' };
  if (!person.verified) {
    await resendVerification(person.id);
    return { kind: 'unverified' };
  }
  await forgetTries('login-account', account);
  return { kind: 'in', person: person.id, token: await startSession(person.id, given.from) };
}

/** An address the person has signed in from lately is counted apart, so that guessing from elsewhere locks nobody out. */
function tries(email: string, knownAddress: string | null): string {
  return knownAddress ? `${email} ${knownAddress}` : email;
}
