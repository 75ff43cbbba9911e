// The REST API over a mirror filled from the sandbox: what it lists is what the sandbox holds, in Stripe's order and form.
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { revokeKey } from '#lib/access/api-key.ts';
import { operator } from '#lib/access/membership.ts';
import type { StripeObject } from '#lib/catalogue/define.ts';
import { entries } from '#lib/catalogue/index.ts';
import { closeDatabases } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import type { Ledger } from '#lib/ledger.ts';
import type { Workspace } from '#lib/merchant.ts';
import { closePrisma } from '#lib/prisma.ts';
import { askApi, serveApi, type Method, type Reply } from '#tests/api.ts';
import { fill, type Held } from '#tests/filled.ts';
import { asOwner, connectAccount, giveKey, join } from '#tests/merchants.ts';
import { openShop } from '#tests/shop.ts';
import { startSandbox, type Sandbox } from '#tests/sandbox.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';

type Shown = StripeObject & { readonly mirror: { as_of: number; confirmed: boolean; deleted_at: number | null }; readonly deleted?: true };
type List = { object: 'list'; url: string; has_more: boolean; data: Shown[] };
type Refusal = { error: { type: string; code?: string; message: string; param?: string } };

let urls: FreshDatabase;
let sandbox: Sandbox;
let workspace: Workspace;
let ledger: Ledger;
let account: string;
/** The sandbox's own objects by type. */
let held: Record<string, Held>;

beforeAll(async () => {
  [urls, sandbox] = await Promise.all([freshDatabase(), startSandbox()]);
  Object.assign(process.env, { ...sandbox.stripe, DATABASE_URL: urls.appUrl, AUTH_SECRET: 'api-test'.padEnd(40, '.') });
  forgetEnv();
  const shop = await openShop(sandbox, 'Api Shop', 60);
  account = shop.account;
  const [first] = (await shop.stripe.customers.list({ limit: 1 })).data;
  await shop.stripe.customers.del(first!.id);
  ({ workspace } = await join('owner'));
  ledger = await connectAccount(urls.ownerUrl, workspace, account, false);
  held = await fill(ledger, { sandbox: sandbox.url, account });
});

afterAll(async () => {
  await sandbox?.stop();
  await closePrisma();
  await closeDatabases();
  await urls?.drop();
});

describe.each(entries.map((entry) => [entry.collection, entry] as const))('%s', (collection, entry) => {
  test('are listed whole, newest first, forwards and backwards, and each as Stripe has it', async () => {
    const key = await freshKey();
    const forwards = await walk(key, collection, 'starting_after');
    const live = forwards.filter((object) => !object.mirror.deleted_at);
    expect(live.map(bare).sort(byId)).toEqual([...held[entry.type]!.objects].sort(byId));
    expect(live.length).toBeGreaterThan(0);
    expect(
      forwards
        .filter((object) => object.deleted)
        .map((object) => object.id)
        .sort(),
    ).toEqual([...held[entry.type]!.deleted].sort());
    const times = forwards.map((object) => (typeof object['created'] === 'number' ? object['created'] : -Infinity));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const backwards = await walk(key, collection, 'ending_before', forwards.at(-1)!.id);
    expect(backwards.map((object) => object.id)).toEqual(forwards.slice(0, -1).map((object) => object.id));
  });

  test('are found one by one, with what the mirror knows of them', async () => {
    const key = await freshKey();
    for (const object of held[entry.type]!.objects.slice(0, 3)) {
      const { status, body } = await get<Shown>(key, `${collection}/${object.id}`);
      expect(status).toBe(200);
      expect(bare(body)).toEqual(object);
      expect(body.mirror).toEqual({ as_of: expect.any(Number), confirmed: true, deleted_at: null });
    }
  });

  test('are filtered by every promoted text and boolean column', async () => {
    for (const [name, column] of Object.entries(entry.columns)) {
      if (column.kind !== 'text' && column.kind !== 'boolean') continue;
      const wanted = held[entry.type]!.objects.map((object) => column.of(object)).find((value) => value !== null);
      if (wanted === undefined) continue;
      const { body } = await get<List>(
        await freshKey(),
        `${collection}?limit=100&deleted=false&${name === 'kind' ? 'type' : name}=${encodeURIComponent(String(wanted))}`,
      );
      const expected = held[entry.type]!.objects.filter((object) => column.of(object) === wanted).map((object) => object.id);
      const shown = body.data.map((object) => object.id);
      expect(
        shown.every((id) => expected.includes(id)),
        name,
      ).toBe(true);
      expect(shown, name).toHaveLength(Math.min(100, expected.length));
    }
  });
});

