// Signing up, confirming, signing in and the sessions that follow, on a real database (S8, S10 short).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { db, openDatabase, useDatabase } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import { closePrisma } from '#lib/prisma.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';
import { logIn } from './log-in.ts';
import { createPerson, endSessions, findPerson, setPassword } from './person.ts';
import { openSession, sealSession } from './session-cookie.ts';
import { endSession, findSession, startSession } from './session-row.ts';
import { signUp } from './sign-up.ts';
import { confirmEmail, findVerification } from './verify.ts';

const PASSWORD = 'a quiet harbour at dusk';
let urls: FreshDatabase;
let close: () => Promise<void>;
let address = 0;
const from = () => ({ ip: `192.0.2.${(address += 1)}`, userAgent: 'test' });

beforeAll(async () => {
  urls = await freshDatabase();
  Object.assign(process.env, { DATABASE_URL: urls.appUrl, AUTH_SECRET: 'a secret of at least thirty-two characters', APP_URL: 'http://localhost:3000' });
  forgetEnv();
  close = useDatabase({ main: openDatabase({ url: urls.appUrl, role: 'app', max: 5 }) });
});

afterAll(async () => {
  await closePrisma();
  await close();
  await urls.drop();
});

describe('signing up', () => {
  test('writes a mail whose link, with the password, confirms the e-mail and signs in', async () => {
    expect(await signUp({ email: ' Dana@Example.com', name: 'Dana Ruiz', password: PASSWORD, ip: '192.0.2.200' })).toEqual({
      kind: 'sent',
      email: 'dana@example.com',
    });
    const token = await newestLink('dana@example.com');
    expect(await findVerification(token)).toMatchObject({ email: 'dana@example.com' });
    expect(await confirmEmail({ token, password: 'not the password at all', from: from() })).toEqual({ kind: 'wrong_password' });
    const confirmed = await confirmEmail({ token, password: PASSWORD, from: from() });
    expect(confirmed.kind).toBe('confirmed');
    expect(await findSession(confirmed.kind === 'confirmed' ? confirmed.token : '', false)).toMatchObject({ person: { name: 'Dana Ruiz', verified: true } });
  });

  test('a link works once', async () => {
    const token = await newestLink('dana@example.com');
    expect(await confirmEmail({ token, password: PASSWORD, from: from() })).toEqual({ kind: 'gone' });
  });

  test('answers the same for a known e-mail, changes nothing, and tells the mailbox', async () => {
    expect(await signUp({ email: 'dana@example.com', name: 'Someone', password: 'another fine sentence', ip: '192.0.2.201' })).toEqual({
      kind: 'sent',
      email: 'dana@example.com',
    });
    expect((await findPerson('dana@example.com')).name).toBe('Dana Ruiz');
    expect((await logIn({ email: 'dana@example.com', password: PASSWORD, from: from() })).kind).toBe('in');
    const [mail] = await db.statement<{ template: string }>(`SELECT template FROM mail ORDER BY created_at DESC LIMIT 1`);
    expect(mail?.template).toBe('already_registered');
  });

  test('a sign-up with somebody else’s e-mail never opens their account: the newest replaces it and older links end', async () => {
    await signUp({ email: 'victim@example.com', name: 'Attacker', password: 'attackers own sentence', ip: '192.0.2.202' });
    const first = await newestLink('victim@example.com');
    await signUp({ email: 'victim@example.com', name: 'Victim', password: 'the victims own sentence', ip: '192.0.2.203' });
    const second = await newestLink('victim@example.com');
    expect(await confirmEmail({ token: first, password: 'attackers own sentence', from: from() })).toEqual({ kind: 'gone' });
    expect(await confirmEmail({ token: second, password: 'attackers own sentence', from: from() })).toEqual({ kind: 'wrong_password' });
    expect((await confirmEmail({ token: second, password: 'the victims own sentence', from: from() })).kind).toBe('confirmed');
  });

  test('names each field at fault', async () => {
    expect(await signUp({ email: 'nobody', name: ' ', password: 'short', ip: null })).toEqual({
      kind: 'invalid',
      email: 'malformed',
      name: 'missing',
      password: 'short',
    });
    expect(await signUp({ email: 'a@b.example', name: 'A', password: 'password123456', ip: null })).toEqual({ kind: 'invalid', password: 'common' });
    expect(await signUp({ email: 'a@b.example\r\nBcc: x@y.example', name: 'A', password: PASSWORD, ip: null })).toEqual({
      kind: 'invalid',
      email: 'malformed',
    });
  });

  test('one address may be written to three times an hour', async () => {
    const kinds = [];
    for (let at = 0; at < 4; at += 1) kinds.push((await signUp({ email: 'often@example.com', name: 'O', password: PASSWORD, ip: `198.51.100.${at}` })).kind);
    expect(kinds).toEqual(['sent', 'sent', 'sent', 'limited']);
  });
});

