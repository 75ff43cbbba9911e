// Who may set limits and the amount for the password, and what of it is kept, audited and refused (S9).
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { confirmPassword } from '../access/step-up.ts';
import { openDatabase, db, useDatabase } from '../db.ts';
import { forgetEnv } from '../env.ts';
import type { Merchant, Role, Workspace } from '../merchant.ts';
import { closePrisma } from '../prisma.ts';
import { atWork, join, PASSWORD, withKey } from '#tests/merchants.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';
import { bindingLine, defaultStepUp, isOver, limitFor, setRefundLimit, setStepUpAmount, stepUpAbove, type Line } from './limits.ts';
import { mayRefund } from './who-may.ts';

let urls: FreshDatabase;
let close: () => Promise<void>;
let workspace: Workspace;
let people: Record<Role, Merchant>;

beforeAll(async () => {
  urls = await freshDatabase();
  Object.assign(process.env, { APP_URL: 'http://localhost:3999', AUTH_SECRET: 'a secret of at least thirty-two characters', DATABASE_URL: urls.appUrl });
  forgetEnv();
  close = useDatabase({ main: openDatabase({ url: urls.appUrl, role: 'app', max: 10 }) });
});
afterAll(async () => {
  await closePrisma();
  await close?.();
  await urls?.drop();
});
beforeEach(async () => {
  const first = await join('owner');
  workspace = first.workspace;
  people = {
    owner: await atWork(first.person, workspace),
    admin: await atWork((await join('admin', workspace)).person, workspace),
    support: await atWork((await join('support', workspace)).person, workspace),
    viewer: await atWork((await join('viewer', workspace)).person, workspace),
  };
});

describe('setting a limit', () => {
  test('needs the password in this very session', async () => {
    const set = () => setRefundLimit(people.owner, { whose: { role: 'support' }, currency: 'eur', each: 100n, day: null });
    expect(await set()).toBe('needs_password');
    expect(await limitOf(people.support)).toBe('none_set');
    await stepUp(people.owner);
    expect(await set()).toBe('saved');
    expect(await limitOf(people.support)).toEqual({ each: 100n, day: null, used: 0n });
  });

  test('is for those with the team in hand, and only below their own role: nobody raises their own', async () => {
    for (const merchant of Object.values(people)) await stepUp(merchant);
    const set = (by: Merchant, whose: { role: Role } | { person: string }) => setRefundLimit(by, { whose, currency: 'eur', each: 10n ** 9n, day: null });
    const idOf = (role: Role) => ({ person: people[role].actor.id });
    for (const by of [people.support, people.viewer, await withKey(workspace, ['read', 'refund', 'write'])])
      for (const whose of [{ role: 'support' } as const, idOf('support')]) await expect(set(by, whose)).rejects.toMatchObject({ code: 'forbidden' });
    for (const whose of [{ role: 'admin' }, { role: 'owner' }, idOf('admin'), idOf('owner')] as const)
      await expect(set(people.admin, whose)).rejects.toMatchObject({ code: 'forbidden' });
    for (const whose of [{ role: 'support' }, idOf('support')] as const) expect(await set(people.admin, whose)).toBe('saved');
    for (const whose of [{ role: 'admin' }, { role: 'owner' }, idOf('admin'), idOf('owner')] as const) expect(await set(people.owner, whose)).toBe('saved');
  });

  test('refuses strangers, roles that refund nothing, and figures that are none', async () => {
    await stepUp(people.owner);
    const stranger = await join('support');
    const set = (whose: { role: Role } | { person: string }, more: Partial<{ currency: string; each: bigint; day: bigint }> = {}) =>
      setRefundLimit(people.owner, { whose, currency: 'eur', each: 1n, day: null, ...more });
    await expect(set({ person: stranger.person.id })).rejects.toMatchObject({ code: 'not_found' });
    for (const odd of [randomUUID(), 'support', '', "x' OR '1'='1", '\u0000']) await expect(set({ person: odd })).rejects.toMatchObject({ status: 404 });
    await expect(set({ role: 'viewer' })).rejects.toMatchObject({ code: 'unprocessable', param: 'role' });
    await expect(set({ role: 'king' as Role })).rejects.toMatchObject({ code: 'unprocessable', param: 'role' });
    for (const currency of ['EUR', 'euro', '', 'zzz', 'e\u0000r'])
      await expect(set({ role: 'support' }, { currency })).rejects.toMatchObject({ param: 'currency' });
    await expect(set({ role: 'support' }, { each: -1n })).rejects.toMatchObject({ param: 'each' });
    await expect(set({ role: 'support' }, { day: 10n ** 16n })).rejects.toMatchObject({ param: 'day' });
    expect(await limitOf(people.support)).toBe('none_set');
  });

  test('is audited with what stood before; the same again is no act', async () => {
    await stepUp(people.owner);
    const set = (each: bigint | null) => setRefundLimit(people.owner, { whose: { role: 'support' }, currency: 'eur', each, day: 900n });
    for (const each of [100n, 100n, null]) expect(await set(each)).toBe('saved');
    expect(await acts('refund_limit.set')).toEqual([
      [
        { each: null, day: null, currency: 'eur' },
        { each: '100', day: '900', currency: 'eur' },
      ],
      [
        { each: '100', day: '900', currency: 'eur' },
        { each: null, day: '900', currency: 'eur' },
      ],
    ]);
  });

  test('says nothing about another workspace', async () => {
    await stepUp(people.owner);
    await setRefundLimit(people.owner, { whose: { role: 'support' }, currency: 'eur', each: 100n, day: null });
    const other = await join('owner');
    const support = await atWork((await join('support', other.workspace)).person, other.workspace);
    expect(await limitOf(support)).toBe('none_set');
  });
});

