// S6 and S7 at the engine: who may end an attempt to connect, with what, and how often. Each refusal leaves no link at all.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { operator, removeMember, setRole } from '#lib/access/membership.ts';
import { findAttempt } from '#lib/connection/attempt.ts';
import { begin } from '#lib/connection/connect.ts';
import { backTo, whereNext } from '#lib/connection/where.ts';
import { comeBack, type Connecting, goOut, merchantOf, signIn, startConnecting, visit, type Visit } from '#tests/connecting.ts';

let world: Connecting;
let harbor: Visit;
let account: string;

beforeAll(async () => {
  world = await startConnecting();
});
afterAll(() => world?.stop());

beforeEach(async () => {
  harbor = await visit();
  account = await world.account();
  await world.control('DELETE', 'requests');
});

// Takes a test's links out of the way of the next one.
afterEach(async () => {
  await world.owner(`UPDATE connection SET state = 'disconnected'`);
  await world.routing(`UPDATE oauth_state SET outcome = 'disconnected' WHERE outcome = 'awaiting_confirmation'`);
});

describe('an answer that is not this attempt’s', () => {
  test('has no state, an empty one, one nobody gave, or one of 10,000 letters', async () => {
    const out = await goOut(harbor);
    for (const state of ['', 'x', out.state.slice(0, -1), `${out.state}x`, out.state.toUpperCase(), 'y'.repeat(10_000), '\u0000', '🙈'])
      expect(await comeBack(out, harbor.signedIn, { state, code: await world.code(account) })).toBeNull();
    await nothingHappened();
    expect((await comeBack(out, harbor.signedIn, { code: await world.code(account) }))?.outcome).toBe('awaiting_confirmation');
  });

  test('comes after ten minutes', async () => {
    const out = await goOut(harbor);
    await world.routing(`UPDATE oauth_state SET expires_at = now() - interval '1 s' WHERE attempt = $1`, [out.attempt]);
    expect((await comeBack(out, harbor.signedIn, { code: await world.code(account) }))?.outcome).toBe('expired');
    await nothingHappened();
  });

  test('comes in another session, of another person or of the same one', async () => {
    const out = await goOut(harbor);
    const stranger = await visit();
    const code = await world.code(account);
    expect(await comeBack(out, stranger.signedIn, { code })).toBeNull();
    expect(await comeBack(out, await signIn(harbor.person), { code })).toBeNull();
    const visitor = { person: stranger.person.id, session: stranger.signedIn.session };
    for (const id of [out.attempt, '', '\u0000', 'x'.repeat(10_000), "' OR 1=1 --"]) expect(await findAttempt(visitor, id)).toBeNull();
    await nothingHappened();
  });

  test('comes to a browser that carries another state, or none', async () => {
    const out = await goOut(harbor);
    const code = await world.code(account);
    expect(await comeBack(out, harbor.signedIn, { code, cookie: null })).toBeNull();
    expect(await comeBack(out, harbor.signedIn, { code, cookie: `${out.cookie}x` })).toBeNull();
    await nothingHappened();
  });

  test('lands in the workspace and mode it was begun in, whatever else the person has open', async () => {
    const second = await visit();
    await setRole(operator(second.workspace, 'test'), harbor.person.id, 'admin');
    const older = await goOut(harbor);
    const out = await goOut({ signedIn: harbor.signedIn, workspace: second.workspace });
    expect((await comeBack(older, harbor.signedIn, { code: await world.code(account) }))?.outcome).toBe('void');
    expect(await comeBack(out, harbor.signedIn, { code: await world.code(account) })).toMatchObject({ workspace: second.workspace.id, livemode: false });
    expect(await links()).toEqual([{ workspace_id: second.workspace.id, account, state: 'awaiting_confirmation' }]);
  });
});

