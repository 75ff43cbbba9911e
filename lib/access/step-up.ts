// The password, given again before what moves much money or changes who may (INVARIANTS §6).
import { cookies } from 'next/headers';
import { db } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Merchant } from '../merchant.ts';
import { countTry, forgetTries } from './limits.ts';
import { isPassword } from './password.ts';
import { sealSession, sessionCookie } from './session-cookie.ts';
import { ABSOLUTE_SECONDS, isSteppedUpIn, stepUpSession } from './session-row.ts';

/**
 * Counted like a log-in, right or wrong, before the password is looked at. On `ok` the session is stepped up for five minutes and its cookie replaced:
 * `keep` puts the new secret id there (tests give their own). Throws forbidden for a key or a job, signed_out when the session has ended.
 */
export async function confirmPassword(
  merchant: Merchant,
  password: string,
  keep: (token: string) => Promise<void> = keepInCookie,
): Promise<'ok' | 'wrong' | 'too_many'> {
  const { actor } = merchant;
  if (actor.kind !== 'person') throw new AppError('forbidden', 'Only a person has a password.');
  if ((await countTry('step-up', actor.id)) !== null) return 'too_many';
  const [person] = await db.statement<{ password_hash: string }>('SELECT password_hash FROM person WHERE id = $1 AND disabled_at IS NULL', [actor.id]);
  if (!person || !(await isPassword(password, person.password_hash))) return 'wrong';
  const stepped = await stepUpSession({ session: actor.session, person: actor.id, passwordHash: person.password_hash });
  if (!stepped) throw new AppError('signed_out', 'You are signed out.');
  if (stepped.token !== null) await keep(stepped.token);
  await forgetTries('step-up', actor.id);
  return 'ok';
}

/** Whether this very session gave its password within five minutes. A key has none and never is; a named job has nobody to ask. */
export async function isSteppedUp(merchant: Merchant): Promise<boolean> {
  const { actor } = merchant;
  if (actor.kind !== 'person') return actor.kind === 'job';
  return db.routing((tx) => isSteppedUpIn(tx, { session: actor.session, person: actor.id }));
}

async function keepInCookie(token: string): Promise<void> {
  const { name, options } = sessionCookie();
  (await cookies()).set(name, await sealSession(token), { ...options, maxAge: ABSOLUTE_SECONDS });
}
