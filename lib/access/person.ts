// Persons as an operator or a seed makes and changes them; people themselves come through sign-up.
import { randomUUID } from 'node:crypto';
import { db } from '../db.ts';
import { AppError } from '../errors.ts';
import { prisma } from '../prisma.ts';
import { isEmail, normalEmail } from './email.ts';
import { hashPassword, passwordFault } from './password.ts';
import { endAllSessions } from './session-row.ts';

export type Person = { id: string; email: string; name: string };

/** A confirmed person who can sign in at once. AppError unprocessable names the field at fault. */
export async function createPerson(given: { email: string; name: string; password: string }): Promise<Person> {
  const email = normalEmail(given.email);
  if (!isEmail(email)) throw new AppError('unprocessable', `${given.email} is not an e-mail address.`, { param: 'email' });
  requireGoodPassword(given.password, { email, name: given.name });
  if (await prisma().person.findUnique({ where: { email } })) throw new AppError('unprocessable', `${email} has an account already.`, { param: 'email' });
  const made = await prisma().person.create({
    data: { id: randomUUID(), email, name: given.name.trim() || email, password_hash: await hashPassword(given.password), email_verified_at: new Date() },
  });
  return { id: made.id, email: made.email, name: made.name };
}

export async function findPerson(email: string): Promise<Person> {
  const person = await prisma().person.findUnique({ where: { email: normalEmail(email) }, select: { id: true, email: true, name: true } });
  if (!person) throw new AppError('not_found', `Nobody here has the e-mail ${email}.`, { param: 'email' });
  return person;
}

/** Any new password ends every session (INVARIANTS §6). */
export async function setPassword(person: Person, password: string): Promise<void> {
  requireGoodPassword(password, person);
  const hash = await hashPassword(password);
  await db.routing(async (tx) => {
    await tx.query('UPDATE person SET password_hash = $2 WHERE id = $1', [person.id, hash]);
    await endAllSessions(tx, person.id);
  });
}

export async function endSessions(person: Person): Promise<number> {
  return db.routing((tx) => endAllSessions(tx, person.id));
}

export async function markVerified(person: Person): Promise<void> {
  await prisma().person.update({ where: { id: person.id }, data: { email_verified_at: new Date() } });
}

function requireGoodPassword(password: string, about: { email: string; name: string }): void {
  const fault = passwordFault(password, about);
  if (fault) throw new AppError('unprocessable', `The password is refused: ${fault === 'short' ? 'at least 12 characters' : fault}.`, { param: 'password' });
}
