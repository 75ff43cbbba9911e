// F7: every way an answer can be lost, once. At most one effect each, every operation ends definite or in review, nothing is over-refunded.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stopwatch } from '#lib/clock.ts';
import { openDatabase, useDatabase } from '#lib/db.ts';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { perform, type Outcome } from '#lib/perform/run.ts';
import { refundableOf } from '#lib/perform/refundable.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { completed, stored, until } from '#tests/faults/completed.ts';
import { expectLivesAsPromised } from '#tests/oracle/lives.ts';
import { startProcess } from '#tests/world.ts';

// A lease of 1.5 s, 400 ms from claim to socket, calls of 1 s, backoff from 25 ms to 1.5 s.
const FACTOR = 0.05;

let world: Connected;

beforeAll(async () => {
  world = await startConnected({ factor: FACTOR });
});
afterAll(async () => {
  try {
    await expectLivesAsPromised(world, 'refund-lost');
  } finally {
    await world?.stop();
  }
});
beforeEach(async () => {
  await world.calm();
});
afterEach(async () => {
  await world.calm();
});

describe('one fault on the way', () => {
  const faults: [string, number, { ms?: number; effect?: boolean }, string][] = [
    ['error_500', 1, {}, 'accepted'],
    ['error_500', 2, {}, 'accepted'],
    ['reset_before', 3, {}, 'accepted'],
    ['reset_after', 1, {}, 'accepted'],
    ['reset_after', 2, {}, 'accepted'],
    ['hang', 1, { ms: 1_800 }, 'accepted'],
    ['slow', 1, { ms: 1_500 }, 'accepted'],
    ['rate_limit_429', 6, {}, 'accepted'],
    ['lock_timeout_429', 2, {}, 'accepted'],
    ['in_use_409', 5, {}, 'accepted'],
    ['stored_500', 1, { effect: true }, 'accepted'],
    ['stored_500', 1, {}, 'needs_review'],
    ['error_500', 3, {}, 'needs_review'],
  ];
  test.each(faults)('%s × %i %j ends as %s', async (kind, times, more, end) => {
    const payment = await world.paid(9_000);
    await world.order(kind, times, more);
    const token = randomUUID();
    await refund(payment, { amount: 6_000n }, token, 3_000);
    expect(await ended(token)).toBe(end);
    expect(await world.fired(kind), 'the fault fired').toBe(times);
    expect(await amountsOf(payment)).toEqual(end === 'accepted' ? [6_000] : []);
    // Another partial of the same size never fits, whether the first one moved money or may still have.
    expect(await refund(payment, { amount: 6_000n }, randomUUID(), 0)).toMatchObject({ kind: 'invalid', why: 'above_left', left: 3_000n });
    const calls = await posts(token);
    expect(new Set(calls.map((call) => call.idempotency_key)).size, 'one key').toBe(1);
    if (end === 'needs_review') expect(calls.length, 'sending stopped').toBe(3);
  });

  test('a refusal is definite at the first try: nothing is read, the amount is free again', async () => {
    const payment = await world.paid(9_000);
    await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 5_000 });
    const readsBefore = (await world.calls('GET', '/v1/refunds')).length;
    const token = randomUUID();
    const outcome = await refund(payment, { amount: 6_000n }, token);
    expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringMatching(/greater than/), request: expect.stringMatching(/^req_/) });
    expect((await world.calls('GET', '/v1/refunds')).length).toBe(readsBefore);
    expect(await refund(payment, { amount: 6_000n }, token)).toEqual(outcome);
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ reserved: 0n, inFlight: null });
  });

  test('while it is in flight, another one on the payment is refused and told what runs', async () => {
    const payment = await world.paid(9_000);
    await world.order('slow', 1, { ms: 600 });
    const running = refund(payment, { amount: 1_000n });
    await until(async () => (await refundableOf(world.ledger, payment.intent)).inFlight?.state === 'sending');
    expect(await refund(payment, { amount: 2_000n })).toEqual({ kind: 'in_flight', amount: 1_000n, currency: 'eur' });
    expect(await running).toMatchObject({ kind: 'accepted' });
    expect(await world.fired('slow')).toBe(1);
    expect(await refund(payment, { amount: 2_000n })).toMatchObject({ kind: 'accepted' });
  });

  test('a person waits no longer than told; the completer, as the worker, goes on with the same row and key', async () => {
    const payment = await world.paid(9_000);
    await world.order('hang', 1, { ms: 1_800 });
    const elapsed = stopwatch();
    const token = randomUUID();
    expect(await refund(payment, { amount: 1_000n }, token, 200)).toMatchObject({ kind: 'no_answer' });
    expect(elapsed()).toBeLessThan(900);
    const restore = useDatabase({ main: openDatabase({ url: world.urls.workerUrl, role: 'worker', max: 4 }) });
    expect(await ended(token)).toBe('accepted');
    await restore();
    expect(await amountsOf(payment)).toEqual([1_000]);
    expect(await world.fired('hang')).toBe(1);
  });
});

