// Guards of an operation that the fault runs meet only by chance: the charge's lock, the fence of a claim, and no call to Stripe under a lock.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { db } from '#lib/db.ts';
import { takeOne } from '#lib/perform/claim.ts';
import { perform } from '#lib/perform/run.ts';
import { takeTurn } from '#lib/perform/turn.ts';
import { withdraw } from '#lib/perform/withdraw.ts';
import { stripeAs } from '#lib/stripe.ts';
import { startConnected, type Connected, type Paid } from './connected.ts';
import { stored, until } from './faults/completed.ts';

const PAYMENTS = 8;

let world: Connected;
beforeAll(async () => {
  world = await startConnected({ max: 2 * PAYMENTS });
});
afterAll(() => world?.stop());

test('of two tabs on each of eight payments one goes through, and Stripe refuses none (I3: the charge’s lock)', async () => {
  const payments = await Promise.all(Array.from({ length: PAYMENTS }, () => world.paid(5_000)));
  await Promise.all(Array.from({ length: 2 * PAYMENTS }, () => db.as(world.ledger, (tx) => tx.query('SELECT pg_sleep(0.05)')))); // every connection stands
  const answers = await Promise.all(payments.map((payment) => Promise.all([refund(payment, 5_000n), refund(payment, 5_000n)])));
  const kinds = answers.map((pair) => pair.map((answer) => answer.kind).sort());
  expect(kinds.map(([first]) => first)).toEqual(payments.map(() => 'accepted'));
  expect(kinds.map(([, second]) => second).filter((second) => !['changed', 'in_flight', 'unavailable'].includes(second!))).toEqual([]);
  expect((await world.calls('POST', '/v1/refunds')).map((call) => call.status)).toEqual(payments.map(() => 200));
});

test('a claim that was overtaken writes nothing down (I3: the fence)', async () => {
  const payment = await world.paid(5_000);
  const token = randomUUID();
  await pause(true);
  await refund(payment, 1_000n, token);
  const { id } = (await stored(world, token))!;
  const slow = await takeOne(world.ledger, id);
  await world.owner.query(`UPDATE work SET lease_until = clock_timestamp() - interval '1 s' WHERE id = $1`, [id]);
  const quick = await takeOne(world.ledger, id);
  expect([slow, quick].map((claim) => claim?.operation)).toEqual([id, id]);
  expect(await takeTurn(slow!, { evidence: { kind: 'refused' } }, { kind: 'job', id: 'system', name: 'test' })).toBeNull();
  expect(await stored(world, token)).toMatchObject({ state: 'held', last_error: null });
  await pause(false);
});

test('a withdrawal that meets the sender waits for it and is too late (I3: withdrawn or sent, never both)', async () => {
  const payment = await world.paid(5_000);
  const token = randomUUID();
  await pause(true);
  await refund(payment, 1_000n, token);
  const { id } = (await stored(world, token))!;
  await world.owner.query('BEGIN');
  await world.owner.query('SELECT 1 FROM work WHERE id = $1 FOR UPDATE', [id]);
  await world.owner.query(`UPDATE operation SET state = 'sending', first_sent_at = clock_timestamp() WHERE id = $1`, [id]);
  const withdrawing = withdraw(world.merchant, id);
  await until(async () => (await world.owner.query<{ n: number }>('SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted')).rows[0]!.n > 0);
  await world.owner.query('COMMIT');
  expect(await withdrawing).toBe('too_late');
  expect(await stored(world, token)).toMatchObject({ state: 'sending' });
  await pause(false);
});

test('no call to Stripe is made inside a transaction (§2.3)', async () => {
  const calls = async () => (await world.calls('GET', '/v1/account')).length;
  const before = await calls();
  const call = db.as(world.ledger, () => stripeAs(world.ledger, 'mirror').accounts.retrieveCurrent());
  await expect(call).rejects.toMatchObject({ detail: { message: expect.stringMatching(/inside a database transaction/) } });
  expect(await calls()).toBe(before);
});

function refund(payment: Paid, amount: bigint, token: string = randomUUID()) {
  return perform(world.merchant, 'refund_payment', { payment: payment.intent, amount, again: true }, { clientToken: token, waitMs: 5_000 });
}

async function pause(paused: boolean): Promise<void> {
  await world.owner.query('UPDATE account_route SET paused = $2 WHERE account = $1', [world.ledger.account, paused]);
}