describe('the amount above which the password is asked', () => {
  test('is 500 whole units, 50,000 without decimals, until it is set', async () => {
    expect([defaultStepUp('eur'), defaultStepUp('jpy'), defaultStepUp('kwd')]).toEqual([50_000n, 50_000n, 500_000n]);
    await stepUp(people.admin);
    expect(await setStepUpAmount(people.admin, { currency: 'eur', amount: 0n })).toBe('saved');
    expect(await db.as(people.owner, (tx) => stepUpAbove(tx, workspace.id, 'eur'))).toBe(0n);
    expect(await acts('step_up_amount.set')).toEqual([
      [
        { amount: '50000', currency: 'eur' },
        { amount: '0', currency: 'eur' },
      ],
    ]);
  });

  test('is set with the password, by those with the team in hand', async () => {
    expect(await setStepUpAmount(people.owner, { currency: 'eur', amount: 1n })).toBe('needs_password');
    await stepUp(people.support);
    await expect(setStepUpAmount(people.support, { currency: 'eur', amount: 10n ** 9n })).rejects.toMatchObject({ code: 'forbidden' });
    await stepUp(people.owner);
    await expect(setStepUpAmount(people.owner, { currency: 'eur', amount: -1n })).rejects.toMatchObject({ param: 'amount' });
    expect(await db.as(people.owner, (tx) => stepUpAbove(tx, workspace.id, 'eur'))).toBe(50_000n);
  });
});

test('those are named who may what one may not, owners first, never one’s self', async () => {
  await stepUp(people.owner);
  const names = (amount: bigint | null) => db.as(people.support, (tx) => mayRefund(tx, people.support, 'eur', amount));
  expect(await names(null)).toEqual(['The owner', 'The admin']);
  await setRefundLimit(people.owner, { whose: { person: people.admin.actor.id }, currency: 'eur', each: 5_000n, day: null });
  expect(await names(null)).toEqual(['The owner']);
  expect(await names(5_000n)).toEqual(['The owner', 'The admin']);
  expect(await names(5_001n)).toEqual(['The owner']);
});

test('whatever lines there are: a person’s own wins, one currency never lends to another, and what passes is under both figures', () => {
  const figure = fc.option(fc.bigInt(0n, 1_000n), { nil: null });
  const line = fc
    .record({ currency: fc.constantFrom('eur', 'usd', 'jpy'), each: figure, day: figure })
    .filter(({ each, day }) => each !== null || day !== null);
  const given = [fc.array(line, { maxLength: 3 }), fc.array(line, { maxLength: 3 }), fc.constantFrom<Role>('owner', 'admin', 'support')] as const;
  fc.assert(
    fc.property(...given, fc.bigInt(1n, 2_000n), fc.bigInt(0n, 2_000n), (own: Line[], roles: Line[], role, amount, used) => {
      const found = bindingLine([...own, ...roles], role, 'eur');
      const expected = own.find(({ currency }) => currency === 'eur') ?? roles.find(({ currency }) => currency === 'eur');
      if (expected) expect(found).toBe(expected);
      else expect(found).toBe(own.length + roles.length > 0 || role === 'support' ? 'none_set' : null);
      if (found === null || found === 'none_set') return;
      const passes = amount <= (found.each ?? amount) && used + amount <= (found.day ?? used + amount);
      expect(isOver(amount, { ...found, used })).toBe(!passes);
    }),
  );
});

async function stepUp(merchant: Merchant): Promise<void> {
  expect(await confirmPassword(merchant, PASSWORD, async () => {})).toBe('ok');
}

function limitOf(merchant: Merchant) {
  return db.as(merchant, (tx) => limitFor(tx, merchant, 'eur'));
}

async function acts(act: string): Promise<unknown[][]> {
  const entries = await db.as(people.owner, (tx) =>
    tx.query<{ body: { before: unknown; after: unknown } }>(`SELECT body FROM audit_entry WHERE workspace_id = $1 AND body ->> 'act' = $2 ORDER BY seq`, [
      workspace.id,
      act,
    ]),
  );
  return entries.map(({ body }) => [body.before, body.after]);
}
