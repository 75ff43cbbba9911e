// F6, limits: what one may refund each time and in a day, whoever races whom; the same amount again; the password. Decided here, in one order, at no cost at Stripe.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '#lib/access/person.ts';
import { confirmPassword } from '#lib/access/step-up.ts';
import { db } from '#lib/db.ts';
import type { Merchant, Role, Workspace } from '#lib/merchant.ts';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { setRefundLimit, setStepUpAmount, type Whose } from '#lib/perform/limits.ts';
import { perform, type Outcome } from '#lib/perform/run.ts';
import { closePrisma } from '#lib/prisma.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { atWork, join, PASSWORD, withKey } from '#tests/merchants.ts';
import { say } from './house.ts';

const RACERS = 20;

let world: Connected;
let workspace: Workspace;
let owner: Merchant;
let postsBefore = 0;

beforeAll(async () => {
  world = await startConnected({ max: 24 });
  workspace = world.merchant.workspace;
  owner = await at(await newcomer('owner'));
  await stepUp(owner);
  // The first refund of all also names the deployment, and others would wait for that.
  await refund(owner, await world.paid(1_000), {});
});
afterAll(async () => {
  await closePrisma();
  await world?.stop();
});
beforeEach(async () => {
  postsBefore = (await posts()).length;
});

describe('a day’s limit', () => {
  test(`${RACERS} refunds of different charges by one person from two sessions, all at the count at once: never above it`, async () => {
    const person = await newcomer('support');
    await limit({ person: person.id }, 'eur', 5_000n, 10_000n);
    const sessions = [await at(person), await at(person)];
    const payments = await Promise.all(Array.from({ length: RACERS }, () => world.paid(4_000)));
    const key = `${workspace.id} ${person.id} eur false`;
    await world.owner.query('SELECT pg_advisory_lock(hashtextextended($1, 20260102))', [key]);
    const running = payments.map((payment, index) => refund(sessions[index % 2]!, payment, { amount: 1_000n }));
    const waited = await untilWaiting(RACERS);
    await world.owner.query('SELECT pg_advisory_unlock(hashtextextended($1, 20260102))', [key]);
    const answers = await Promise.all(running);
    const over = answers.filter((answer) => answer.kind === 'over_limit');
    say('limits race', { asked: RACERS, waited_together: waited, accepted: RACERS - over.length, refused: over.length });
    expect(over).toHaveLength(RACERS / 2);
    expect(waited).toBe(RACERS);
    for (const answer of over) expect(answer).toEqual({ kind: 'over_limit', each: 5_000n, day: 10_000n, used: 10_000n, currency: 'eur' });
    await expectPosts(RACERS / 2);
  });

  test('is each person’s own, in each currency and mode of its own', async () => {
    await limit({ role: 'support' }, 'eur', null, 3_000n);
    await limit({ role: 'support' }, 'usd', null, 2_000n);
    const [one, other] = [await at(await newcomer('support')), await at(await newcomer('support'))];
    expect((await refund(one, await world.paid(9_000), { amount: 3_000n })).kind).toBe('accepted');
    expect(await refund(one, await world.paid(9_000), { amount: 1n })).toMatchObject({ kind: 'over_limit', each: null, day: 3_000n, used: 3_000n });
    expect((await refund(other, await world.paid(9_000), { amount: 3_000n })).kind).toBe('accepted');
    expect((await refund(one, await world.paid(9_000, 'usd'), { amount: 2_000n })).kind).toBe('accepted');
  });

  test('counts what waits or is in doubt, and gives back what Stripe refused', async () => {
    const person = await newcomer('support');
    await limit({ person: person.id }, 'eur', null, 3_000n);
    const merchant = await at(person);
    const payment = await world.paid(9_000);
    await world.sandbox.control('act', { account: world.ledger.account, livemode: false, act: 'dispute', id: payment.charge, kind: 'fraudulent' });
    expect(await refund(merchant, payment, { amount: 3_000n })).toMatchObject({ kind: 'refused' });
    const lost = await world.paid(9_000);
    await world.order('reset_after');
    const answer = await perform(merchant, 'refund_payment', { payment: lost.intent, amount: 2_000n }, { clientToken: randomUUID(), waitMs: 0 });
    expect(['no_answer', 'accepted']).toContain(answer.kind);
    expect(await refund(merchant, await world.paid(9_000), { amount: 1_001n })).toMatchObject({ kind: 'over_limit', used: 2_000n });
    expect((await refund(merchant, await world.paid(9_000), { amount: 1_000n })).kind).toBe('accepted');
    await expect.poll(() => world.fired('reset_after')).toBeGreaterThan(0);
    await world.calm();
  });

  test('begins at midnight where the workspace is', async () => {
    const person = await newcomer('support');
    await limit({ person: person.id }, 'eur', null, 3_000n);
    await refund(await at(person), await world.paid(9_000), { amount: 3_000n });
    const moved = (zone: string, instant: string) =>
      world.owner.query(
        `WITH w AS (UPDATE workspace SET time_zone = $1 WHERE id = $2) UPDATE operation SET created_at = ${instant} WHERE workspace_id = $2 AND actor_id = $3`,
        [zone, workspace.id, person.id],
      );
    const again = async () => refund(await at({ ...person }, await reread()), await world.paid(9_000), { amount: 1_000n });
    const midnight = `date_trunc('day', now() AT TIME ZONE $1) AT TIME ZONE $1`;
    await moved('Pacific/Kiritimati', midnight);
    expect(await again()).toMatchObject({ kind: 'over_limit', used: 3_000n });
    await moved('Pacific/Kiritimati', `${midnight} - interval '1 second'`);
    expect((await again()).kind).toBe('accepted');
    await world.owner.query(`UPDATE workspace SET time_zone = 'UTC' WHERE id = $1`, [workspace.id]);
  });
});