test('parameters that changed under their key are our own mistake: a person decides, nothing is made twice', async () => {
  const payment = await world.paid(9_000);
  await world.order('reset_after', 2);
  const token = randomUUID();
  await refund(payment, { amount: 1_000n }, token, 0);
  await until(async () => (await stored(world, token))?.state === 'unknown');
  expect(await world.fired('reset_after')).toBe(2);
  const { id } = (await stored(world, token))!;
  await world.owner.query(`UPDATE operation SET params = jsonb_set(params, '{amount}', '"700"') WHERE id = $1`, [id]);
  expect(await completed(world, token)).toMatchObject({ state: 'needs_review', last_error: { kind: 'key_mismatch' } });
  expect(await amountsOf(payment)).toEqual([1_000]);
});

test('an answer the mirror cannot take ends the operation all the same, and keeps its amount until the refund is mirrored', async () => {
  const payment = await world.paid(9_000);
  await world.owner.query('ALTER TABLE refunds ADD CONSTRAINT refuses CHECK (amount <> 777) NOT VALID');
  const token = randomUUID();
  expect(await refund(payment, { amount: 777n }, token)).toMatchObject({ kind: 'accepted', status: 'succeeded' });
  const { stripe_id } = (await stored(world, token))!;
  expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ refunded: 0n, reserved: 777n, left: 8_223n });
  await world.owner.query('ALTER TABLE refunds DROP CONSTRAINT refuses');
  await confirmNow(world.ledger, [
    { type: 'refund', id: stripe_id! },
    { type: 'charge', id: payment.charge },
  ]);
  expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ refunded: 777n, reserved: 0n, left: 8_223n });
  expect(await amountsOf(payment)).toEqual([777]);
});

describe('a process that dies', () => {
  // One child per place where a process may die: before and after each of its transactions. 0 is a child that lives.
  test('at any of its transactions, at most one effect, and the completer ends what was begun', async () => {
    const lives = await child(0);
    expect(lives.outcome).toBe('accepted');
    const places = Number(/transactions (\d+)/.exec(lives.output)?.[1]) * 2;
    expect(places).toBeGreaterThanOrEqual(6);
    const dead: Awaited<ReturnType<typeof child>>[] = [];
    for (let place = 1; place <= places; place += 3)
      dead.push(...(await Promise.all([place, place + 1, place + 2].filter((each) => each <= places).map((each) => child(each)))));
    expect(dead.filter((one) => one.killed).length, 'children that died').toBe(places);
    let begun = 0;
    for (const { payment, token } of dead) {
      const end = await ended(token);
      begun += end === null ? 0 : 1;
      expect(['accepted', null]).toContain(end);
      expect(await amountsOf(payment)).toEqual(end === null ? [] : [1_000]);
    }
    expect(begun).toBeGreaterThanOrEqual(places - 2);
  }, 90_000);

  test('in the middle of its call: the real worker ends what it began', async () => {
    const payment = await world.paid(9_000);
    const token = randomUUID();
    const worker = await startProcess('processes/worker.ts', { ...world.environment, DATABASE_WORKER_URL: world.urls.workerUrl }, /ready worker/);
    await world.order('slow', 1, { ms: 1_000 });
    const running = await startChild(payment, token, 0);
    await until(async () => (await refundableOf(world.ledger, payment.intent)).inFlight?.state === 'sending');
    await until(async () => (await world.fired('slow')) === 1);
    running.kill('SIGKILL');
    await until(async () => (await stored(world, token))?.state === 'succeeded', 20_000);
    await worker.stop();
    expect(await amountsOf(payment)).toEqual([1_000]);
  }, 60_000);

  async function child(place: number) {
    const payment = await world.paid(9_000);
    const token = randomUUID();
    const running = await startChild(payment, token, place);
    await new Promise((resolve) =>
      running.child.exitCode !== null || running.child.signalCode !== null ? resolve(null) : running.child.once('exit', resolve),
    );
    return { payment, token, output: running.output(), outcome: /outcome (\w+)/.exec(running.output())?.[1], killed: running.child.signalCode === 'SIGKILL' };
  }
});

function startChild(payment: Paid, token: string, place: number) {
  const { workspace, account } = world.ledger;
  return startProcess(
    'tests/faults/refund-child.ts',
    { ...world.environment, LEDGER: JSON.stringify({ workspace, account }), PAYMENT: payment.intent, TOKEN: token, DIES_AT: String(place) },
    /ready/,
  );
}

function refund(payment: Paid, more: Record<string, unknown>, token: string = randomUUID(), waitMs = 5_000): Promise<Outcome> {
  return perform(world.merchant, 'refund_payment', { payment: payment.intent, ...more }, { clientToken: token, waitMs });
}

/** Null where no operation was ever stored. */
async function ended(token: string): Promise<string | null> {
  if ((await stored(world, token)) === null) return null;
  const { state } = await completed(world, token);
  return state === 'succeeded' ? 'accepted' : state;
}

async function amountsOf(payment: Paid): Promise<unknown[]> {
  return (await world.truth('refund')).filter((one) => one['charge'] === payment.charge).map((one) => one['amount']);
}

/** A call that hangs is logged when it ends. */
async function posts(token: string) {
  const { id } = (await stored(world, token))!;
  const ofIt = async () => (await world.calls('POST', '/v1/refunds')).filter((call) => call.idempotency_key?.includes(id));
  await until(async () => (await ofIt()).length > 0);
  return ofIt();
}
