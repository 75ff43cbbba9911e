// Operations that may not go out: access in doubt, a copy of the database, a connection that is over; and giving access back, once.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ledgerOfRow, merchantForJob } from '#lib/access/job.ts';
import { forgetEnv } from '#lib/env.ts';
import { makeMerchant } from '#lib/merchant.ts';
import { completeDue } from '#lib/perform/complete.ts';
import { perform, type Outcome } from '#lib/perform/run.ts';
import { refundableOf } from '#lib/perform/refundable.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { completed, stored, until } from '#tests/faults/completed.ts';
import { cutWire } from '#tests/faults/cut.ts';

let world: Connected;

beforeAll(async () => {
  world = await startConnected({ factor: 0.05 });
});
afterAll(() => world?.stop());
afterEach(() => world.calm());

describe('access in doubt', () => {
  test('a refund asked meanwhile is held, lowers what is left, and goes out when the doubt is over', async () => {
    const payment = await world.paid(9_000);
    await suspend(true);
    const token = randomUUID();
    expect(await refund(payment, 5_000n, token)).toMatchObject({ kind: 'held', amount: 5_000n });
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 4_000n, inFlight: null, unavailable: null });
    expect(await refund(payment, 5_000n)).toMatchObject({ kind: 'invalid', why: 'above_left' });
    await completeDue();
    expect(await stored(world, token)).toMatchObject({ state: 'held', attempts: 0 });
    await suspend(false);
    expect(await completed(world, token)).toMatchObject({ state: 'succeeded' });
    expect(await amountsOf(payment)).toEqual([5_000]);
  });

  test('a loss of access met here is held and told once, by the completer, without another call', async () => {
    const payment = await world.paid(9_000);
    await world.sandbox.control('revoke', { account: world.ledger.account, livemode: false });
    const token = randomUUID();
    const before = (await posts()).length;
    expect(await refund(payment, 5_000n, token)).toMatchObject({ kind: 'held' });
    expect((await posts()).length).toBe(before + 1);
    const told: string[] = [];
    const onAccessLost = async (ledger: { account: string; generation: number }, why: string) => {
      told.push(`${ledger.account} ${ledger.generation} ${/does not have access/.test(why)}`);
      await suspend(true);
    };
    await until(async () => {
      await completeDue({ onAccessLost });
      return told.length > 0;
    });
    for (let passes = 0; passes < 3; passes += 1) await completeDue({ onAccessLost });
    expect(told).toEqual([`${world.ledger.account} 1 true`]);
    expect((await posts()).length).toBe(before + 1);
    await world.sandbox.control('grant', { account: world.ledger.account, livemode: false });
    await suspend(false);
    expect(await completed(world, token)).toMatchObject({ state: 'succeeded' });
    expect(await amountsOf(payment)).toEqual([5_000]);
  });

  test('says nothing about an earlier try: what was unknown stays unknown', async () => {
    const payment = await world.paid(9_000);
    await world.order('reset_after', 2);
    const token = randomUUID();
    await refund(payment, 5_000n, token, 0);
    await until(async () => (await stored(world, token))?.state === 'unknown');
    await world.sandbox.control('revoke', { account: world.ledger.account, livemode: false });
    await until(async () => {
      await completeDue();
      return (await stored(world, token))?.last_error?.['kind'] === 'no_access';
    });
    expect(await stored(world, token)).toMatchObject({ state: 'unknown' });
    await world.sandbox.control('grant', { account: world.ledger.account, livemode: false });
    // The refused reading has paused the route; the probe that follows in a worker would lift it.
    await suspend(false);
    expect(await completed(world, token)).toMatchObject({ state: 'succeeded', found_by: 'reading' });
    expect(await amountsOf(payment)).toEqual([5_000]);
  });
});