describe('a limit each time', () => {
  test('binds the role, or the person by their own line, and at the very amount still lets it through', async () => {
    await limit({ role: 'support' }, 'nok', 2_000n, null);
    const person = await newcomer('support');
    expect(await refund(await at(person), await world.paid(9_000, 'nok'), { amount: 2_001n })).toEqual({
      kind: 'over_limit',
      each: 2_000n,
      day: null,
      used: 0n,
      currency: 'nok',
    });
    expect((await refund(await at(person), await world.paid(9_000, 'nok'), { amount: 2_000n })).kind).toBe('accepted');
    await limit({ person: person.id }, 'nok', 5_000n, null);
    expect((await refund(await at(person), await world.paid(9_000, 'nok'), { amount: 5_000n })).kind).toBe('accepted');
    await limit({ person: person.id }, 'nok', null, null);
    expect((await refund(await at(person), await world.paid(9_000, 'nok'), { amount: 2_001n })).kind).toBe('over_limit');
  });

  test('is needed by support in each currency, and by nobody else until one is set', async () => {
    const none = { kind: 'over_limit', each: null, day: null, used: 0n, currency: 'sek' };
    expect(await refund(await at(await newcomer('support')), await world.paid(9_000, 'sek'), { amount: 1n })).toEqual(none);
    const admin = await newcomer('admin');
    expect((await refund(await at(admin), await world.paid(9_000, 'sek'), { amount: 1n })).kind).toBe('accepted');
    await limit({ person: admin.id }, 'eur', 100n, null);
    expect(await refund(await at(admin), await world.paid(9_000, 'sek'), { amount: 1n })).toEqual(none);
    await limit({ person: admin.id }, 'sek', 0n, null);
    expect(await refund(await at(admin), await world.paid(9_000, 'sek'), { amount: 1n })).toMatchObject({ kind: 'over_limit', each: 0n });
  });

  test('comes before the question and the password; the first result of a token stands whatever the limit is now', async () => {
    const person = await newcomer('support');
    const merchant = await at(person);
    await limit({ person: person.id }, 'eur', 1_000n, null);
    await amountOf('eur', 500n);
    const payment = await world.paid(9_000);
    const token = randomUUID();
    expect(await refund(merchant, payment, { amount: 600n })).toEqual({ kind: 'needs_password', above: 500n, currency: 'eur' });
    await stepUp(merchant);
    const first = await refund(merchant, payment, { amount: 600n }, token);
    expect(first.kind).toBe('accepted');
    const elsewhere = await at(person);
    expect((await refund(elsewhere, payment, { amount: 600n })).kind).toBe('same_again');
    expect((await refund(elsewhere, payment, { amount: 600n, again: true })).kind).toBe('needs_password');
    await limit({ person: person.id }, 'eur', 599n, null);
    expect((await refund(elsewhere, payment, { amount: 600n })).kind).toBe('over_limit');
    expect((await refund(elsewhere, payment, { amount: 8_401n })).kind).toBe('invalid');
    expect(await refund(elsewhere, payment, { amount: 600n }, token)).toEqual(first);
    await expectPosts(1);
    await amountOf('eur', 50_000n);
  });
});

