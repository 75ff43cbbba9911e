// A verdict that meets something faster: the refund's own event, another operation that made or took the same refund, a connection that is over.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { followRefunds } from '#lib/perform/follow.ts';
import { decideReview } from '#lib/perform/review.ts';
import { perform, type Outcome } from '#lib/perform/run.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { completed, stored, until } from '#tests/faults/completed.ts';

let world: Connected;

beforeAll(async () => {
  world = await startConnected({ factor: 0.05 });
});
afterAll(() => world?.stop());
afterEach(() => world.calm());

test('an event that brings the refund between the reading and the verdict wins', async () => {
  const payment = await world.paid(9_000);
  const { id, token } = await inReview(payment);
  const lock = await world.owner.query('BEGIN').then(() => world.owner.query('SELECT 1 FROM work WHERE id = $1 FOR UPDATE', [id]));
  expect(lock.rowCount).toBe(1);
  const verdict = decideReview(world.merchant, id, { was: 'not' }, 'Nothing there.');
  await until(async () => (await world.owner.query<{ n: string }>('SELECT count(*) AS n FROM pg_locks WHERE NOT granted')).rows[0]!.n !== '0');
  const made = await make(payment, id);
  await confirmNow(world.ledger, [{ type: 'refund', id: made }]);
  await world.owner.query('COMMIT');
  expect(await verdict).toEqual({ kind: 'refused', why: 'found', refund: made });
  await followRefunds(true);
  expect(await stored(world, token)).toMatchObject({ state: 'succeeded', stripe_id: made });
});

test('a refund that another operation made, and has not heard of yet, is not taken from it', async () => {
  const payment = await world.paid(9_000);
  const one = await inReview(payment);
  const token = randomUUID();
  await world.order('reset_after', 2);
  await refund(payment, token, 0);
  await until(async () => (await stored(world, token))?.state === 'unknown');
  expect(await world.fired('reset_after')).toBe(2);
  await world.calm();
  const [made] = (await world.truth('refund')).filter((each) => each['charge'] === payment.charge);
  expect(await decideReview(world.merchant, one.id, { was: 'refunded', refund: String(made!['id']) }, 'It is there.')).toEqual({
    kind: 'refused',
    why: 'no_such_refund',
  });
  expect(await completed(world, token)).toMatchObject({ state: 'succeeded', stripe_id: made!['id'] });
  expect(await stored(world, one.token)).toMatchObject({ state: 'needs_review' });
});

test('of two verdicts that name one refund at once, one stands', async () => {
  const payment = await world.paid(20_000);
  const [first, second] = [await inReview(payment), await inReview(payment)];
  const named = await make(payment);
  const say = (id: string) => decideReview(world.merchant, id, { was: 'refunded', refund: named }, 'It is there.');
  const verdicts = await Promise.all([say(first.id), say(second.id)]);
  expect(verdicts.map((verdict) => verdict.kind).sort()).toEqual(['done', 'refused']);
  expect(verdicts.find((verdict) => verdict.kind === 'refused')).toEqual({ kind: 'refused', why: 'no_such_refund' });
  const states = [await stored(world, first.token), await stored(world, second.token)].map((one) => one!.state);
  expect(states.sort()).toEqual(['needs_review', 'succeeded']);
});

// Last: it ends the connection.
test('after a revoke, that it was not refunded is taken on a person’s word; that it was is not', async () => {
  const { id, token } = await inReview(await world.paid(9_000));
  await world.sandbox.control('revoke', { account: world.ledger.account, livemode: false });
  const not = () => decideReview(world.merchant, id, { was: 'not' }, 'Nothing there.');
  // While it may come back, Stripe is waited for.
  expect(await not()).toEqual({ kind: 'refused', why: 'stripe_unavailable' });
  await world.owner.query('DELETE FROM account_route WHERE account = $1', [world.ledger.account]);
  expect(await decideReview(world.merchant, id, { was: 'refunded', refund: 're_1' }, 'It is there.')).toEqual({ kind: 'refused', why: 'stripe_unavailable' });
  expect(await not()).toEqual({ kind: 'done' });
  expect(await stored(world, token)).toMatchObject({ state: 'failed' });
});

/** A refund of 30.00 that never reached Stripe and waits for a person. */
async function inReview(payment: Paid): Promise<{ id: string; token: string }> {
  const token = randomUUID();
  await world.order('stored_500', 1, { effect: false });
  await refund(payment, token, 0);
  expect(await completed(world, token, ['needs_review'])).toMatchObject({ state: 'needs_review' });
  expect(await world.fired('stored_500')).toBe(1);
  await world.calm();
  return { id: (await stored(world, token))!.id, token };
}

async function make(payment: Paid, id?: string): Promise<string> {
  return String((await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 3_000, ...(id ? { 'metadata[op_id]': id } : {}) }))['id']);
}

function refund(payment: Paid, token: string, waitMs = 5_000): Promise<Outcome> {
  return perform(world.merchant, 'refund_payment', { payment: payment.intent, amount: 3_000n, again: true }, { clientToken: token, waitMs });
}
