// Workspaces, roles and keys on a real database: what a change does to the next request (I11, S8, S9).
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { db, openDatabase, useDatabase } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import type { Merchant } from '#lib/merchant.ts';
import { closePrisma } from '#lib/prisma.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';
import { createKey, merchantForKey, revokeKey } from './api-key.ts';
import { findMerchantOf } from './merchant-of.ts';
import { listOwners, operator, removeMember, setRole } from './membership.ts';
import { createPerson, type Person } from './person.ts';
import { createWorkspace, findWorkspace, listWorkspaces } from './workspaces.ts';

let urls: FreshDatabase;
let close: () => Promise<void>;
const people = {} as Record<'owner' | 'admin' | 'support' | 'viewer' | 'stranger', Person>;

beforeAll(async () => {
  urls = await freshDatabase();
  Object.assign(process.env, { DATABASE_URL: urls.appUrl, AUTH_SECRET: 'a secret of at least thirty-two characters' });
  forgetEnv();
  close = useDatabase({ main: openDatabase({ url: urls.appUrl, role: 'app', max: 5 }) });
  for (const name of ['owner', 'admin', 'support', 'viewer', 'stranger'] as const)
    people[name] = await createPerson({ email: `${name}@example.com`, name: `The ${name}`, password: 'a quiet harbour at dusk' });
  await make(people.owner, { name: 'Harbor Weekly' });
  for (const role of ['admin', 'support', 'viewer'] as const) await setRole(operator((await findWorkspace('harbor-weekly'))!, 'test'), people[role].id, role);
  await make(people.stranger, { name: 'Fjord Post' });
});

afterAll(async () => {
  await closePrisma();
  await close();
  await urls.drop();
});

describe('a workspace', () => {
  test('gets its address from its name, numbered when taken, and its maker as owner', async () => {
    expect(await make(people.owner, { name: 'Harbor Weekly' })).toMatchObject({ kind: 'created', workspace: { slug: 'harbor-weekly-2' } });
    expect((await listWorkspaces(people.owner.id)).map(({ slug, role }) => [slug, role])).toEqual([
      ['harbor-weekly', 'owner'],
      ['harbor-weekly-2', 'owner'],
    ]);
    expect(await listOwners((await findWorkspace('harbor-weekly'))!.id)).toEqual([{ name: 'The owner', email: 'owner@example.com' }]);
  });

  test('is refused a typed address that is taken, reserved or malformed, an unknown zone and an unknown language', async () => {
    expect(await make(people.owner, { name: 'X', slug: 'harbor-weekly' })).toEqual({ kind: 'invalid', slug: 'taken' });
    for (const slug of ['api', 'login', 'A', '1ab', 'a b', '../x', 'a'.repeat(41)])
      expect(await make(people.owner, { name: 'X', slug })).toEqual({ kind: 'invalid', slug: 'malformed' });
    expect(await make(people.owner, { name: ' ', timeZone: 'Mars/Base', locale: 'xx' })).toEqual({
      kind: 'invalid',
      name: 'missing',
      timeZone: 'unknown',
      locale: 'unknown',
    });
  });

  test('is found by its members alone, in the two modes that exist', async () => {
    expect(await enter('owner', 'harbor-weekly')).toMatchObject({ livemode: false, ledger: null });
    expect(await enter('owner', 'harbor-weekly', 'live')).toMatchObject({ livemode: true });
    for (const [slug, mode] of [
      ['fjord-post', 'test'],
      ['no-such-place', 'test'],
      ['harbor-weekly', 'TEST'],
      ['harbor-weekly', 'live~acct_1'],
      ["' OR 1=1 --", 'test'],
    ] as const)
      expect(await enter('owner', slug, mode)).toBeNull();
  });

  test('has the account of its newest connection, and none before "Yes, start"', async () => {
    const merchant = (await enter('owner', 'harbor-weekly-2'))!;
    await connection(merchant, 'acct_old', 'disconnected', '3 days', true);
    await connection(merchant, 'acct_no', 'disconnected', '1 day', false);
    expect((await enter('owner', 'harbor-weekly-2'))?.ledger).toMatchObject({ account: 'acct_old', livemode: false, generation: 1 });
    expect((await enter('owner', 'harbor-weekly-2', 'live'))?.ledger).toBeNull();
    await connection(merchant, 'acct_new', 'awaiting_confirmation', '1 hour', false);
    expect((await enter('owner', 'harbor-weekly-2'))?.ledger).toBeNull();
  });
});