describe('a list', () => {
  test('is Stripe’s envelope', async () => {
    const { body } = await get<List>(await freshKey(), 'customers?limit=2');
    expect(body).toMatchObject({ object: 'list', url: '/api/v1/customers', has_more: true });
    expect(body.data).toHaveLength(2);
    expect((await get<List>(await freshKey(), 'customers')).body.data).toHaveLength(10);
  });

  test.each(['gt', 'gte', 'lt', 'lte'] as const)('is bounded by created[%s]', async (bound) => {
    const { objects } = held['customer']!;
    const times = objects.map((object) => Number(object['created'])).sort((a, b) => a - b);
    const middle = times[Math.floor(times.length / 2)]!;
    const holds = {
      gt: (time: number) => time > middle,
      gte: (time: number) => time >= middle,
      lt: (time: number) => time < middle,
      lte: (time: number) => time <= middle,
    };
    const { body } = await get<List>(await freshKey(), `customers?limit=100&deleted=false&created[${bound}]=${middle}`);
    expect(body.data.map((object) => object.id).sort()).toEqual(
      objects
        .filter((object) => holds[bound](Number(object['created'])))
        .map((object) => object.id)
        .sort(),
    );
  });

  test('of lines, which have no time of their own, matches no bound of time', async () => {
    expect((await get<List>(await freshKey(), 'invoice_line_items?created[lt]=9999999999')).body.data).toEqual([]);
  });

  test('shows deleted objects with when, leaves them out when asked, and goes on from one', async () => {
    const key = await freshKey();
    const [gone] = held['customer']!.deleted;
    const { body } = await get<Shown>(key, `customers/${gone}`);
    expect(body).toMatchObject({ id: gone, object: 'customer', deleted: true, mirror: { deleted_at: expect.any(Number) } });
    expect((await get<List>(key, 'customers?deleted=true')).body.data.map((object) => object.id)).toEqual([gone]);
    expect((await get<List>(key, 'customers?limit=100&deleted=false')).body.data.map((object) => object.id)).not.toContain(gone);
    expect((await get<List>(key, `customers?starting_after=${gone}`)).status).toBe(200);
  });
});