describe('a person who may no longer connect', () => {
  test.each(['support', 'viewer'] as const)('lowered to %s meanwhile', async (role) => {
    const admin = await visit('admin', harbor.workspace);
    const out = await goOut(admin);
    await setRole(operator(harbor.workspace, 'test'), admin.person.id, role);
    expect(await comeBack(out, admin.signedIn, { code: await world.code(account) })).toMatchObject({ outcome: 'failed', detail: 'not_allowed' });
    await nothingHappened();
  });

  test('removed meanwhile', async () => {
    const admin = await visit('admin', harbor.workspace);
    const out = await goOut(admin);
    await removeMember(operator(harbor.workspace, 'test'), admin.person.id);
    expect(await comeBack(out, admin.signedIn, { code: await world.code(account) })).toMatchObject({ outcome: 'failed', detail: 'not_allowed' });
    await nothingHappened();
  });

  test.each(['support', 'viewer'] as const)('%s does not get as far as Stripe', async (role) => {
    const person = await visit(role, harbor.workspace);
    await expect(goOut(person)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await world.routing('SELECT 1 FROM oauth_state WHERE person_id = $1', [person.person.id])).toEqual([]);
  });
});

describe('a state is used once', () => {
  test('by fifty callbacks at the same moment, with one exchange', async () => {
    const out = await goOut(harbor);
    const code = await world.code(account);
    const answers = await Promise.all(Array.from({ length: 50 }, () => comeBack(out, harbor.signedIn, { code })));
    expect(answers.every((answer) => answer?.id === out.attempt)).toBe(true);
    expect(await exchanges()).toBe(1);
    expect(await links()).toHaveLength(1);
  });

  test('a reload gets what the first answer led to, with another code as well', async () => {
    const out = await goOut(harbor);
    const code = await world.code(account);
    const first = await comeBack(out, harbor.signedIn, { code });
    for (const said of [{ code }, { code: await world.code(account) }, { error: 'access_denied' }, {}, { code, cookie: null }])
      expect(await comeBack(out, harbor.signedIn, said)).toEqual(first);
    expect(await exchanges()).toBe(1);
  });

  test('also when Stripe said no: it cannot become a yes', async () => {
    const out = await goOut(harbor);
    expect((await comeBack(out, harbor.signedIn, { error: 'access_denied' }))?.outcome).toBe('denied');
    expect((await comeBack(out, harbor.signedIn, { code: await world.code(account) }))?.outcome).toBe('denied');
    await nothingHappened();
  });

  test('and is void once another attempt began', async () => {
    const older = await goOut(harbor);
    const out = await goOut(harbor);
    expect(await comeBack(older, harbor.signedIn, { code: await world.code(account), cookie: older.cookie })).toMatchObject({ outcome: 'void' });
    await nothingHappened();
    expect((await comeBack(out, harbor.signedIn, { error: 'access_denied' }))?.outcome).toBe('denied');
  });

  test('and is not in the database', async () => {
    const out = await goOut(harbor);
    const rows = await world.routing('SELECT o::text AS row FROM oauth_state o WHERE attempt = $1', [out.attempt]);
    expect(Buffer.from(out.state, 'base64url').byteLength).toBeGreaterThanOrEqual(16);
    expect(JSON.stringify(rows)).not.toContain(out.state);
  });
});

describe('what Stripe says', () => {
  test.each([
    [{ error: 'access_denied' }, 'denied', 'access_denied'],
    [{ error: 'access_denied', code: 'ac_both' }, 'denied', 'access_denied'],
    [{ error: 'invalid_scope' }, 'failed', 'invalid_scope'],
    [{ error: 'sandbox_unheard_of' }, 'failed', 'sandbox_unheard_of'],
    [{ error: '<script>alert(1)</script>' }, 'failed', 'unknown'],
    [{ error: '' }, 'failed', 'unknown'],
    [{}, 'failed', 'no_code'],
  ])('%j makes no link', async (said, outcome, detail) => {
    const out = await goOut(harbor);
    expect(await comeBack(out, harbor.signedIn, said)).toMatchObject({ outcome, detail });
    expect(await exchanges()).toBe(0);
    await nothingHappened();
  });

  test.each(['expired', 'used'] as const)('a code that is %s makes no link, and is tried once', async (spoiled) => {
    const out = await goOut(harbor);
    expect((await comeBack(out, harbor.signedIn, { code: await world.code(account, { spoiled }) }))?.outcome).toBe('expired');
    expect(await exchanges()).toBe(1);
    expect(await links()).toEqual([]);
  });

  test('a code replayed in a new attempt makes no second link', async () => {
    const code = await world.code(account);
    await comeBack(await goOut(harbor), harbor.signedIn, { code });
    const fjord = await visit();
    expect((await comeBack(await goOut(fjord), fjord.signedIn, { code }))?.outcome).toBe('expired');
    expect(await links()).toHaveLength(1);
  });

  test('a live account’s code in test data makes no link in either mode', async () => {
    const out = await goOut(harbor);
    const answer = await comeBack(out, harbor.signedIn, { code: await world.code(account, { livemode: true }) });
    expect(['wrong_mode', 'expired']).toContain(answer?.outcome);
    expect(await links()).toEqual([]);
  });

  test('a code that nobody gave makes no link', async () => {
    for (const code of ['ac_nobody', 'ac_\u0000', 'x'.repeat(5000), '../../v1/charges'])
      expect((await comeBack(await goOut(harbor), harbor.signedIn, { code }))?.outcome).toBe('expired');
    expect(await links()).toEqual([]);
  });
});

