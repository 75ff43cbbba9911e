// S1: every route × method × {anonymous, other workspace, other mode, other account, viewer, ended session, dead keys} against a running web process.
// The list is the build's own manifest: a route that nobody thought about fails here.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { revokeKey } from '#lib/access/api-key.ts';
import { ledgerOfRow } from '#lib/access/job.ts';
import { operator } from '#lib/access/membership.ts';
import { endSessions } from '#lib/access/person.ts';
import type { StripeObject } from '#lib/catalogue/define.ts';
import { entries } from '#lib/catalogue/index.ts';
import { closeDatabases, db } from '#lib/db.ts';
import type { Ledger } from '#lib/ledger.ts';
import type { Workspace } from '#lib/merchant.ts';
import { closePrisma } from '#lib/prisma.ts';
import { startApp, takeOn, type App } from '#tests/app.ts';
import { fill } from '#tests/filled.ts';
import { asOwner, connectAccount, giveKey, join, signIn } from '#tests/merchants.ts';
import { sharedSandbox, startSandbox, type Sandbox } from '#tests/sandbox.ts';
import { openShop } from '#tests/shop.ts';
import { actionsOf, methods, routesOf, type Method } from './routes.ts';

let sandbox: Sandbox;
let app: App;
/** Ours: an owner and a viewer. Theirs: another workspace with another account. */
let ours: { workspace: Workspace; ledger: Ledger; owner: string; viewer: string; ended: string; keys: { good: string; revoked: string; expired: string } };
let theirs: { workspace: Workspace; ledger: Ledger };
/** Ids by type. `former` is of an account that this workspace had before. */
let ids: { ours: Record<string, string>; theirs: Record<string, string>; former: Record<string, string> };
/** Words of the other merchant that no answer to us may hold. */
let secrets: string[];
/** A payment of ours that can be refunded. */
let refundable: string;
const leaks: string[] = [];

beforeAll(async () => {
  sandbox = sharedSandbox() ?? (await startSandbox());
  app = await startApp(sandbox.stripe);
  takeOn(app);
  const [own, other] = await Promise.all([openShop(sandbox, 'Own Shop', 6), openShop(sandbox, 'Foreign Shop', 6)]);
  const a = await join('owner');
  const b = await join('owner');
  const viewer = await join('viewer', a.workspace);
  const left = await join('owner', a.workspace);
  const ended = await signIn(left.person);
  await endSessions(left.person);
  const ledger = await connectAccount(app.ownerUrl, a.workspace, own.account, false);
  const foreign = await connectAccount(app.ownerUrl, b.workspace, other.account, false);
  await fill(ledger, { sandbox: sandbox.url, account: own.account });
  await fill(foreign, { sandbox: sandbox.url, account: other.account });
  await fillFormer(a.workspace, other.account);
  const foreignIds = await knownIds(foreign);
  ids = {
    ours: await knownIds(ledger),
    theirs: foreignIds,
    former: Object.fromEntries(Object.entries(foreignIds).map(([type, id]) => [type, `${id}Former`])),
  };
  refundable = await refundableIn(ledger);
  const [good, revoked, expired] = [await giveKey(a.workspace, false), await giveKey(a.workspace, false), await giveKey(a.workspace, false)];
  await revokeKey(operator(a.workspace, 'test'), revoked.id);
  await asOwner(app.ownerUrl, (owner) => owner.query(`UPDATE api_key_hash SET expires_at = now() - interval '1 second' WHERE key_id = $1`, [expired.id]));
  ours = {
    workspace: a.workspace,
    ledger,
    owner: await signIn(a.person),
    viewer: await signIn(viewer.person),
    ended,
    keys: { good: good.key, revoked: revoked.key, expired: expired.key },
  };
  theirs = { workspace: b.workspace, ledger: foreign };
  secrets = ['Foreign Shop', 'foreign-shop.example', other.account, b.workspace.id, b.workspace.name, b.person.email, b.person.id];
}, 300_000);

afterAll(async () => {
  await closePrisma();
  await closeDatabases();
  await app?.stop();
  await sandbox?.stop();
});

/** Who may come in, and with what. `{id}` is an object's id of the type named. */
type Door =
  | { readonly door: 'open'; readonly at: string; readonly status?: number }
  | { readonly door: 'person'; readonly at: string }
  | { readonly door: 'workspace'; readonly at: string; readonly into?: true }
  | { readonly door: 'ledger'; readonly at: string; readonly least?: 'admin' | 'support' }
  | { readonly door: 'object'; readonly at: string; readonly type: string }
  | { readonly door: 'key'; readonly at: string }
  | { readonly door: 'form'; readonly at: string; readonly fields: Readonly<Record<string, string>>; readonly least: 'admin' }
  | { readonly door: 'own'; readonly why: string };

