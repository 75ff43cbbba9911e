// Which refund is an operation's: copies of its metadata, a refund that a person named, several workers that follow at once.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { verifyAudit } from '#lib/audit.ts';
import { sleep } from '#lib/clock.ts';
import { db } from '#lib/db.ts';
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

test('of two refunds with its id, amount and charge the older is the operation’s, by the mirror', async () => {
  const { payment, token, id, own } = await lost();
  const copy = await copyOf(payment, id);
  await mirrored(own, copy);
  await until(async () => (await followRefunds(true)) === 1);
  expect(await stored(world, token)).toMatchObject({ state: 'succeeded', stripe_id: own, found_by: 'event' });
  expect(await followRefunds(true)).toBe(0);
});

test('of two refunds with its id, amount and charge the older is the operation’s, by reading', async () => {
  const { payment, token, id, own } = await lost();
  await copyOf(payment, id);
  expect(await completed(world, token)).toMatchObject({ state: 'succeeded', stripe_id: own, found_by: 'reading' });
});

test('a copy that fails says nothing about the operation', async () => {
  const payment = await world.paid(9_000);
  const token = randomUUID();
  const done = await refund(payment, 2_000n, token);
  if (done.kind !== 'accepted') throw new Error(done.kind);
  const copy = await copyOf(payment, done.operation, 2_000);
  await fail(copy);
  await mirrored(copy);
  expect(await followRefunds(true)).toBe(0);
  expect(await stored(world, token)).toMatchObject({ state: 'succeeded', stripe_id: done.object, stripe_status: 'succeeded' });
});

test('a refund that a person named is followed like any other: it fails later, and is told once', async () => {
  const { payment, token, id } = await unmade();
  await inReview(id);
  const named = await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 3_000 });
  expect(await decideReview(world.merchant, id, { was: 'refunded', refund: String(named['id']) }, 'It is there.')).toEqual({ kind: 'done' });
  await fail(String(named['id']));
  await mirrored(String(named['id']));
  expect(await followRefunds(true)).toBe(1);
  expect(await stored(world, token)).toMatchObject({ state: 'failed', stripe_status: 'failed' });
});

test('many who follow at once, while it fails, move it once each way and never back', async () => {
  const payment = await world.paid(9_000);
  const token = randomUUID();
  const done = await refund(payment, 2_000n, token);
  if (done.kind !== 'accepted') throw new Error(done.kind);
  await fail(String(done.object));
  const [moved] = await Promise.all([
    Promise.all(Array.from({ length: 12 }, () => followRefunds(true))),
    mirrored(String(done.object)).then(() => Promise.all(Array.from({ length: 12 }, () => followRefunds(true)))),
  ]);
  await followRefunds(true);
  expect(moved.length).toBe(12);
  expect(await stored(world, token)).toMatchObject({ state: 'failed', stripe_status: 'failed' });
  await db.as(world.ledger, async (tx) => expect(await verifyAudit(tx, world.ledger.workspace)).toMatchObject({ ok: true }));
});

test('what was seen before another wrote a later word is not written down any more', async () => {
  const payment = await world.paid(9_000);
  const token = randomUUID();
  const done = await refund(payment, 2_000n, token);
  if (done.kind !== 'accepted') throw new Error(done.kind);
  // The row lags by one word; while the follower waits for its lock, the refund fails and is written down by another.
  await world.owner.query(`UPDATE operation SET state = 'accepted', stripe_status = 'pending' WHERE id = $1`, [done.operation]);
  await world.owner.query('BEGIN');
  await world.owner.query(`SELECT set_config('app.workspace', $1, true)`, [world.ledger.workspace]);
  await world.owner.query(`SELECT 1 FROM work WHERE id = $1 FOR UPDATE`, [done.operation]);
  const following = followRefunds(true);
  await until(async () => {
    const { rows } = await world.owner.query<{ waits: boolean }>(`SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted) AS waits`);
    return rows[0]!.waits;
  });
  await world.owner.query(`UPDATE refunds SET status = 'failed' WHERE id = $1`, [done.object]);
  await world.owner.query(`UPDATE operation SET state = 'failed', stripe_status = 'failed' WHERE id = $1`, [done.operation]);
  await world.owner.query('COMMIT');
  expect(await following).toBe(0);
  expect(await stored(world, token)).toMatchObject({ state: 'failed', stripe_status: 'failed' });
});

/** A refund of 30.00 that Stripe made and whose answer got lost. */
async function lost(): Promise<{ payment: Paid; token: string; id: string; own: string }> {
  const { payment, token, id } = await unanswered('reset_after');
  const [own] = (await world.truth('refund')).filter((one) => one['charge'] === payment.charge);
  return { payment, token, id, own: String(own!['id']) };
}

/** One that Stripe never got. */
async function unmade(): Promise<{ payment: Paid; token: string; id: string }> {
  return unanswered('reset_before');
}

async function unanswered(kind: string): Promise<{ payment: Paid; token: string; id: string }> {
  const payment = await world.paid(9_000);
  const token = randomUUID();
  // Twice: the client itself sends once more on a connection that was closed.
  await world.order(kind, 2);
  await refund(payment, 3_000n, token, 0);
  await until(async () => (await stored(world, token))?.state === 'unknown');
  expect(await world.fired(kind)).toBe(2);
  await world.calm();
  return { payment, token, id: (await stored(world, token))!.id };
}

async function inReview(id: string): Promise<void> {
  await world.owner.query(`UPDATE operation SET state = 'needs_review', review_why = 'no_answer_23h' WHERE id = $1`, [id]);
  await world.owner.query(`UPDATE work SET clean_seq = dirty_seq, lease_until = NULL WHERE id = $1`, [id]);
}

async function copyOf(payment: Paid, id: string, amount = 3_000): Promise<string> {
  await sleep(1_100); // Stripe tells seconds
  return String((await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount, 'metadata[op_id]': id }))['id']);
}

async function fail(id: string): Promise<void> {
  await world.sandbox.control('act', { account: world.ledger.account, livemode: false, act: 'fail-refund', id });
}

function mirrored(...ids: string[]): Promise<void> {
  return confirmNow(
    world.ledger,
    ids.map((id) => ({ type: 'refund', id })),
  );
}

function refund(payment: Paid, amount: bigint, token: string, waitMs = 5_000): Promise<Outcome> {
  return perform(world.merchant, 'refund_payment', { payment: payment.intent, amount }, { clientToken: token, waitMs });
}
