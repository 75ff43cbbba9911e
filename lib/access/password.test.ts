import { describe, expect, test } from 'vitest';
import { hashPassword, isPassword, passwordFault } from './password.ts';

const about = { email: 'dana.ruiz@harbor.example', name: 'Dana Ruiz' };

describe('a new password', () => {
  test.each([
    'correct horse staple',
    'æøå og noen flere ord',
    'Tr0ubadour-window-7',
    'x'.repeat(3) + 'qmzpwlvtrjb',
    'пароль из четырёх слов',
    'a b c d e f g h i j k',
  ])('%s is taken', (password) => {
    expect(passwordFault(password, about)).toBeNull();
  });

  test.each([
    ['12 characters are needed', 'short-word1', 'short'],
    ['the end is 200', 'x'.repeat(201), 'long'],
    ['a common word with a tail', 'password1234', 'common'],
    ['digits for letters', 'P@ssw0rd2026!', 'common'],
    ['a doubled word', 'sunshinesunshine', 'common'],
    ['two common words', 'Welcome-Admin1', 'common'],
    ['a walk over the keyboard', 'qwertyuiop12', 'common'],
    ['a run of digits', '123456789012', 'common'],
    ['one letter', 'aaaaaaaaaaaaaaa', 'common'],
    ['a pattern', 'abcabcabcabc', 'common'],
    ['a date and nothing else', '24.11.2026 24', 'common'],
    ['the famous one', 'correcthorsebatterystaple', 'common'],
    ['their own name', 'danaruiz2026!', 'own'],
    ['their own address', 'dana.ruiz@harbor.example', 'own'],
  ])('%s', (_why, password, fault) => {
    expect(passwordFault(password, about)).toBe(fault);
  });

  test('64 characters and more are taken, and all of them count', async () => {
    const long = `${'the same long beginning '.repeat(4)}and this end`;
    expect(passwordFault(long, about)).toBeNull();
    const stored = await hashPassword(long);
    expect(await isPassword(long, stored)).toBe(true);
    expect(await isPassword(long.replace('this end', 'that end'), stored)).toBe(false);
  });
});

describe('a kept password', () => {
  test('is argon2id with its cost in the hash, and another salt each time', async () => {
    const [a, b] = await Promise.all([hashPassword('a quiet harbour'), hashPassword('a quiet harbour')]);
    expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(a).not.toBe(b);
  });

  test('is verified with the cost it was made with', async () => {
    // argon2id, m=64, t=1, p=1, of "password" with the salt "somesaltsomesalt", from the reference implementation's format.
    const cheap = (await hashPassword('a quiet harbour')).replace('m=19456,t=2', 'm=64,t=1');
    expect(await isPassword('a quiet harbour', cheap)).toBe(false);
  });

  test('nobody’s hash and a broken one fit no password', async () => {
    for (const stored of [null, '', 'plain', '$argon2id$v=19$m=0,t=0,p=0$$']) expect(await isPassword('', stored)).toBe(false);
  });

  test('one character typed in two ways is one character', async () => {
    expect(await isPassword('caf\u00e9 au lait noir', await hashPassword('cafe\u0301 au lait noir'))).toBe(true);
  });
});