const doors: Readonly<Record<string, Door>> = {
  '/': { door: 'open', at: '/' },
  '/login': { door: 'open', at: '/login' },
  '/sign-up': { door: 'open', at: '/sign-up' },
  '/verify/[token]': { door: 'open', at: '/verify/nothing' },
  '/connect/return': { door: 'open', at: '/connect/return' },
  '/welcome': { door: 'person', at: '/welcome' },
  '/workspaces': { door: 'person', at: '/workspaces' },
  '/[workspace]': { door: 'workspace', at: '/{workspace}', into: true },
  '/[workspace]/[mode]': { door: 'ledger', at: '/{workspace}/{mode}' },
  '/[workspace]/[mode]/payments': { door: 'ledger', at: '/{workspace}/{mode}/payments' },
  '/[workspace]/[mode]/payments/[id]': { door: 'object', at: '/{workspace}/{mode}/payments/{id}', type: 'payment_intent' },
  '/[workspace]/[mode]/customers': { door: 'ledger', at: '/{workspace}/{mode}/customers' },
  '/[workspace]/[mode]/customers/[id]': { door: 'object', at: '/{workspace}/{mode}/customers/{id}', type: 'customer' },
  '/[workspace]/[mode]/refunds': { door: 'ledger', at: '/{workspace}/{mode}/refunds' },
  '/[workspace]/[mode]/refunds/[id]': { door: 'object', at: '/{workspace}/{mode}/refunds/{id}', type: 'refund' },
  '/[workspace]/[mode]/invoices/[id]': { door: 'object', at: '/{workspace}/{mode}/invoices/{id}', type: 'invoice' },
  '/[workspace]/[mode]/settings': { door: 'ledger', at: '/{workspace}/{mode}/settings' },
  '/[workspace]/[mode]/settings/connection': { door: 'ledger', at: '/{workspace}/{mode}/settings/connection' },
  '/[workspace]/[mode]/settings/connection/confirm': { door: 'ledger', at: '/{workspace}/{mode}/settings/connection/confirm' },
  '/[workspace]/[mode]/settings/refunds': { door: 'ledger', at: '/{workspace}/{mode}/settings/refunds' },
  '/[workspace]/[mode]/settings/audit': { door: 'ledger', at: '/{workspace}/{mode}/settings/audit', least: 'admin' },
  '/[workspace]/[mode]/settings/audit/export': { door: 'ledger', at: '/{workspace}/{mode}/settings/audit/export', least: 'admin' },
  '/api/balance': { door: 'ledger', at: '/api/balance?workspace={workspace}&mode={mode}&currency=eur', least: 'support' },
  '/api/stream': { door: 'ledger', at: '/api/stream?workspace={workspace}&mode={mode}' },
  '/api/connect': { door: 'form', at: '/api/connect', fields: { popup: '0' }, least: 'admin' },
  '/api/connect/answer': { door: 'form', at: '/api/connect/answer', fields: { answer: 'no', account: 'acct_1', generation: '1' }, least: 'admin' },
  '/api/connect/state': { door: 'own', why: 'answers to the session that began the attempt, by the attempt’s id: see below' },
  '/api/connect/callback': { door: 'own', why: 'a browser’s way back from Stripe: S6 attacks it (lib/connection), and it names no workspace' },
  '/api/auth/[...nextauth]': { door: 'own', why: 'next-auth’s own protocol; names no workspace' },
  '/api/auth/first': { door: 'open', at: '/api/auth/first', status: 303 },
  '/api/auth/sign-out': { door: 'own', why: 'ends the session that calls it; S5 below' },
  '/api/csp-report': { door: 'own', why: 'takes reports from anyone and answers nothing' },
  '/api/health': { door: 'open', at: '/api/health' },
  '/api/ready': { door: 'open', at: '/api/ready' },
  '/api/v1': { door: 'key', at: '/api/v1' },
  '/api/v1/[collection]': { door: 'key', at: '/api/v1/charges' },
  '/api/v1/[collection]/[id]': { door: 'key', at: '/api/v1/charges/{id}' },
  '/api/v1/[collection]/[id]/[...rest]': { door: 'key', at: '/api/v1/charges/{id}/refunds' },
  '/api/v1/operations/[id]': { door: 'key', at: '/api/v1/operations/op_019a0000-0000-7000-8000-000000000001' },
  '/api/webhooks/stripe': { door: 'own', why: 'authenticated by signature: S2 to S4 attack it' },
};