describe('a refusal', () => {
  test.each([
    ['customers/cus_nobody', 404, { type: 'invalid_request_error', code: 'resource_missing', param: 'id' }],
    ['customers/%00', 404, { code: 'resource_missing' }],
    [`customers/${'x'.repeat(4_000)}`, 404, { code: 'resource_missing' }],
    ["customers/'%20OR%201=1--", 404, { code: 'resource_missing' }],
    ['customers/cus_nobody?expand[]=x', 400, { code: 'parameter_unknown', param: 'expand[]' }],
    ['customers?starting_after=cus_nobody', 400, { code: 'resource_missing', param: 'starting_after' }],
    ['customers?ending_before=%00', 400, { param: 'ending_before' }],
    ['customers?limit=1000', 400, { code: 'parameter_invalid_integer', param: 'limit' }],
    ['customers?colour=red', 400, { code: 'parameter_unknown', param: 'colour' }],
    ['nonsense', 404, { code: 'url_invalid' }],
    ['__proto__', 404, { code: 'url_invalid' }],
    ['accounts/acct_1', 404, { code: 'url_invalid' }],
  ])('of %s says what is wrong', async (path, status, error) => {
    const answer = await get<Refusal>(await freshKey(), path);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject(error);
    expect(answer.headers.get('request-id')).toMatch(/^req_[\w-]{16}$/);
  });

  test('of an unknown id and of one that only another has is the same to the byte', async () => {
    const other = await join('owner');
    await connectAccount(urls.ownerUrl, other.workspace, 'acct_other', false);
    const theirs = (await giveKey(other.workspace, false)).key;
    const [foreign] = held['customer']!.objects;
    const answers = [await get(theirs, `customers/${foreign!.id}`), await get(theirs, 'customers/cus_nobody'), await get(theirs, `charges/${foreign!.id}`)];
    expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404]);
    expect(answers[0]!.text).toBe(answers[1]!.text);
    const cursors = [await get(theirs, `customers?starting_after=${foreign!.id}`), await get(theirs, 'customers?starting_after=cus_nobody')];
    expect(cursors[0]!.text).toBe(cursors[1]!.text);
    expect((await get<List>(theirs, 'customers')).body.data).toEqual([]);
  });

  test('meets the other mode’s key like any stranger', async () => {
    const live = (await giveKey(workspace, true)).key;
    const answer = await get<Refusal>(live, 'customers');
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe('not_connected');
    expect(answer.body.error.message).toMatch(/live mode.*Settings/);
  });

  test.each(['', 'Bearer ', 'Basic abc', 'Bearer cpk_test_short', `Bearer cpk_test_${'A'.repeat(43)}`, `Bearer sk_test_${'A'.repeat(43)}`])(
    'of the credentials “%s” is 401',
    async (authorization) => {
      const answer = await call<Refusal>(authorization, 'customers');
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect((await call(authorization, 'nonsense')).text).toBe(answer.text);
    },
  );

  test('meets a revoked, an expired and a too narrow key', async () => {
    const revoked = await giveKey(workspace, false);
    expect((await get(revoked.key, 'customers')).status).toBe(200);
    await revokeKey(operator(workspace, 'test'), revoked.id);
    expect((await get(revoked.key, 'customers')).status).toBe(401);
    const expired = await giveKey(workspace, false);
    await asOwner(urls.ownerUrl, (owner) => owner.query(`UPDATE api_key_hash SET expires_at = now() - interval '1 second' WHERE key_id = $1`, [expired.id]));
    expect((await get(expired.key, 'customers')).status).toBe(401);
    const narrow = await giveKey(workspace, false, ['refund']);
    expect((await get(narrow.key, 'customers')).status).toBe(403);
  });

  test('meets every method but GET', async () => {
    const key = await freshKey();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
      for (const path of ['customers', 'customers/cus_1']) {
        const answer = await call<Refusal>(`Bearer ${key}`, path, method);
        expect(answer.status, `${method} ${path}`).toBe(405);
        expect(answer.headers.get('allow')).toBe('GET, HEAD');
      }
      expect((await call('', 'customers', method)).status).toBe(401);
    }
  });

  test('comes after a hundred requests a minute, and says when to come back', async () => {
    const key = await freshKey();
    for (let count = 0; count < 100; count += 1) expect((await get(key, 'customers/cus_nobody')).status).toBe(404);
    const answer = await get<Refusal>(key, 'customers');
    expect(answer.status).toBe(429);
    expect(answer.body.error.code).toBe('rate_limit');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await get(await freshKey(), 'customers')).status).toBe(200);
  });

  test('of the database being away is 503, never a stack or an empty list', async () => {
    const key = await freshKey();
    await closeDatabases();
    process.env['DATABASE_URL'] = 'postgres://nobody:nothing@127.0.0.1:9/none';
    forgetEnv();
    try {
      const answer = await get<Refusal>(key, 'customers');
      expect(answer.status).toBe(503);
      expect(answer.body.error).toEqual({ type: 'api_error', message: expect.stringMatching(/database is away/) });
    } finally {
      await closeDatabases();
      process.env['DATABASE_URL'] = urls.appUrl;
      forgetEnv();
    }
  });
});