describe('Stripe answers nothing', () => {
  test('what was never sent is held for that by the completer, goes out once the breaker lets a call through, and a person may still try', async () => {
    const [mine, theirs] = [await world.paid(9_000), await world.paid(9_000)];
    await suspend(true);
    const token = randomUUID();
    await refund(mine, 5_000n, token);
    await suspend(false);
    await breakerOpen(true);
    const before = (await posts()).length;
    await until(async () => (await completeDue(), (await whyHeld(token)) === 'stripe_down'));
    for (let passes = 0; passes < 3; passes += 1) await completeDue();
    expect(await stored(world, token)).toMatchObject({ state: 'held', attempts: 0 });
    expect((await posts()).length).toBe(before);
    const person = makeMerchant({
      ...world.merchant,
      actor: { kind: 'person', id: randomUUID(), name: 'D', email: 'd@example.com', role: 'owner', session: 's' },
    });
    const tried = await perform(person, 'refund_payment', { payment: theirs.intent, amount: 1_000n }, { clientToken: randomUUID(), waitMs: 5_000 });
    expect(tried).toMatchObject({ kind: 'accepted' });
    expect((await posts()).length).toBe(before + 1);
    await breakerOpen(false);
    expect(await completed(world, token)).toMatchObject({ state: 'succeeded' });
    expect(await amountsOf(mine)).toEqual([5_000]);
  });

  test('half open, the reading of a lost answer may be the call that finds out: nothing else may be due for the account', async () => {
    const payment = await world.paid(9_000);
    await world.order('reset_after', 2);
    const token = randomUUID();
    await refund(payment, 5_000n, token, 0);
    await until(async () => (await stored(world, token))?.state === 'unknown');
    await breakerOpen(false);
    expect(await completed(world, token)).toMatchObject({ state: 'succeeded', found_by: 'reading' });
    const { rows } = await world.owner.query(`SELECT open_until FROM rate_bucket WHERE account = $1 AND endpoint = ''`, [world.ledger.account]);
    expect(rows).toEqual([{ open_until: null }]);
  });

  async function breakerOpen(open: boolean): Promise<void> {
    await world.owner.query(
      `INSERT INTO rate_bucket (account, livemode, endpoint, tokens, refilled_at, open_until) VALUES ($1, false, '', 10, clock_timestamp(), clock_timestamp() + $2 * interval '1 s')
       ON CONFLICT (account, livemode, endpoint) DO UPDATE SET open_until = excluded.open_until`,
      [world.ledger.account, open ? 60 : -1],
    );
  }

  async function whyHeld(token: string): Promise<string | null> {
    const { rows } = await world.owner.query<{ held_why: string | null }>('SELECT held_why FROM operation WHERE client_token = $1', [`test:${token}`]);
    return rows[0]?.held_why ?? null;
  }
});

describe('a copy of the database', () => {
  test('takes no refund and sends none that waits', async () => {
    const payment = await world.paid(9_000);
    await suspend(true);
    const token = randomUUID();
    expect(await refund(payment, 5_000n, token)).toMatchObject({ kind: 'held' });
    await suspend(false);
    const { rows } = await world.owner.query<{ id: string }>(`UPDATE deployment SET id = 'another' RETURNING id`);
    expect(rows).toHaveLength(1);
    const before = (await posts()).length;
    expect(await refund(payment, 1_000n)).toMatchObject({ kind: 'unavailable', why: 'restored_copy' });
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ unavailable: 'restored_copy' });
    for (let passes = 0; passes < 3; passes += 1) await completeDue();
    expect(await stored(world, token)).toMatchObject({ state: 'held' });
    expect((await posts()).length).toBe(before);
    await world.owner.query('DELETE FROM deployment');
    expect(await completed(world, token)).toMatchObject({ state: 'succeeded' });
  });
});

describe('who may not', () => {
  test('a viewer is refused, and nothing is stored', async () => {
    const payment = await world.paid(9_000);
    const viewer = makeMerchant({ ...world.merchant, can: new Set(['read']) });
    const token = randomUUID();
    await expect(perform(viewer, 'refund_payment', { payment: payment.intent }, { clientToken: token })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await stored(world, token)).toBeNull();
  });

  test('a merchant without an account, and one whose account was left', async () => {
    const payment = await world.paid(9_000);
    const without = makeMerchant({ ...world.merchant, ledger: null });
    const ask = { payment: payment.intent, amount: 1n };
    expect(await perform(without, 'refund_payment', ask, { clientToken: randomUUID() })).toMatchObject({ kind: 'unavailable', why: 'disconnected' });
    await connectionIs('disconnected');
    expect(await refund(payment, 1n)).toMatchObject({ kind: 'unavailable', why: 'disconnected' });
    await connectionIs('live');
    expect(await refund(payment, 1n)).toMatchObject({ kind: 'accepted' });
  });
});