describe('the same amount again', () => {
  test('within ten minutes is asked about, and a yes passes it; the yes is no part of the intent', async () => {
    const payment = await world.paid(9_000);
    await refund(owner, payment, { amount: 2_500n });
    const asked = await refund(owner, payment, { amount: 2_500n });
    expect(asked).toMatchObject({ kind: 'same_again', amount: 2_500n, currency: 'eur' });
    expect(asked.kind === 'same_again' && asked.secondsAgo).toBeLessThan(30);
    expect((await refund(owner, payment, { amount: 2_499n })).kind).toBe('accepted');
    const token = randomUUID();
    const second = await refund(owner, payment, { amount: 2_500n, again: true }, token);
    expect(second.kind).toBe('accepted');
    expect(await refund(owner, payment, { amount: 2_500n }, token)).toEqual(second);
    await expectPosts(3);
  });

  test('is also asked after one made in Stripe, or through a key', async () => {
    const elsewhere = await world.paid(9_000);
    await world.stripe('POST', '/v1/refunds', { charge: elsewhere.charge, amount: 1_200 });
    await reconfirm(elsewhere);
    expect((await refund(owner, elsewhere, { amount: 1_200n })).kind).toBe('same_again');
    const payment = await world.paid(9_000);
    expect((await refund(await withKey(workspace, ['refund']), payment, { amount: 1_300n })).kind).toBe('accepted');
    expect((await refund(owner, payment, { amount: 1_300n })).kind).toBe('same_again');
  });

  test('is not asked after ten minutes, nor after one that came to nothing', async () => {
    const payment = await world.paid(9_000);
    await refund(owner, payment, { amount: 1_100n });
    await reconfirm(payment);
    await world.owner.query(`UPDATE operation SET created_at = created_at - interval '10 minutes' WHERE charge = $1`, [payment.charge]);
    await world.owner.query(`UPDATE refunds SET created = created - interval '10 minutes' WHERE charge = $1`, [payment.charge]);
    expect((await refund(owner, payment, { amount: 1_100n })).kind).toBe('accepted');
    const gone = await world.paid(9_000);
    const first = await refund(owner, gone, { amount: 1_100n });
    if (first.kind !== 'accepted') throw new Error(first.kind);
    await world.sandbox.control('act', { account: world.ledger.account, livemode: false, act: 'fail-refund', id: first.object });
    await reconfirm(gone);
    // Its own row is told by the event that comes with it, which nobody delivers here.
    await world.owner.query(`UPDATE operation SET state = 'failed' WHERE id = $1`, [first.operation]);
    expect((await refund(owner, gone, { amount: 1_100n })).kind).toBe('accepted');
  });
});

describe('the password', () => {
  test('is asked above the workspace’s amount, of this session alone, and nothing is stored before it', async () => {
    const person = await newcomer('owner');
    const [here, elsewhere] = [await at(person), await at(person)];
    const payment = await world.paid(90_000);
    expect((await refund(here, payment, { amount: 50_000n })).kind).toBe('accepted');
    expect(await refund(here, payment, { amount: 40_000n })).toEqual({ kind: 'accepted', ...rest });
    const large = await world.paid(90_000);
    await stepUp(elsewhere);
    const asked = await refund(here, large, { amount: 50_001n });
    expect(asked).toEqual({ kind: 'needs_password', above: 50_000n, currency: 'eur' });
    const { rows } = await world.owner.query('SELECT FROM operation WHERE charge = $1', [large.charge]);
    expect(rows).toHaveLength(0);
    await stepUp(here);
    expect((await refund(here, large, { amount: 50_001n })).kind).toBe('accepted');
    await world.owner.query(`UPDATE session SET stepped_up_at = clock_timestamp() - interval '5 minutes' WHERE person_id = $1`, [person.id]);
    expect((await refund(here, await world.paid(90_000), { amount: 50_001n })).kind).toBe('needs_password');
    await expectPosts(3);
  });

  test('is asked above 500 whole units, and above 50,000 where there are no decimals', async () => {
    const merchant = await at(await newcomer('owner'));
    const yen = await world.paid(60_000, 'jpy');
    expect(await refund(merchant, yen, { amount: 50_001n })).toMatchObject({ kind: 'needs_password', above: 50_000n });
    expect(await refund(merchant, await world.paid(600_000, 'kwd'), { amount: 500_010n })).toMatchObject({ kind: 'needs_password', above: 500_000n });
  });

  test('a key has none: up to the amount it may, above it may not', async () => {
    const key = await withKey(workspace, ['read', 'refund']);
    const payment = await world.paid(90_000);
    expect((await refund(key, payment, { amount: 50_000n })).kind).toBe('accepted');
    expect(await refund(key, await world.paid(90_000), { amount: 50_001n })).toEqual({
      kind: 'over_limit',
      each: 50_000n,
      day: null,
      used: 0n,
      currency: 'eur',
    });
    await expectPosts(1);
  });
});