describe('the official client', () => {
  let server: Awaited<ReturnType<typeof serveApi>>;
  let connect: (key: string) => Stripe;

  beforeAll(async () => {
    server = await serveApi();
    connect = (key) => new Stripe(key, { host: '127.0.0.1', port: server.port, protocol: 'http', telemetry: false, maxNetworkRetries: 0 });
  });
  afterAll(() => server.close());

  test('pages through a list both ways and gets every object once', async () => {
    const stripe = connect(await freshKey());
    const all = await stripe.charges.list({ limit: 7 }).autoPagingToArray({ limit: 1_000 });
    expect(all.map((charge) => charge.id).sort()).toEqual(held['charge']!.objects.map((charge) => charge.id).sort());
    const before = await stripe.charges.list({ limit: 100, ending_before: all.at(-1)!.id });
    expect(before.data.map((charge) => charge.id)).toEqual(
      all
        .slice(0, -1)
        .slice(-100)
        .map((charge) => charge.id),
    );
    const customer = String(all[0]!.customer);
    const own = await stripe.charges.list({ customer, created: { gte: 0 } }).autoPagingToArray({ limit: 100 });
    expect(own.length).toBeGreaterThan(0);
    expect(own.every((charge) => charge.customer === customer)).toBe(true);
    expect((await stripe.subscriptions.list({ status: 'all', limit: 100 })).data).toHaveLength(held['subscription']!.objects.length);
  });

  test('reads one object, and our refusals as Stripe’s own', async () => {
    const stripe = connect(await freshKey());
    const [customer] = held['customer']!.objects;
    expect(await stripe.customers.retrieve(customer!.id)).toMatchObject({ id: customer!.id, object: 'customer' });
    expect(await stripe.customers.retrieve(held['customer']!.deleted[0]!)).toMatchObject({ deleted: true });
    await expect(stripe.customers.retrieve('cus_nobody')).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
      code: 'resource_missing',
      statusCode: 404,
    });
    await expect(stripe.customers.list({ starting_after: 'cus_nobody' })).rejects.toMatchObject({ code: 'resource_missing', param: 'starting_after' });
    await expect(stripe.customers.create({ name: 'x' })).rejects.toMatchObject({ statusCode: 405 });
    await expect(connect(`cpk_test_${'A'.repeat(43)}`).customers.list()).rejects.toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
    await expect(stripe.customers.list({ limit: 500 })).rejects.toMatchObject({ requestId: expect.stringMatching(/^req_/), param: 'limit' });
  });
});

test('every reply carries the headers of a reply that is no page', async () => {
  for (const answer of [await get(await freshKey(), 'customers'), await call('', 'customers'), await get(await freshKey(), 'customers/a/b')]) {
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('request-id')).toMatch(/^req_/);
  }
});

test('a key’s use is noted, at most once a minute', async () => {
  const { id, key } = await giveKey(workspace, false);
  const used = () =>
    asOwner(urls.ownerUrl, async (owner) => {
      await owner.query(`SELECT set_config('app.workspace', $1, false)`, [workspace.id]);
      return (await owner.query<{ used: string | null }>('SELECT last_used_at::text AS used FROM api_key WHERE id = $1', [id])).rows[0]!.used;
    });
  expect(await used()).toBeNull();
  await get(key, 'customers');
  const first = await used();
  expect(first).not.toBeNull();
  await get(key, 'customers');
  expect(await used()).toBe(first);
});

const get = <T>(key: string, path: string) => call<T>(`Bearer ${key}`, path);

function call<T>(authorization: string, path: string, method: Method = 'GET'): Promise<Reply<T>> {
  return askApi<T>(null, path, { method, headers: authorization ? { authorization } : {} });
}

async function walk(key: string, collection: string, cursor: 'starting_after' | 'ending_before', from?: string): Promise<Shown[]> {
  const all: Shown[] = [];
  let at = from;
  for (;;) {
    const { status, body } = await get<List>(key, `${collection}?limit=50${at ? `&${cursor}=${at}` : ''}`);
    expect(status).toBe(200);
    if (cursor === 'starting_after') all.push(...body.data);
    else all.unshift(...body.data);
    if (!body.has_more) return all;
    expect(body.data).toHaveLength(50);
    at = (cursor === 'starting_after' ? body.data.at(-1) : body.data[0])!.id;
  }
}

async function freshKey(): Promise<string> {
  return (await giveKey(workspace, false)).key;
}

function bare(shown: Shown): StripeObject {
  return Object.fromEntries(Object.entries(shown).filter(([name]) => name !== 'mirror')) as StripeObject;
}

const byId = (a: StripeObject, b: StripeObject) => (a.id < b.id ? -1 : 1);