/** Server actions, with arguments that name another's things. `inside`: the action belongs to a workspace. */
const actions: Readonly<Record<string, { readonly args: (slug: string, id: string) => readonly unknown[]; readonly inside: boolean }>> = {
  refundAction: {
    args: (slug, id) => [slug, 'test', id, null, { client_token: randomUUID(), amount_minor: '100', reason: 'requested_by_customer' }],
    inside: true,
  },
  stepUpAction: { args: (slug) => [slug, 'test', { password: 'not the password 1' }], inside: true },
  retryDeadAction: { args: (slug) => [slug, 'test', 'evt_nothing'], inside: true },
  setLimitsAction: { args: (slug) => [slug, 'test', 'support', null, { newCurrency: 'eur', 'each.new': '5', password: 'not the password 1' }], inside: true },
  setStepUpAmountsAction: { args: (slug) => [slug, 'test', null, { newCurrency: 'eur', 'above.new': '5', password: 'not the password 1' }], inside: true },
  reviewAction: { args: (slug) => [slug, 'test', randomUUID(), null, { was: 'not', reason: 'Looked' }], inside: true },
  withdrawAction: { args: (slug) => [slug, 'test', randomUUID(), null, {}], inside: true },
  cancelRefundAction: { args: (slug) => [slug, 'test', 're_nobody', null, { client_token: randomUUID() }], inside: true },
  attendAction: { args: (slug) => [slug, 'test', 're_nobody', null, { note: '' }], inside: true },
  verifyAuditAction: { args: (slug) => [slug, 'test', null, {}], inside: true },
  logInAction: { args: () => [{}, { email: 'nobody@example.com', password: 'nothing at all 1', next: '' }], inside: false },
  signUpAction: { args: () => [{}, { email: `new.${randomUUID()}@example.com`, name: 'New', password: 'a long enough passphrase 7' }], inside: false },
  verifyAction: { args: () => ['nothing', {}, { password: 'nothing at all 1' }], inside: false },
  createWorkspaceAction: { args: () => [{}, { name: 'Foreign', slug: '', timeZone: 'UTC', locale: 'en' }], inside: false },
};

test('every route of the build has a door in the table, and every door a route', () => {
  expect(routesOf(app).map((route) => route.path)).toEqual(Object.keys(doors).sort());
});

test('every server action of the build is in the table', () => {
  expect(
    actionsOf(app)
      .map((action) => action.name)
      .filter((name) => !Object.hasOwn(actions, name)),
  ).toEqual([]);
});

describe('the anonymous', () => {
  test('learn nothing: pages send them to sign in with an empty body, the API says 401', async () => {
    for (const [route, door] of closed()) {
      const answer = await ask(addressOf(door), methodOf(door), originFor(door), formOf(door));
      const label = `${route} ${answer.status}`;
      if (isPage(route)) {
        expect(answer.status, label).toBe(303);
        expect(answer.headers.get('location'), label).toBe(`/login?next=${encodeURIComponent(addressOf(door))}`);
        expect(answer.text, label).toBe('');
      } else {
        // A form is sent by a browser that should come back signed in; what programs ask says 401.
        expect(door.door === 'form' ? [303, 401] : [401], label).toContain(answer.status);
        if (answer.status === 303) expect([answer.headers.get('location'), answer.text], label).toEqual([expect.stringMatching(/^\/login/), '']);
      }
    }
  });

  test('are met alike with a session that was ended', async () => {
    for (const [route, door] of closed().filter(([, { door }]) => door !== 'key')) {
      const answer = await ask(addressOf(door), methodOf(door), { cookie: ours.ended, ...originFor(door) }, formOf(door));
      // The cookie still opens, so the proxy lets it pass; the page reads the session's row and turns it away.
      expect(isPage(route) ? [303, 307] : door.door === 'form' ? [303, 401] : [401], `${route} ${answer.status}`).toContain(answer.status);
      if (answer.status !== 401) expect(answer.headers.get('location'), route).toMatch(/^\/login/);
      expect(/Own Shop|\b(pi|cus|ch|acct)_/.test(withoutEcho(answer.text, Object.values(ids.ours))), route).toBe(false);
    }
  });

  test('are met alike whatever exists behind the address', async () => {
    for (const [route, door] of closed().filter(([, { door }]) => door !== 'person' && door !== 'key')) {
      const answers = await Promise.all(
        [ours.workspace.slug, theirs.workspace.slug, unknownSlug()].map((workspace) =>
          ask(addressOf(door, { workspace }), methodOf(door), originFor(door), formOf(door, { workspace })),
        ),
      );
      expect(new Set(answers.map((answer) => `${answer.status} ${withoutEcho(answer.text, [])}`)).size, route).toBe(1);
    }
  });

  test('see the open pages', async () => {
    for (const [route, door] of Object.entries(doors)) if (door.door === 'open') expect((await ask(door.at)).status, route).toBe(door.status ?? 200);
  });
});