describe('a way back (S7)', () => {
  test.each([
    '//evil.example',
    '/\\evil.example',
    '%2f%2fevil.example',
    'https:evil.example',
    'https://evil.example/',
    '/\t/evil.example',
    '/\n/evil',
    '@evil.example',
    '/%2f/evil',
    'javascript:alert(1)',
  ])('%j stays at home', async (backTo_) => {
    const out = await goOut(harbor, { backTo: backTo_ });
    const attempt = (await comeBack(out, harbor.signedIn, { error: 'access_denied' }))!;
    expect(new URL(backTo(attempt), 'http://localhost:3999').href).toBe(`http://localhost:3999/${harbor.workspace.slug}/test/payments`);
    expect(whereNext(attempt)).toBe(`/${harbor.workspace.slug}/test/settings/connection?attempt=${attempt.id}`);
  });

  test('a page of the mode asked from is kept, one of another mode or workspace is not', async () => {
    const home = `/${harbor.workspace.slug}/test`;
    for (const [wanted, got] of [
      [`${home}/customers?tab=past_due`, `${home}/customers?tab=past_due`],
      [`/${harbor.workspace.slug}/live/customers`, `${home}/payments`],
      ['/other-place/test/payments', `${home}/payments`],
    ] as const) {
      const out = await goOut(harbor, { backTo: wanted });
      expect(backTo((await comeBack(out, harbor.signedIn, { error: 'access_denied' }))!)).toBe(got);
    }
  });
});

test('the address at Stripe carries the state, the fixed way back and the scope, and nothing of the workspace', async () => {
  const { url, state } = await goOut(harbor);
  const asked = Object.fromEntries(url.searchParams);
  expect(url.origin + url.pathname).toBe(`${world.sandbox.url}/oauth/authorize`);
  expect(asked).toMatchObject({
    response_type: 'code',
    client_id: 'ca_connecttest',
    scope: 'read_write',
    redirect_uri: 'http://localhost:3999/api/connect/callback',
    state,
  });
  expect((await goOut(harbor, { mode: 'live' })).url.searchParams.get('client_id')).toBe('ca_connectlive');
  expect(url.href).not.toContain(harbor.workspace.id);
});

test('a workspace that is connected begins no second attempt in that mode', async () => {
  await comeBack(await goOut(harbor), harbor.signedIn, { code: await world.code(account) });
  const begun = await begin(await merchantOf(harbor), { attempt: null, popup: false, backTo: null });
  expect(begun.url).toBeNull();
  const { person, signedIn } = harbor;
  expect(await findAttempt({ person: person.id, session: signedIn.session }, begun.attempt)).toMatchObject({ outcome: 'failed', detail: 'already_connected' });
});

async function nothingHappened(): Promise<void> {
  expect(await links()).toEqual([]);
  expect(await exchanges()).toBe(0);
}

function links() {
  return world.owner(`SELECT workspace_id, account, state FROM connection WHERE state NOT IN ('revoked', 'disconnected')`);
}

async function exchanges(): Promise<number> {
  return (await world.requests({ path: '/oauth/token' })).length;
}