describe('a connection that is over', () => {
  test('what was never sent is withdrawn after a reconnect, not sent weeks later', async () => {
    const payment = await world.paid(9_000);
    await suspend(true);
    const token = randomUUID();
    expect(await refund(payment, 5_000n, token)).toMatchObject({ kind: 'held' });
    await world.owner.query('UPDATE account_route SET generation = 2, paused = false WHERE account = $1', [world.ledger.account]);
    await connectionIs('live');
    const before = (await posts()).length;
    expect(await completed(world, token)).toMatchObject({ state: 'canceled', attempts: 0 });
    expect((await posts()).length).toBe(before);
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 9_000n });
    await world.owner.query('UPDATE account_route SET generation = 1 WHERE account = $1', [world.ledger.account]);
  });
});

// Last: they end the connection at Stripe.
describe('giving access back', () => {
  test('asked twenty times at once, with its answers lost, it is done once', async () => {
    await connectionIs('disconnecting', true);
    // Twice: the client itself sends once more on a connection that was closed.
    const wire = await cutWire(world.sandbox.url, '/oauth/deauthorize', 2);
    baseIs(wire.url);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => giveBack(1)));
    expect(await completed(world, tokenOf(1))).toMatchObject({ state: 'succeeded', found_by: 'reading' });
    baseIs(world.sandbox.url);
    await wire.close();
    expect(wire.fired()).toBe(2);
    for (const outcome of outcomes) expect(['done', 'no_answer']).toContain(outcome.kind);
    expect(await giveBack(1)).toMatchObject({ kind: 'done' });
    const calls = await world.sandbox.control<{ idempotency_key: string | null; status: number }[]>('requests?path=/oauth/deauthorize');
    expect(calls.filter((call) => call.status === 200)).toHaveLength(1);
    expect(new Set(calls.map((call) => call.idempotency_key)).size).toBe(1);
  });

  test('already gone counts as done', async () => {
    await newGeneration(2);
    expect(await giveBack(2)).toMatchObject({ kind: 'done' });
  });

  test('an older generation never cuts off a newer one', async () => {
    await newGeneration(3);
    await world.sandbox.control('grant', { account: world.ledger.account, livemode: false });
    await newGeneration(4);
    const merchant = await merchantForJob(
      ledgerOfRow({ workspace_id: world.ledger.workspace, account: world.ledger.account, livemode: false, generation: 3 }),
      'test',
    );
    const outcome = await perform(merchant, 'deauthorize', { account: world.ledger.account, generation: 3 }, { clientToken: 'x' });
    expect(outcome).toMatchObject({ kind: 'refused' });
    await expect(world.stripe('GET', '/v1/refunds')).resolves.toMatchObject({ object: 'list' });
  });

  test('a connection that does not exist is not found', async () => {
    await expect(giveBack(99)).rejects.toMatchObject({ code: 'not_found' });
  });
});

function refund(payment: Paid, amount: bigint, token: string = randomUUID(), waitMs = 5_000): Promise<Outcome> {
  return perform(world.merchant, 'refund_payment', { payment: payment.intent, amount }, { clientToken: token, waitMs });
}

function giveBack(generation: number): Promise<Outcome> {
  return perform(world.merchant, 'deauthorize', { account: world.ledger.account, generation }, { clientToken: randomUUID(), waitMs: 3_000 });
}

function baseIs(url: string): void {
  process.env['STRIPE_API_BASE'] = url;
  forgetEnv();
}

function tokenOf(generation: number): string {
  return `deauthorize ${world.ledger.account} test ${generation}`;
}

/** As lib/connection does it: state and route together. */
async function suspend(paused: boolean): Promise<void> {
  await connectionIs(paused ? 'suspended' : 'live', paused);
}

async function connectionIs(state: string, paused = false): Promise<void> {
  await world.owner.query('UPDATE connection SET state = $2 WHERE account = $1', [world.ledger.account, state]);
  await world.owner.query('UPDATE account_route SET paused = $2 WHERE account = $1', [world.ledger.account, paused]);
}

async function newGeneration(generation: number): Promise<void> {
  await connectionIs('disconnected');
  await world.owner.query(
    `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts) VALUES ($1, $2, false, $3, 'awaiting_confirmation', 'read_write', '{}')`,
    [world.ledger.workspace, world.ledger.account, generation],
  );
}

async function amountsOf(payment: Paid): Promise<unknown[]> {
  return (await world.truth('refund')).filter((one) => one['charge'] === payment.charge).map((one) => one['amount']);
}

function posts() {
  return world.calls('POST', '/v1/refunds');
}
