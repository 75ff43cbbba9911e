// Passwords: argon2id with its parameters in the hash, so that they can be raised later without locking anyone out.
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { isCommonPassword } from './common-passwords.ts';

/** INVARIANTS §6: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const MIN = 12;
const MAX = 200;

export type PasswordFault = 'short' | 'long' | 'common' | 'own';

/** Why a new password is refused, or null. `own` = it is made of the person's name or e-mail. */
export function passwordFault(password: string, about: { email: string; name?: string }): PasswordFault | null {
  const length = [...password.normalize('NFKC')].length;
  if (length < MIN) return 'short';
  if (length > MAX) return 'long';
  if (isCommonPassword(password)) return 'common';
  const lower = password.toLowerCase();
  const own = [about.email, ...about.email.split(/[@.+_-]/), ...(about.name ?? '').split(/\s+/)]
    .map((part) => part.toLowerCase())
    .filter((part) => part.length > 3);
  const rest = own.toSorted((a, b) => b.length - a.length).reduce((left, part) => left.replaceAll(part, ''), lower);
  return rest.length < lower.length && rest.replace(/\P{L}/gu, '').length < 4 ? 'own' : null;
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST, 32);
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${bare(salt)}$${bare(hash)}`;
}

/** With `null` (nobody by that e-mail) the same work is done against a dummy, so that time tells nothing. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const parsed = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored ?? DUMMY);
  if (!parsed) return false;
  const expected = Buffer.from(parsed[5]!, 'base64');
  const cost = { memory: Number(parsed[1]), passes: Number(parsed[2]), parallelism: Number(parsed[3]) };
  const actual = await derive(password, Buffer.from(parsed[4]!, 'base64'), cost, expected.length);
  return timingSafeEqual(actual, expected) && stored !== null;
}

/** A hash that nobody's password has: for a person who cannot sign in by password. */
export const DUMMY = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

function derive(password: string, nonce: Buffer, cost: typeof COST, tagLength: number): Promise<Buffer> {
  const message = Buffer.from(password.normalize('NFKC').slice(0, 1_000));
  return new Promise((resolve, reject) => argon2('argon2id', { message, nonce, tagLength, ...cost }, (error, key) => (error ? reject(error) : resolve(key))));
}

function bare(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