describe('a member of another workspace', () => {
  test('gets one answer for a foreign workspace and for one that never was: 404, the same to the byte', async () => {
    for (const [route, door] of inside()) {
      const asks = [theirs.workspace.slug, unknownSlug()].map((workspace) => () => askAs(ours.owner, door, { workspace, id: ids.theirs }));
      const [foreign, unknown] = await alike(route, 404, asks);
      expect(headersOf(foreign!), route).toEqual(headersOf(unknown!));
    }
  });

  test('gets one answer for a foreign id, a former account’s id and one that never was', async () => {
    for (const [route, door] of inside()) {
      if (door.door !== 'object') continue;
      const never = { [door.type]: `${ids.theirs[door.type]!.slice(0, -6)}nobody` };
      await alike(
        route,
        404,
        [ids.theirs, never, ids.former].map((id) => () => askAs(ours.owner, door, { id })),
      );
    }
  });

  test('gets 404 for a mode that is none, and nothing of test data in live mode', async () => {
    for (const [route, door] of inside().filter(([, { door }]) => door === 'ledger' || door === 'object')) {
      expect((await askAs(ours.owner, door, { mode: 'prod' })).status, route).toBe(404);
      const live = await askAs(ours.owner, door, { mode: 'live' });
      if (door.door === 'object') expect(live.status, route).toBe(404);
      expect(live.text, route).not.toContain('Own Shop');
    }
  });

  test('sees what is its own', async () => {
    for (const [route, door] of inside()) {
      if (door.door === 'form') continue;
      const answer = await askAs(ours.owner, door);
      expect([200, 307], `${route} ${answer.status}`).toContain(answer.status);
    }
  });
});

test('a viewer is refused with 403 where the role is too low, and changes nothing', async () => {
  const before = await stateOf();
  for (const [route, door] of inside()) {
    const least = 'least' in door ? door.least : undefined;
    const answer = await askAs(ours.viewer, door);
    if (least) expect(answer.status, route).toBe(403);
    else expect([200, 307], `${route} ${answer.status}`).toContain(answer.status);
  }
  expect(await stateOf()).toEqual(before);
});