describe('words of an attacker', () => {
  test('form fields that name limits, roles or a yes of the wrong kind change nothing', async () => {
    const person = await newcomer('support');
    await limit({ person: person.id }, 'eur', 100n, 100n);
    const merchant = await at(person);
    const payment = await world.paid(9_000);
    for (const more of [
      { each: 10 ** 9 },
      { limit: null },
      { role: 'owner' },
      { actor: { kind: 'job' } },
      { stepped_up: true },
      { again: 'yes' },
      { again: 1 },
    ])
      await expect(refund(merchant, payment, { amount: 200n, ...more })).rejects.toMatchObject({ code: 'bad_request' });
    expect((await refund(merchant, payment, { amount: 200n, again: true })).kind).toBe('over_limit');
    await expectPosts(0);
  });
});

const rest = { operation: expect.any(String), object: expect.any(String), status: 'succeeded', amount: 40_000n, currency: 'eur' };

async function newcomer(role: Role): Promise<Person> {
  return (await join(role, workspace)).person;
}

function at(person: Person, where: Workspace = workspace): Promise<Merchant> {
  return atWork(person, where);
}

async function reread(): Promise<Workspace> {
  const { rows } = await world.owner.query<{ zone: string }>('SELECT time_zone AS zone FROM workspace WHERE id = $1', [workspace.id]);
  return { ...workspace, timeZone: rows[0]!.zone };
}

async function stepUp(merchant: Merchant): Promise<void> {
  expect(await confirmPassword(merchant, PASSWORD, async () => {})).toBe('ok');
}

async function limit(whose: Whose, currency: string, each: bigint | null, day: bigint | null): Promise<void> {
  expect(await setRefundLimit(owner, { whose, currency, each, day })).toBe('saved');
}

async function amountOf(currency: string, amount: bigint): Promise<void> {
  expect(await setStepUpAmount(owner, { currency, amount })).toBe('saved');
}

function refund(merchant: Merchant, payment: Paid, more: Record<string, unknown>, token: string = randomUUID()): Promise<Outcome> {
  return perform(merchant, 'refund_payment', { payment: payment.intent, ...more }, { clientToken: token });
}

/** How many transactions stand at an advisory lock together, once it is this many or two seconds have passed. */
async function untilWaiting(count: number): Promise<number> {
  const start = performance.now();
  for (;;) {
    const { rows } = await world.owner.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    if (rows[0]!.waiting >= count || performance.now() - start > 2_000) return rows[0]!.waiting;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function reconfirm(payment: Paid): Promise<void> {
  await confirmNow(world.ledger, [
    { type: 'charge', id: payment.charge },
    { type: 'refund', id: `?charge=${payment.charge}` },
  ]);
  const { count } = await db.as(world.ledger, (tx) =>
    tx.one<{ count: bigint }>('SELECT count(*) AS count FROM refunds WHERE workspace_id = $1 AND charge = $2', [workspace.id, payment.charge]),
  );
  expect(count).toBe(1n);
}

function posts() {
  return world.calls('POST', '/v1/refunds');
}

/** Calls of this test, and not one that Stripe had to refuse. */
async function expectPosts(count: number): Promise<void> {
  const calls = (await posts()).slice(postsBefore);
  expect(calls.map((call) => call.status)).toEqual(Array.from({ length: count }, () => 200));
}
