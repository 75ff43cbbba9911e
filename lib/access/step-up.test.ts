// S8 and S9 at the password prompt: what a stolen cookie, another session, an old yes and a guesser get.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, useDatabase } from '../db.ts';
import { forgetEnv } from '../env.ts';
import type { Actor, Merchant, Workspace } from '../merchant.ts';
import { closePrisma } from '../prisma.ts';
import { asOwner, atWork, join, PASSWORD, withKey } from '#tests/merchants.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';
import { endSessions, setPassword, type Person } from './person.ts';
import { findSession, startSession } from './session-row.ts';
import { findMerchantOf, merchantWith } from './merchant-of.ts';
import { confirmPassword, isSteppedUp } from './step-up.ts';

let urls: FreshDatabase;
let close: () => Promise<void>;
let workspace: Workspace;
let person: Person;

beforeAll(async () => {
  urls = await freshDatabase();
  Object.assign(process.env, { APP_URL: 'http://localhost:3999', AUTH_SECRET: 'a secret of at least thirty-two characters', DATABASE_URL: urls.appUrl });
  forgetEnv();
  close = useDatabase({ main: openDatabase({ url: urls.appUrl, role: 'app', max: 10 }) });
  ({ person, workspace } = await join('owner'));
});
afterAll(async () => {
  await closePrisma();
  await close?.();
  await urls?.drop();
});

/** A browser of its own: what its cookie holds now, and who it is. */
async function browser(of: Person = person) {
  const jar = { token: await startSession(of.id, { ip: null, userAgent: 'test' }), replaced: 0 };
  const merchant = (await findMerchantOf((await findSession(jar.token, false))!, workspace.slug, 'test'))!;
  const give = (password: string) => confirmPassword(merchant, password, async (token) => void Object.assign(jar, { token, replaced: jar.replaced + 1 }));
  return { jar, merchant, give };
}

describe('the password given again', () => {
  test('steps this session up, and no other of the same person', async () => {
    const one = await browser();
    const other = await browser();
    expect(await isSteppedUp(one.merchant)).toBe(false);
    expect(await one.give(PASSWORD)).toBe('ok');
    expect(await isSteppedUp(one.merchant)).toBe(true);
    expect(await isSteppedUp(other.merchant)).toBe(false);
  });

  test('replaces the secret in the cookie, so that a copy taken before is worth nothing', async () => {
    const one = await browser();
    const copy = one.jar.token;
    await one.give(PASSWORD);
    expect(one.jar.token).not.toBe(copy);
    expect(await findSession(copy, true)).toBeNull();
    expect(await findSession(one.jar.token, true)).toMatchObject({ session: (one.merchant.actor as { session: string }).session });
  });

  test('given in eight tabs at once leaves the browser signed in', async () => {
    const one = await browser();
    expect(await Promise.all(Array.from({ length: 8 }, () => one.give(PASSWORD)))).toEqual(Array.from({ length: 8 }, () => 'ok'));
    expect(await findSession(one.jar.token, true)).not.toBeNull();
    // Two new cookies could arrive in the wrong order.
    expect(one.jar.replaced).toBe(1);
  });

  test('is good for five minutes by the database’s clock, and may be given anew', async () => {
    const one = await browser();
    await one.give(PASSWORD);
    await age(one.merchant, '4 minutes 50 seconds');
    expect(await isSteppedUp(one.merchant)).toBe(true);
    await age(one.merchant, '5 minutes');
    expect(await isSteppedUp(one.merchant)).toBe(false);
    expect(await one.give(PASSWORD)).toBe('ok');
    expect(await isSteppedUp(one.merchant)).toBe(true);
  });

  test('dies with its session', async () => {
    const { person: leaver } = await join('admin', workspace);
    const one = await browser(leaver);
    await one.give(PASSWORD);
    await endSessions(leaver);
    expect(await isSteppedUp(one.merchant)).toBe(false);
    await expect(one.give(PASSWORD)).rejects.toMatchObject({ code: 'signed_out' });
  });

  test('is the present one: an old password steps nothing up', async () => {
    const { person: changer } = await join('admin', workspace);
    await setPassword(changer, 'another long passphrase 8');
    const one = await browser(changer);
    expect(await one.give(PASSWORD)).toBe('wrong');
    expect(await one.give('another long passphrase 8')).toBe('ok');
  });
});

describe('a guesser', () => {
  test('is stopped after ten tries, however many at once, and the right password no longer helps', async () => {
    const { person: victim } = await join('admin', workspace);
    const one = await browser(victim);
    const answers = await Promise.all(Array.from({ length: 25 }, (_, index) => one.give(`guess number ${index} of many`)));
    expect(answers.filter((answer) => answer === 'wrong')).toHaveLength(10);
    expect(answers.filter((answer) => answer === 'too_many')).toHaveLength(15);
    expect(await one.give(PASSWORD)).toBe('too_many');
    expect(await isSteppedUp(one.merchant)).toBe(false);
    expect(await (await browser(victim)).give(PASSWORD)).toBe('too_many');
  });

  test('of anything odd is wrong, and never an error', async () => {
    const { person: odd } = await join('admin', workspace);
    const one = await browser(odd);
    for (const password of ['', '\u0000', '\ud800', 'x'.repeat(100_000)]) expect(await one.give(password)).toBe('wrong');
  });
});

test('a key has no password and is never stepped up', async () => {
  const key = await withKey(workspace, ['read', 'refund']);
  expect(await isSteppedUp(key)).toBe(false);
  await expect(confirmPassword(key, PASSWORD, async () => {})).rejects.toMatchObject({ code: 'forbidden' });
});

test('another person’s session does not count for one who only knows its number', async () => {
  const one = await browser();
  await one.give(PASSWORD);
  const { person: other } = await join('owner', workspace);
  const { actor } = await atWork(other, workspace);
  const borrowed = { ...actor, session: (one.merchant.actor as { session: string }).session } as Actor;
  expect(await isSteppedUp(await merchantWith(workspace, false, borrowed, 'owner'))).toBe(false);
});

async function age({ actor }: Merchant, by: string): Promise<void> {
  await asOwner(urls.ownerUrl, (owner) =>
    owner.query('UPDATE session SET stepped_up_at = clock_timestamp() - $2::interval WHERE id = $1', [(actor as { session: string }).session, by]),
  );
}
