// Ids in Stripe's manner: a prefix, an underscore, letters and digits.
import { randomFillSync } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const pool = new Uint8Array(8192);
let used = pool.length;

export function newId(prefix: string, length = 24): string {
  return `${prefix.replace(/_$/, '')}_${letters(length)}`;
}

export function letters(length: number): string {
  let made = '';
  while (made.length < length) {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const byte = pool[used++] ?? 0;
    if (byte < 248) made += LETTERS[byte % 62];
  }
  return made;
}
