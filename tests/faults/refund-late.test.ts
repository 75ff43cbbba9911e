// F8 and what comes late: a forgotten key, a process that slept, a refund that is pending for days or fails after it succeeded.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sleep } from '#lib/clock.ts';
import { db } from '#lib/db.ts';
import type { StripeObject } from '#lib/catalogue/define.ts';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { writeObjects } from '#lib/mirror/write.ts';
import { followRefunds } from '#lib/perform/follow.ts';
import { pace } from '#lib/perform/pace.ts';
import { perform, type Outcome } from '#lib/perform/run.ts';
import { refundableOf } from '#lib/perform/refundable.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { completed, stored, until } from '#tests/faults/completed.ts';
import { expectLivesAsPromised } from '#tests/oracle/lives.ts';
import { startProcess } from '#tests/world.ts';

const HOURS_25 = 25 * 3_600;

let world: Connected;

beforeAll(async () => {
  world = await startConnected({ factor: 0.05 });
});
afterAll(async () => {
  try {
    await expectLivesAsPromised(world, 'refund-late', false);
  } finally {
    await world?.stop();
  }
});
afterEach(() => world.calm());

describe('25 hours later', () => {
  test('with nothing made: no call more, a person decides, the amount stays reserved', async () => {
    const { payment, token } = await lost('reset_before');
    const before = (await posts()).length;
    await later();
    expect(await completed(world, token)).toMatchObject({ state: 'needs_review', stripe_id: null });
    expect((await posts()).length).toBe(before);
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ reserved: 6_000n, left: 3_000n, inFlight: null });
    expect(await refund(payment, 6_000n)).toMatchObject({ kind: 'invalid', why: 'above_left' });
    expect(await refund(payment, 3_000n)).toMatchObject({ kind: 'accepted' });
  });

  test('with a refund made and its answer lost: found by its op_id, no call more', async () => {
    const { payment, token } = await lost('reset_after');
    const before = (await posts()).length;
    await later();
    const operation = await completed(world, token);
    expect(operation).toMatchObject({ state: 'succeeded', stripe_status: 'succeeded', found_by: 'reading' });
    expect((await posts()).length).toBe(before);
    expect(await amountsOf(payment)).toEqual([6_000]);
    expect(await actsOf(operation.id)).toEqual(['refund.asked', 'refund.found']);
  });

  test('found also behind a hundred other refunds of the charge', async () => {
    const { payment, token } = await lost('reset_after', 100_000);
    for (let made = 0; made < 105; made += 1) await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 100 });
    await later();
    expect(await completed(world, token)).toMatchObject({ state: 'succeeded', found_by: 'reading' });
    expect((await amountsOf(payment)).filter((amount) => amount === 6_000)).toEqual([6_000]);
  });

  test('a refund that only copied our op_id is not taken for ours', async () => {
    const { payment, token } = await lost('reset_before');
    const { id } = (await stored(world, token))!;
    const copy = await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 500, 'metadata[op_id]': id });
    await confirmNow(world.ledger, [{ type: 'refund', id: copy['id'] as string }]);
    await later();
    expect(await completed(world, token)).toMatchObject({ state: 'needs_review', stripe_id: null });
  });

  test('a process that froze between its row and its call wakes up and does not send', async () => {
    const payment = await world.paid(9_000);
    const token = randomUUID();
    const { workspace, account } = world.ledger;
    const before = (await posts()).length;
    // Place 4: just after the transaction that says `sending`.
    const frozen = await startProcess(
      'tests/faults/refund-child.ts',
      { ...world.environment, LEDGER: JSON.stringify({ workspace, account }), PAYMENT: payment.intent, TOKEN: token, FREEZES_AT: '4' },
      /ready/,
    );
    await until(async () => frozen.output().includes('frozen'));
    expect((await stored(world, token))?.state).toBe('sending');
    await later();
    expect(await completed(world, token)).toMatchObject({ state: 'needs_review' });
    await sleep(2 * pace().sendWithin); // on its own clock too the time has passed
    frozen.kill('SIGCONT');
    await new Promise((resolve) => frozen.child.once('exit', resolve));
    expect(frozen.output()).toContain('outcome needs_review');
    expect((await posts()).length).toBe(before);
    expect(await amountsOf(payment)).toEqual([]);
  });
});

test('a machine that slept between its row and its call gives the claim back, and sends under a new one', async () => {
  const payment = await world.paid(9_000);
  const token = randomUUID();
  const { workspace, account } = world.ledger;
  const before = (await posts()).length;
  const slept = await startProcess(
    'tests/faults/refund-child.ts',
    { ...world.environment, LEDGER: JSON.stringify({ workspace, account }), PAYMENT: payment.intent, TOKEN: token, SLEEPS_AT: '4' },
    /ready/,
  );
  if (slept.child.exitCode === null) await new Promise((resolve) => slept.child.once('exit', resolve));
  expect(slept.output()).toContain('outcome accepted');
  expect(await stored(world, token)).toMatchObject({ state: 'succeeded', attempts: 2 });
  expect((await posts()).length).toBe(before + 1);
});