describe('the REST API', () => {
  test('refuses no key, a revoked one, an expired one and a session’s cookie with one 401', async () => {
    const given = [{}, bearer(ours.keys.revoked), bearer(ours.keys.expired), { cookie: ours.owner }, bearer('cpk_test_short')];
    for (const path of ['/api/v1/charges', `/api/v1/charges/${ids.ours['charge']}`, `/api/v1/charges/${ids.theirs['charge']}`, '/api/v1/nonsense']) {
      const answers = await Promise.all(given.map((headers) => ask(path, 'GET', headers)));
      expect(
        answers.map((answer) => answer.status),
        path,
      ).toEqual(given.map(() => 401));
      expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    }
  });

  test('shows of each type its own objects, and one 404 for foreign, former and unknown ids', async () => {
    for (const { collection, type } of entries) {
      const key = bearer((await giveKey(ours.workspace, false)).key);
      const list = await ask(`/api/v1/${collection}?limit=100`, 'GET', key);
      const listed = (JSON.parse(list.text) as { data: { id: string }[] }).data.map((object) => object.id);
      expect(listed, collection).toContain(ids.ours[type]);
      for (const foreign of [ids.theirs[type]!, ids.former[type]!]) expect(listed).not.toContain(foreign);
      expect((await ask(`/api/v1/${collection}/${ids.ours[type]}`, 'GET', key)).status, collection).toBe(200);
      const answers = await Promise.all(
        [ids.theirs[type]!, ids.former[type]!, `${ids.theirs[type]}x`].map((id) => ask(`/api/v1/${collection}/${id}`, 'GET', key)),
      );
      expect(
        answers.map((answer) => answer.status),
        collection,
      ).toEqual([404, 404, 404]);
      expect(new Set(answers.map((answer) => answer.text)).size, collection).toBe(1);
      const cursors = await Promise.all(
        [ids.theirs[type]!, ids.former[type]!, 'nobody'].map((id) => ask(`/api/v1/${collection}?starting_after=${id}`, 'GET', key)),
      );
      expect(
        cursors.map((answer) => answer.status),
        collection,
      ).toEqual([400, 400, 400]);
      expect(new Set(cursors.map((answer) => answer.text)).size, collection).toBe(1);
    }
  });

  test('writes for nobody but a key that may refund here, and meets foreign payments like unknown ones', async () => {
    const before = await stateOf();
    const good = (await giveKey(ours.workspace, false, ['refund'])).key;
    const keyed = await stateOf();
    const post = (params: object, headers: Record<string, string>, path = '/api/v1/refunds') =>
      send(path, 'POST', { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers }, JSON.stringify(params));
    const mine = { payment_intent: refundable, amount: 50 };
    // A session is no key, whatever page it comes from; and beside a dead key it is none either.
    const nobody = [
      {},
      { cookie: ours.owner, origin: app.url },
      { cookie: ours.owner, origin: 'https://evil.example' },
      bearer(ours.keys.revoked),
      { ...bearer(ours.keys.expired), cookie: ours.owner, origin: app.url },
    ];
    for (const path of ['/api/v1/refunds', '/api/v1/refunds/re_1/cancel', '/api/v1/customers']) {
      const answers = await Promise.all(nobody.map((headers) => post(mine, headers, path)));
      expect(
        answers.map((answer) => answer.status),
        path,
      ).toEqual(nobody.map(() => 401));
      expect(new Set(answers.map((answer) => answer.text)).size, path).toBe(1);
    }
    expect((await post(mine, bearer(ours.keys.good))).status).toBe(403);
    expect((await post(mine, bearer((await giveKey(ours.workspace, true, ['refund'])).key))).status).toBe(400);
    for (const type of ['payment_intent', 'charge'] as const) {
      const answers = await Promise.all([ids.theirs[type]!, ids.former[type]!, `${ids.theirs[type]}x`].map((id) => post({ [type]: id }, bearer(good))));
      expect(
        answers.map((answer) => answer.status),
        type,
      ).toEqual([404, 404, 404]);
      expect(new Set(answers.map((answer) => answer.text)).size, type).toBe(1);
    }
    const cancels = await Promise.all(
      [ids.theirs['refund']!, ids.former['refund']!, 're_nobody'].map((id) => post({}, bearer(good), `/api/v1/refunds/${id}/cancel`)),
    );
    expect(cancels.map((answer) => answer.status)).toEqual([404, 404, 404]);
    expect(new Set(cancels.map((answer) => answer.text)).size).toBe(1);
    // Keys are audited when they are made; nothing else has left a trace.
    expect(operationsIn(await stateOf())).toEqual(operationsIn(before));
    expect(operationsIn(keyed)).toEqual(operationsIn(before));

    // The exemption from S5: what a key sends counts by the key alone, whoever's cookie and page it comes with.
    const answer = await post(mine, { ...bearer(good), cookie: ours.viewer, origin: 'https://evil.example' });
    expect(answer.status).toBe(200);
    expect(operationsIn(await stateOf())).not.toEqual(operationsIn(before));
  });

  test('refuses bodies that no program sends, quickly and without effect', async () => {
    const before = await stateOf();
    const bodies: [string, BodyInit, number][] = [
      ['nothing', '', 400],
      ['half of it', '{"charge":', 400],
      ['a NUL', '{"charge":"ch_1\\u0000"}', 400],
      ['a prototype', '{"charge":"ch_1","__proto__":{"amount":5}}', 400],
      ['a number beyond all', '{"charge":"ch_1","amount":1e400}', 400],
      ['depth', '['.repeat(10_000), 400],
      ['bad UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400],
      ['256 KB and more', `{"charge":"ch_1","x":"${'x'.repeat(262_144)}"}`, 413],
      ['8 MB', 'x'.repeat(8_000_000), 413],
    ];
    const key = bearer((await giveKey(ours.workspace, false, ['refund'])).key);
    for (const [what, body, status] of bodies) {
      const from = performance.now();
      const answer = await fetch(`${app.url}/api/v1/refunds`, {
        method: 'POST',
        headers: { ...key, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
        body,
      });
      expect(answer.status, what).toBe(status);
      expect(Object.keys((await answer.json()) as object), what).toEqual(['error']);
      expect(performance.now() - from, what).toBeLessThan(3_000);
    }
    expect(operationsIn(await stateOf())).toEqual(operationsIn(before));
  });

  test('gives a key of the other mode nothing of this one', async () => {
    const live = bearer((await giveKey(ours.workspace, true)).key);
    expect((await ask('/api/v1/charges', 'GET', live)).status).toBe(400);
    expect((await ask(`/api/v1/charges/${ids.ours['charge']}`, 'GET', live)).status).toBe(400);
  });
});

test('a method that a route has not is 405 or, for the anonymous, says no more than any other', async () => {
  for (const route of routesOf(app)) {
    const door = doors[route.path]!;
    if (route.kind === 'page' || route.path.startsWith('/api/v1')) continue;
    for (const method of methods) {
      if (route.methods.includes(method) || method === 'OPTIONS' || method === 'HEAD') continue;
      const answer = await ask('at' in door ? addressOf(door) : route.path.replace('[...nextauth]', 'csrf'), method, { cookie: ours.owner, origin: app.url });
      expect(answer.status, `${method} ${route.path}`).toBe(405);
    }
  }
});

describe('CSRF (S5)', () => {
  const strangers = (): [string, Record<string, string>][] => [
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['a null origin', { origin: 'null' }],
    ['no origin', {}],
    ['a look-alike', { origin: `${app.url}.evil.example` }],
    ['another site’s word for it', { origin: app.url, 'sec-fetch-site': 'cross-site' }],
  ];

  test('no mutating route takes a request that did not come from a page of ours', async () => {
    const before = await stateOf();
    for (const route of routesOf(app)) {
      const door = doors[route.path]!;
      if (route.kind === 'page' || exempt.includes(route.path) || door.door === 'key') continue;
      for (const method of route.methods.filter((method) => !['GET', 'HEAD', 'OPTIONS'].includes(method))) {
        const at = door.door === 'form' ? door.at : route.path.replace('[...nextauth]', 'callback/credentials');
        for (const [who, headers] of strangers()) {
          const answer = await ask(at, method, { cookie: ours.owner, ...headers }, formOf(door));
          expect(answer.status, `${method} ${route.path} from ${who}`).toBe(403);
        }
        const json = await send(at, method, { cookie: ours.owner, 'content-type': 'text/plain', origin: 'https://evil.example' }, JSON.stringify(formOf(door)));
        expect(json.status, `${method} ${route.path} as text`).toBe(403);
      }
    }
    expect(await stateOf()).toEqual(before);
    expect((await ask(`/${ours.workspace.slug}/test/payments`, 'GET', { cookie: ours.owner })).status).toBe(200);
  });

  test('no server action does', async () => {
    const before = await stateOf();
    for (const action of actionsOf(app)) {
      for (const [who, headers] of strangers()) {
        const answer = await act(action, [ours.workspace.slug, refundable], { cookie: ours.owner, ...headers });
        expect(answer.status, `${action.name} from ${who}`).toBe(403);
      }
    }
    expect(await stateOf()).toEqual(before);
  });

  test('and the same call from a page of ours does what it says, so that the refusals above refused something', async () => {
    const before = await stateOf();
    const refund = actionsOf(app).find((action) => action.name === 'refundAction')!;
    const answer = await act(refund, [ours.workspace.slug, refundable], { cookie: ours.owner, origin: app.url });
    expect(answer.text).toContain('"kind":"accepted"');
    expect(await stateOf()).not.toEqual(before);
  });

  /** Authenticated by signature or bearer, or meant for anyone. */
  const exempt = ['/api/webhooks/stripe', '/api/csp-report'];
});

test('server actions take arguments of no shape at all without breaking', async () => {
  const before = await stateOf();
  for (const action of actionsOf(app)) {
    for (const args of [[], [null], [{}, [], 7, null, {}], [['x'], { a: 1 }, 'y', 'z', 'w'], ['a\u0000b', '../..', '__proto__', 'x', 'y']]) {
      const page = pageOf(action, ours.workspace.slug, ids.ours['payment_intent']!);
      const answer = await send(
        page,
        'POST',
        { 'next-action': action.id, accept: 'text/x-component', cookie: ours.owner, origin: app.url, 'content-type': 'text/plain;charset=UTF-8' },
        JSON.stringify(args),
      );
      expect(answer.status, `${action.name} ${JSON.stringify(args)}`).toBeLessThan(500);
    }
  }
  expect(await stateOf()).toEqual(before);
});

test('server actions refuse the anonymous, other workspaces and unknown ones alike, without effect', async () => {
  const before = await stateOf();
  for (const action of actionsOf(app)) {
    if (!actions[action.name]?.inside) continue;
    const asked = async (slug: string, cookie?: string) => {
      const answer = await act(action, [slug, ids.theirs['payment_intent']!], { origin: app.url, ...(cookie ? { cookie } : {}) });
      return { ...answer, text: withoutEcho(answer.text, [slug]) };
    };
    const anonymous = [await asked(ours.workspace.slug), await asked(theirs.workspace.slug), await asked(unknownSlug())];
    const member = [await asked(theirs.workspace.slug, ours.owner), await asked(unknownSlug(), ours.owner)];
    for (const [first, ...others] of [anonymous, member])
      for (const other of others) {
        expect(other.status, action.name).toBe(first!.status);
        expect(difference(other.text, first!.text), action.name).toBe('');
      }
    for (const answer of [...anonymous, ...member]) expect(answer.status, action.name).toBeLessThan(500);
  }
  expect(await stateOf()).toEqual(before);
});

describe('headers of the framework’s own (S15)', () => {
  const tricks: Record<string, string>[] = [
    { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
    { 'x-middleware-subrequest': 'src/proxy' },
    { 'next-resume': '1' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    { 'x-nonce': 'evil', 'x-middleware-next': '1' },
    { 'x-counterpart-path': '//evil.example' },
  ];

  test('change no answer, neither to the anonymous nor to a member', async () => {
    for (const [route, door] of closed().filter(([path]) => isPage(path))) {
      for (const cookie of [undefined, ours.owner]) {
        const plain = await ask(addressOf(door), 'GET', cookie ? { cookie } : {});
        for (const headers of tricks) {
          const answer = await ask(addressOf(door), 'GET', { ...headers, ...(cookie ? { cookie } : {}) });
          const label = `${route} ${JSON.stringify(headers)}`;
          expect(answer.status, label).toBe(plain.status);
          expect(answer.headers.get('location'), label).toBe(plain.headers.get('location'));
          expect(answer.text.includes('evil.example'), label).toBe(false);
          if (!cookie) expect(answer.text.length, label).toBe(0);
        }
      }
    }
  });

  test('and prefetches of protected parts bring the anonymous and strangers nothing', async () => {
    const prefetches: Record<string, string>[] = [
      { rsc: '1' },
      { rsc: '1', 'next-router-prefetch': '1' },
      { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
    ];
    for (const [route, door] of closed().filter(([path]) => isPage(path))) {
      for (const headers of prefetches) {
        const anonymous = await ask(`${addressOf(door)}?_rsc=1abcd`, 'GET', headers);
        expect(anonymous.text, route).not.toMatch(/Own Shop|pi_|cus_/);
        if (door.door === 'person') continue;
        const stranger = await ask(`${addressOf(door, { workspace: theirs.workspace.slug, id: ids.theirs })}?_rsc=1abcd`, 'GET', {
          ...headers,
          cookie: ours.owner,
        });
        expect(stranger.text, route).not.toMatch(/Foreign Shop/);
      }
    }
  });
});

test('a stream ends within five seconds of its session, over HTTP', async () => {
  const { person } = await join('viewer', ours.workspace);
  const response = await fetch(`${app.url}/api/stream?workspace=${ours.workspace.slug}&mode=test`, { headers: { cookie: await signIn(person) } });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const reading = response.text();
  const from = performance.now();
  await endSessions(person);
  await reading;
  expect(performance.now() - from).toBeLessThan(5_000);
});

// Last: it looks at every answer that any test above was given.
test('no answer held a word of the other merchant', () => {
  expect(leaks).toEqual([]);
});

type Answer = { status: number; headers: Headers; text: string };
type Told = { workspace?: string; mode?: string; id?: Readonly<Record<string, string>> };

function closed(): [string, Exclude<Door, { door: 'open' | 'own' }>][] {
  return Object.entries(doors).filter(
    (entry): entry is [string, Exclude<Door, { door: 'open' | 'own' }>] => entry[1].door !== 'open' && entry[1].door !== 'own',
  );
}

type Inside = Extract<Door, { door: 'workspace' | 'ledger' | 'object' | 'form' }>;

function inside(): [string, Inside][] {
  return Object.entries(doors).filter((entry): entry is [string, Inside] => ['workspace', 'ledger', 'object', 'form'].includes(entry[1].door));
}

function addressOf(
  door: { readonly at: string; readonly type?: string },
  { workspace = ours.workspace.slug, mode = 'test', id = ids.ours }: Told = {},
): string {
  return door.at
    .replace('{workspace}', workspace)
    .replace('{mode}', mode)
    .replace('{id}', id[door.type ?? 'charge'] ?? 'nobody');
}

function methodOf(door: Door): Method {
  return door.door === 'form' ? 'POST' : 'GET';
}

function formOf(door: Door, { workspace = ours.workspace.slug, mode = 'test' }: Told = {}): Record<string, string> {
  return door.door === 'form' ? { ...door.fields, workspace, mode } : {};
}

function originFor(door: Door): Record<string, string> {
  return door.door === 'form' ? { origin: app.url } : {};
}

function isPage(route: string): boolean {
  return !route.startsWith('/api/');
}

async function askAs(cookie: string, door: Inside, told: Told = {}): Promise<Answer> {
  const answer = await ask(addressOf(door, told), methodOf(door), { cookie, ...originFor(door) }, formOf(door, told));
  return { ...answer, text: withoutEcho(answer.text, [told.workspace, ...Object.values(told.id ?? {})]) };
}

/**
 * Each asks for the same status and the same bytes. React sends the parts of a page in the order in which they are ready, so one page has a few
 * spellings: asked again and again, those who cannot be told apart meet in one of them; a real difference never does.
 */
async function alike(label: string, status: number, asks: readonly (() => Promise<Answer>)[]): Promise<Answer[]> {
  const seen = asks.map(() => new Set<string>());
  let answers: Answer[] = [];
  for (let round = 0; round < 8; round += 1) {
    answers = [];
    for (const [place, one] of asks.entries()) {
      const answer = await one();
      expect(answer.status, label).toBe(status);
      seen[place]!.add(answer.text);
      answers.push(answer);
    }
    if ([...seen[0]!].some((text) => seen.every((others) => others.has(text)))) return answers;
  }
  expect(difference(answers.at(-1)!.text, answers[0]!.text), label).toBe('');
  return answers;
}

/** The first place where two texts part, short enough to read. */
function difference(a: string, b: string): string {
  if (a === b) return '';
  const at = [...a].findIndex((sign, index) => sign !== b[index]);
  return `…${a.slice(Math.max(0, at - 60), at + 60)}… is not …${b.slice(Math.max(0, at - 60), at + 60)}…`;
}

/** What differs although the page does not: the nonce, the moment, and the address that the asker gave. */
function withoutEcho(text: string, echoes: readonly (string | undefined)[]): string {
  let plain = text
    .replaceAll(/nonce="[^"]*"|"nonce":"[^"]*"|\\"nonce\\":\\"[^"\\]*\\"/g, 'nonce')
    .replaceAll(/"token":"[^"]*"/g, 'token')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');
  for (const echo of echoes) if (echo) plain = plain.replaceAll(echo, '…');
  return plain;
}

function headersOf({ headers }: Answer): Record<string, string> {
  return Object.fromEntries(
    [...headers]
      .filter(([name]) => !['date', 'request-id', 'content-security-policy', 'set-cookie'].includes(name))
      .map(([name, value]) => [name, withoutEcho(value, [])]),
  );
}

async function ask(path: string, method: Method = 'GET', headers: Record<string, string> = {}, form: Record<string, string> = {}): Promise<Answer> {
  const body = ['POST', 'PUT', 'PATCH'].includes(method) && Object.keys(form).length > 0 ? new URLSearchParams(form) : undefined;
  return send(path, method, headers, body);
}

/** Streams are read no further than their head. */
async function send(path: string, method: string, headers: Record<string, string>, body?: string | URLSearchParams | FormData): Promise<Answer> {
  const stop = new AbortController();
  const response = await fetch(`${app.url}${path}`, { method, headers, redirect: 'manual', signal: stop.signal, ...(body === undefined ? {} : { body }) });
  const isStream = response.headers.get('content-type') === 'text/event-stream';
  const text = isStream ? '' : await response.text();
  if (isStream) stop.abort();
  const asked = decodeURIComponent(path);
  for (const secret of secrets ?? [])
    if (!asked.includes(secret) && (text + [...response.headers].flat().join()).includes(secret)) leaks.push(`${method} ${path}: ${secret}`);
  return { status: response.status, headers: response.headers, text };
}

/** As React sends it: arguments as JSON, a form among them by reference. */
async function act(
  action: { id: string; name: string; page: string },
  [slug, id]: readonly [string, string],
  headers: Record<string, string>,
): Promise<Answer> {
  const args = actions[action.name]!.args(slug, id);
  const body = new FormData();
  const last = args.at(-1) as Record<string, string>;
  for (const [name, value] of Object.entries(last)) body.set(`_1_${name}`, value);
  body.set('0', JSON.stringify([...args.slice(0, -1), '$K1']));
  return send(pageOf(action, slug, id), 'POST', { 'next-action': action.id, accept: 'text/x-component', ...headers }, body);
}

function pageOf(action: { page: string }, slug: string, id: string): string {
  return action.page.replace('[workspace]', slug).replace('[mode]', 'test').replace('[id]', id).replace('[token]', 'nothing');
}

/** Everything a mutation could have touched. */
async function stateOf(): Promise<unknown> {
  return asOwner(app.ownerUrl, async (owner) => {
    const counts: unknown[] = [];
    for (const workspace of [ours.workspace.id, theirs.workspace.id]) {
      await owner.query(`SELECT set_config('app.workspace', $1, false)`, [workspace]);
      counts.push(
        (
          await owner.query(
            'SELECT (SELECT count(*) FROM operation) AS operations, (SELECT json_agg(state ORDER BY account, livemode) FROM connection) AS states, (SELECT count(*) FROM audit_entry) AS audited',
          )
        ).rows,
      );
    }
    const routing = await owner.query(
      `SELECT (SELECT count(*) FROM oauth_state WHERE workspace_id = ANY($1)) AS attempts, (SELECT count(*) FROM session s JOIN membership m USING (person_id) WHERE m.workspace_id = ANY($1) AND s.ended_at IS NULL) AS sessions, (SELECT count(*) FROM membership WHERE workspace_id = ANY($1)) AS members`,
      [[ours.workspace.id, theirs.workspace.id]],
    );
    return [counts, routing.rows];
  });
}

/** How many operations each workspace has. */
function operationsIn(state: unknown): unknown {
  const [counts] = state as [{ operations: string }[][]];
  return counts.map((rows) => rows.map(({ operations }) => operations));
}

function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

function unknownSlug(): string {
  return theirs.workspace.slug.replace(/.{4}$/, 'none');
}

async function knownIds(ledger: Ledger): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for (const { type, collection } of entries) {
    const [row] = await db.as(ledger, (tx) =>
      tx.query<{ id: string }>(
        `SELECT id FROM ${collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 ORDER BY created DESC NULLS LAST, id DESC LIMIT 1`,
        [ledger.workspace, ledger.account, ledger.livemode],
      ),
    );
    found.push([type, row!.id]);
  }
  return Object.fromEntries(found);
}

async function refundableIn(ledger: Ledger): Promise<string> {
  const row = await db.as(ledger, (tx) =>
    tx.one<{ id: string }>(
      `SELECT id FROM payments WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND status = 'succeeded' AND NOT dispute_open AND payment_intent IS NOT NULL AND refunded = 0 ORDER BY created DESC LIMIT 1`,
      [ledger.workspace, ledger.account, ledger.livemode],
    ),
  );
  return row.id;
}

/** What a workspace keeps of an account it had before: rows beside its own, in no list of the account it has now. */
async function fillFormer(workspace: Workspace, account: string): Promise<void> {
  const former = ledgerOfRow({ workspace_id: workspace.id, account: 'acct_former', livemode: false, generation: 1 });
  await fill(former, { sandbox: sandbox.url, account }, (object): StripeObject[] => [{ ...object, id: `${object.id}Former` }]);
}