describe('signing in', () => {
  test('refuses the unconfirmed and sends the link again', async () => {
    await signUp({ email: 'later@example.com', name: 'Later', password: PASSWORD, ip: '192.0.2.204' });
    const before = await newestLink('later@example.com');
    expect(await logIn({ email: 'later@example.com', password: PASSWORD, from: from() })).toEqual({ kind: 'unverified' });
    expect(await newestLink('later@example.com')).not.toBe(before);
  });

  test('gives a wrong password, an unknown e-mail and a disabled person one answer', async () => {
    await createPerson({ email: 'gone@example.com', name: 'Gone', password: PASSWORD });
    await db.statement(`UPDATE person SET disabled_at = now() WHERE email = 'gone@example.com'`);
    for (const email of ['dana@example.com', 'unknown@example.com'])
      expect(await logIn({ email, password: 'something else', from: from() })).toEqual({ kind: 'refused' });
    expect(await logIn({ email: 'gone@example.com', password: PASSWORD, from: from() })).toEqual({ kind: 'refused' });
  });

  test('evaluates at most 10 guesses on one account from many addresses, and 20 from one address on many accounts', async () => {
    await createPerson({ email: 'guessed@example.com', name: 'Guessed', password: PASSWORD });
    const onAccount = await Promise.all(
      Array.from({ length: 14 }, (_, at) => logIn({ email: 'guessed@example.com', password: 'no', from: { ip: `203.0.113.${at}`, userAgent: null } })),
    );
    expect(onAccount.filter(({ kind }) => kind === 'refused')).toHaveLength(10);
    const fromAddress = [];
    for (let at = 0; at < 23; at += 1)
      fromAddress.push(await logIn({ email: `spray${at}@example.com`, password: 'no', from: { ip: '203.0.113.99', userAgent: null } }));
    expect(fromAddress.filter(({ kind }) => kind === 'refused')).toHaveLength(20);
    expect(fromAddress.at(-1)).toMatchObject({ kind: 'limited', seconds: expect.any(Number) });
  });

  test('an owner under attack still gets in from where they were before', async () => {
    const home = { ip: '198.51.100.77', userAgent: 'home' };
    await createPerson({ email: 'attacked@example.com', name: 'Attacked', password: PASSWORD });
    expect((await logIn({ email: 'attacked@example.com', password: PASSWORD, from: home })).kind).toBe('in');
    for (let at = 0; at < 12; at += 1)
      await logIn({ email: 'attacked@example.com', password: 'guess', from: { ip: `203.0.113.${100 + at}`, userAgent: null } });
    expect((await logIn({ email: 'attacked@example.com', password: PASSWORD, from: { ip: '203.0.113.150', userAgent: null } })).kind).toBe('limited');
    expect((await logIn({ email: 'attacked@example.com', password: PASSWORD, from: home })).kind).toBe('in');
  });

  test('takes as long for an unknown e-mail as for a known one', async () => {
    await createPerson({ email: 'timed@example.com', name: 'Timed', password: PASSWORD });
    const took = { known: [] as number[], unknown: [] as number[] };
    for (let at = 0; at < 9; at += 1) {
      took.known.push(await timed(() => logIn({ email: 'timed@example.com', password: 'x', from: { ip: `2001:db8::${at}`, userAgent: null } })));
      took.unknown.push(await timed(() => logIn({ email: `u${at}@example.com`, password: 'x', from: { ip: `2001:db8::1:${at}`, userAgent: null } })));
    }
    expect(Math.abs(median(took.known) - median(took.unknown))).toBeLessThan(10);
  });
});