describe('after the answer', () => {
  test('a refund that waits at Stripe blocks no second one, is asked for again, and ends', async () => {
    const payment = await world.paid(9_000, 'eur', 'pm_card_pendingRefund');
    const token = randomUUID();
    expect(await refund(payment, 4_000n, token)).toMatchObject({ kind: 'accepted', status: 'pending' });
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ inFlight: null, left: 5_000n });
    expect(await refund(payment, 1_000n)).toMatchObject({ kind: 'accepted' });
    await world.sandbox.control('clock', { advance: 10 * 86_400 });
    expect(await completed(world, token, ['succeeded'])).toMatchObject({ stripe_status: 'succeeded' });
    expect(await amountsOf(payment)).toEqual([1_000, 4_000]);
  });

  test('a refund that fails after it succeeded is seen, and its money can be refunded again', async () => {
    const payment = await world.paid(9_000, 'eur', 'pm_card_refundFail');
    const token = randomUUID();
    const done = await refund(payment, 9_000n, token);
    expect(done).toMatchObject({ kind: 'accepted', status: 'succeeded' });
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 0n, unavailable: 'already_refunded' });
    const { now } = await world.sandbox.control<{ now: number }>('clock', { advance: 10 * 86_400 });
    const { stripe_id } = (await stored(world, token))!;
    const failed = (await world.truth('refund')).find((one) => one['id'] === stripe_id) as StripeObject;
    const at = new Date(now * 1_000);
    expect(failed).toMatchObject({ status: 'failed' });
    await db.as(world.ledger, (tx) => writeObjects(tx, world.ledger, [failed], { kind: 'payload', low: at, high: at, source: 'evt_1' }));
    // Without looking everywhere: its event left it owed.
    expect(await followRefunds(false)).toBe(1);
    expect(await stored(world, token)).toMatchObject({ state: 'failed', stripe_status: 'failed', stripe_id });
    await confirmNow(world.ledger, [
      { type: 'refund', id: stripe_id! },
      { type: 'charge', id: payment.charge },
    ]);
    expect(await followRefunds(true)).toBe(0);
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 9_000n, unavailable: null });
  });

  test('a refund mirrored by its event before the answer came is the same one; who comes second changes nothing', async () => {
    const { payment, token } = await lost('reset_after');
    const [made] = (await world.truth('refund')).filter((one) => one['charge'] === payment.charge);
    await confirmNow(world.ledger, [{ type: 'refund', id: made!['id'] as string }]);
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ refunded: 6_000n, reserved: 0n, left: 3_000n });
    await until(async () => (await followRefunds(true)) === 1);
    expect(await stored(world, token)).toMatchObject({ state: 'succeeded', found_by: 'event', stripe_id: made!['id'] });
    expect(await completed(world, token)).toMatchObject({ state: 'succeeded', attempts: 1 });
  });

  test('one in review ends when its refund turns up after all', async () => {
    const { token } = await lost('reset_after');
    const { id } = (await stored(world, token))!;
    await asOwner(`UPDATE operation SET state = 'needs_review' WHERE id = $1`, [id]);
    const made = (await world.truth('refund')).find((one) => (one['metadata'] as Record<string, unknown>)['op_id'] === id);
    await confirmNow(world.ledger, [{ type: 'refund', id: made!['id'] as string }]);
    await until(async () => (await followRefunds(true)) === 1);
    expect(await stored(world, token)).toMatchObject({ state: 'succeeded' });
  });
});

/** A refund of 60.00 whose answer got lost, and no completer at work yet. */
async function lost(kind: 'reset_before' | 'reset_after', paid = 9_000): Promise<{ payment: Paid; token: string }> {
  const payment = await world.paid(paid);
  const token = randomUUID();
  // Twice: the client itself sends once more on a connection that was closed.
  await world.order(kind, 2);
  expect(await refund(payment, 6_000n, token, 0)).toMatchObject({ kind: 'no_answer' });
  await until(async () => (await stored(world, token))?.state === 'unknown');
  expect(await world.fired(kind)).toBeGreaterThan(0);
  await world.calm();
  return { payment, token };
}

/** The clock of Stripe and that of the database, both a day and an hour further; every lease is over. */
async function later(): Promise<void> {
  await world.sandbox.control('clock', { advance: HOURS_25 });
  await asOwner(`UPDATE operation SET first_sent_at = first_sent_at - $1 * interval '1 s' WHERE state IN ('sending', 'unknown')`, [HOURS_25]);
  await asOwner(`UPDATE work SET lease_until = lease_until - $1 * interval '1 s', not_before = not_before - $1 * interval '1 s' WHERE kind = 'op'`, [HOURS_25]);
}

async function asOwner(sql: string, params: unknown[]): Promise<void> {
  const { rowCount } = await world.owner.query(sql, params);
  expect(rowCount).toBeGreaterThan(0);
}

function refund(payment: Paid, amount: bigint, token: string = randomUUID(), waitMs = 5_000): Promise<Outcome> {
  return perform(world.merchant, 'refund_payment', { payment: payment.intent, amount }, { clientToken: token, waitMs });
}

async function amountsOf(payment: Paid): Promise<number[]> {
  const amounts = (await world.truth('refund')).filter((one) => one['charge'] === payment.charge).map((one) => Number(one['amount']));
  return amounts.sort((a, b) => a - b);
}

function posts() {
  return world.calls('POST', '/v1/refunds');
}

async function actsOf(operation: string): Promise<unknown[]> {
  const rows = await db.as(world.ledger, (tx) =>
    tx.query<{ act: string }>(`SELECT body ->> 'act' AS act FROM audit_entry WHERE workspace_id = $1 AND body ->> 'operation' = $2 ORDER BY seq`, [
      world.ledger.workspace,
      operation,
    ]),
  );
  return rows.map((row) => row.act);
}