describe('roles', () => {
  test('bite on the next request', async () => {
    const workspace = (await findWorkspace('harbor-weekly'))!;
    expect((await enter('support', 'harbor-weekly'))?.can.has('refund')).toBe(true);
    await setRole(operator(workspace, 'test'), people.support.id, 'viewer');
    expect((await enter('support', 'harbor-weekly'))?.can.has('refund')).toBe(false);
    await removeMember(operator(workspace, 'test'), people.support.id);
    expect(await enter('support', 'harbor-weekly')).toBeNull();
    await setRole(operator(workspace, 'test'), people.support.id, 'support');
  });

  test('are not given by those who may not: nobody promotes themselves, and no admin touches an owner', async () => {
    for (const who of ['support', 'viewer'] as const) await refused(setRole((await enter(who, 'harbor-weekly'))!, people[who].id, 'owner'), 'forbidden');
    const admin = (await enter('admin', 'harbor-weekly'))!;
    await refused(setRole(admin, people.admin.id, 'owner'), 'forbidden');
    await refused(setRole(admin, people.owner.id, 'viewer'), 'forbidden');
    await refused(removeMember(admin, people.owner.id), 'forbidden');
    await setRole(admin, people.viewer.id, 'support');
    await setRole(admin, people.viewer.id, 'viewer');
  });

  test('the last owner stays, also when two leave at once', async () => {
    const workspace = (await findWorkspace('harbor-weekly'))!;
    await refused(setRole((await enter('owner', 'harbor-weekly'))!, people.owner.id, 'viewer'), 'unprocessable');
    await setRole(operator(workspace, 'test'), people.admin.id, 'owner');
    const both = await Promise.allSettled([people.owner, people.admin].map(({ id }) => removeMember(operator(workspace, 'test'), id)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await setRole(operator(workspace, 'test'), people.owner.id, 'owner');
    await setRole(operator(workspace, 'test'), people.admin.id, 'admin');
  });

  test('no member is added to another workspace by its Merchant', async () => {
    const before = await listWorkspaces(people.stranger.id);
    await setRole((await enter('owner', 'harbor-weekly'))!, people.stranger.id, 'viewer');
    expect((await listWorkspaces(people.stranger.id)).length).toBe(before.length + 1);
    expect((await enter('stranger', 'fjord-post'))?.actor).toMatchObject({ role: 'owner' });
    await removeMember((await enter('owner', 'harbor-weekly'))!, people.stranger.id);
  });

  test('each change stands in the audit log', async () => {
    const merchant = (await enter('owner', 'harbor-weekly'))!;
    const acts = await db.as(merchant, (tx) =>
      tx.query<{ act: string }>(`SELECT body->>'act' AS act FROM audit_entry WHERE workspace_id = $1 ORDER BY seq`, [merchant.workspace.id]),
    );
    expect(new Set(acts.map(({ act }) => act))).toEqual(new Set(['workspace.created', 'member.added', 'member.role_set', 'member.removed']));
  });
});

describe('a key', () => {
  test('opens its workspace in its mode with its scopes, and nothing else', async () => {
    const merchant = (await enter('admin', 'harbor-weekly', 'live'))!;
    const made = await createKey(merchant, { name: 'Import', scopes: ['read'], days: 30 });
    expect(made.key).toMatch(/^cpk_live_[\w-]{43}$/);
    const found = await bearer(made.key);
    expect(found).toMatchObject({ livemode: true, actor: { kind: 'key', id: made.id, name: 'Import' }, workspace: { slug: 'harbor-weekly' } });
    expect([...found.can]).toEqual(['read']);
    const [row] = await db.as(merchant, (tx) =>
      tx.query<{ last4: string; used: boolean }>('SELECT last4, last_used_at IS NOT NULL AS used FROM api_key WHERE workspace_id = $1 AND id = $2', [
        merchant.workspace.id,
        made.id,
      ]),
    );
    expect(row).toEqual({ last4: made.key.slice(-4), used: true });
  });

  test('is nowhere kept in clear', async () => {
    const { key } = await createKey((await enter('admin', 'harbor-weekly'))!, { name: 'Hidden', scopes: ['read'], days: 1 });
    const hashes = await db.statement<{ hash: Buffer }>('SELECT hash FROM api_key_hash');
    expect(hashes.some(({ hash }) => hash.toString('utf8').includes(key.slice(9)))).toBe(false);
  });

  test('revoked or expired, it is refused at once', async () => {
    const merchant = (await enter('admin', 'harbor-weekly'))!;
    const [revoked, expired] = await Promise.all(['a', 'b'].map((name) => createKey(merchant, { name, scopes: ['read', 'refund'], days: 1 })));
    await bearer(revoked!.key);
    await revokeKey(merchant, revoked!.id);
    await refused(bearer(revoked!.key), 'bad_key');
    await db.statement(`UPDATE api_key_hash SET expires_at = now() - interval '1 second' WHERE key_id = $1`, [expired!.id]);
    await refused(bearer(expired!.key), 'bad_key');
  });

  test('is made by those who may, with no more than they have, for a year at most', async () => {
    await refused(createKey((await enter('support', 'harbor-weekly'))!, { name: 'x', scopes: ['read'], days: 1 }), 'forbidden');
    const admin = (await enter('admin', 'harbor-weekly'))!;
    for (const given of [
      { name: 'x', scopes: ['disconnect'], days: 1 },
      { name: 'x', scopes: [], days: 1 },
      { name: 'x', scopes: ['read'], days: 366 },
      { name: '', scopes: ['read'], days: 1 },
    ])
      await refused(createKey(admin, given as never), 'unprocessable');
  });

  test('nothing else passes for one', async () => {
    for (const word of ['', 'Bearer', 'Bearer cpk_test_x', `Bearer cpk_test_${'a'.repeat(43)}`, `Basic ${btoa('a:b')}`, `Bearer sk_test_${'a'.repeat(43)}`])
      await refused(merchantForKey({ headers: new Headers(word ? { authorization: word } : {}) }), 'bad_key');
  });
});

function make(person: Person, given: Partial<Parameters<typeof createWorkspace>[1]> & { name: string }) {
  const actor = { kind: 'person', ...person, role: 'owner', session: randomUUID() } as const;
  return createWorkspace({ id: person.id, actor }, { timeZone: 'Europe/Oslo', locale: 'en', ...given });
}

function enter(who: keyof typeof people, slug: string, mode = 'test'): Promise<Merchant | null> {
  return findMerchantOf({ person: { ...people[who], verified: true }, session: randomUUID() }, slug, mode);
}

function bearer(key: string): Promise<Merchant> {
  return merchantForKey({ headers: new Headers({ authorization: `Bearer ${key}` }) });
}

async function refused(work: Promise<unknown>, code: string): Promise<void> {
  await expect(work).rejects.toMatchObject({ name: 'AppError', code });
}

function connection(merchant: Merchant, account: string, state: string, ago: string, confirmed: boolean): Promise<unknown> {
  return db.as(merchant, (tx) =>
    tx.query(
      `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts, created_at, confirmed_at)
       VALUES ($1, $2, false, 1, $3, 'read_write', '{}', now() - $4::interval, CASE WHEN $5 THEN now() END)`,
      [merchant.workspace.id, account, state, ago, confirmed],
    ),
  );
}
