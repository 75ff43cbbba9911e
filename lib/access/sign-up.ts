// Signing up. Whether or not the e-mail is known, the page says the same after the same work; only the mailbox learns more.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { db, type Tx } from '../db.ts';
import { env } from '../env.ts';
import { writeMail } from '../notify/mail.ts';
import { isEmail, normalEmail } from './email.ts';
import { countTry } from './limits.ts';
import { hashPassword, passwordFault, type PasswordFault } from './password.ts';

export type SignUp =
  | { kind: 'sent'; email: string }
  | { kind: 'invalid'; email?: 'malformed'; name?: 'missing' | 'long'; password?: PasswordFault }
  | { kind: 'limited'; seconds: number };

export async function signUp(given: { email: string; name: string; password: string; ip: string | null }): Promise<SignUp> {
  const email = normalEmail(given.email);
  const name = given.name.normalize('NFC').replace(/\s+/g, ' ').trim();
  const faults = {
    ...(isEmail(email) ? {} : { email: 'malformed' as const }),
    ...nameFault(name),
    ...faultOf(passwordFault(given.password, { email, name })),
  };
  if (Object.keys(faults).length > 0) return { kind: 'invalid', ...faults };
  const seconds = (await countTry('sign-up-ip', given.ip ?? 'unknown')) ?? (await countTry('sign-up-email', email));
  if (seconds !== null) return { kind: 'limited', seconds };
  await keep(email, name, await hashPassword(given.password));
  return { kind: 'sent', email };
}

/** Another link for a person who has not confirmed yet: their own try to sign in asked for it. */
export async function resendVerification(person: string): Promise<void> {
  if ((await countTry('sign-up-email', person)) !== null) return;
  await db.routing(async (tx) => {
    const { email } = await tx.one<{ email: string }>('SELECT email FROM person WHERE id = $1', [person]);
    await askToConfirm(tx, person, email);
  });
}

async function keep(email: string, name: string, hash: string): Promise<void> {
  await db.routing(async (tx) => {
    // An address that was never confirmed belongs to nobody yet: the newest sign-up replaces it, and older links end.
    const kept = await tx.maybe<{ id: string }>(
      `INSERT INTO person (id, email, name, password_hash) VALUES ($1, $2, $3, $4)
       ON CONFLICT (email) DO UPDATE SET name = excluded.name, password_hash = excluded.password_hash WHERE person.email_verified_at IS NULL
       RETURNING id`,
      [randomUUID(), email, name, hash],
    );
    if (kept) return askToConfirm(tx, kept.id, email);
    await writeMail(tx, { to: email, template: 'already_registered', params: { link: `${env().APP_URL}/login` } });
  });
}

async function askToConfirm(tx: Tx, person: string, email: string): Promise<void> {
  const token = randomBytes(32).toString('base64url');
  await tx.query(`UPDATE verification SET used_at = now() WHERE person_id = $1 AND purpose = 'confirm_email' AND used_at IS NULL`, [person]);
  await tx.query(`INSERT INTO verification (token_hash, person_id, purpose, expires_at) VALUES ($1, $2, 'confirm_email', now() + interval '24 hours')`, [
    hashOfToken(token),
    person,
  ]);
  await writeMail(tx, { to: email, template: 'confirm_email', params: { link: `${env().APP_URL}/verify/${token}` } });
}

export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function nameFault(name: string): { name?: 'missing' | 'long' } {
  if (name === '') return { name: 'missing' };
  return name.length > 80 ? { name: 'long' } : {};
}

function faultOf(password: PasswordFault | null): { password?: PasswordFault } {
  return password ? { password } : {};
}