describe('a session', () => {
  test('is another one at every sign-in', async () => {
    const tokens = await Promise.all([1, 2].map(() => logIn({ email: 'dana@example.com', password: PASSWORD, from: from() })));
    expect(new Set(tokens.map((each) => each.kind === 'in' && each.token)).size).toBe(2);
  });

  test('ends by sign-out, a new password, "end sessions" and disabling, on the next look', async () => {
    const person = await createPerson({ email: 'ends@example.com', name: 'Ends', password: PASSWORD });
    const enders = [
      (token: string) => endSession(token),
      () => setPassword(person, 'an entirely new sentence'),
      () => endSessions(person),
      () => db.statement('UPDATE person SET disabled_at = now() WHERE id = $1', [person.id]),
    ];
    for (const end of enders) {
      const token = await startSession(person.id, from());
      expect(await findSession(token, false)).not.toBeNull();
      await end(token);
      expect(await findSession(token, false)).toBeNull();
    }
  });

  test('ends after 30 idle minutes; a stream’s look is no use, a page’s is', async () => {
    const person = await createPerson({ email: 'idle@example.com', name: 'Idle', password: PASSWORD });
    const [looked, used] = [await startSession(person.id, from()), await startSession(person.id, from())];
    await pass(person.id, '29 minutes');
    expect(await findSession(looked, false)).not.toBeNull();
    expect(await findSession(used, true)).not.toBeNull();
    await pass(person.id, '2 minutes');
    expect(await findSession(looked, true)).toBeNull();
    expect(await findSession(used, true)).not.toBeNull();
  });

  test('ends after 12 hours however much it is used', async () => {
    const person = await createPerson({ email: 'long@example.com', name: 'Long', password: PASSWORD });
    const token = await startSession(person.id, from());
    await db.statement(`UPDATE session SET created_at = now() - interval '719 minutes' WHERE person_id = $1`, [person.id]);
    expect(await findSession(token, true)).not.toBeNull();
    await db.statement(`UPDATE session SET created_at = now() - interval '721 minutes' WHERE person_id = $1`, [person.id]);
    expect(await findSession(token, true)).toBeNull();
  });

  test('its cookie opens only with the secret it was sealed with', async () => {
    const sealed = await sealSession('secret id');
    expect(sealed.length).toBeLessThan(4_096);
    expect(await openSession(sealed)).toBe('secret id');
    for (const forged of [undefined, '', 'x', `${sealed}x`, sealed.slice(0, -2), 'e'.repeat(5_000)]) expect(await openSession(forged)).toBeNull();
    process.env['AUTH_SECRET'] = 'another secret of thirty-two characters';
    forgetEnv();
    expect(await openSession(sealed)).toBeNull();
  });
});

function pass(person: string, time: string): Promise<unknown> {
  return db.statement('UPDATE session SET last_used_at = last_used_at - $2::interval WHERE person_id = $1', [person, time]);
}

async function newestLink(email: string): Promise<string> {
  const [mail] = await db.statement<{ params: { link: string } }>(
    `SELECT params FROM mail WHERE to_email = $1 AND template = 'confirm_email' ORDER BY created_at DESC LIMIT 1`,
    [email],
  );
  return mail?.params.link.split('/verify/')[1] ?? '';
}

/** Milliseconds of this process's own work, so that other work on the machine is no difference. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
