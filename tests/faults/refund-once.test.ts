// F6: many clicks, two tabs, two partials, a mirror that lags on either side. Exactly one refund each, and no POST that Stripe had to refuse.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { db } from '#lib/db.ts';
import { evidenceOfReply, writeObjects } from '#lib/mirror/write.ts';
import type { StripeObject } from '#lib/catalogue/define.ts';
import { perform, type Outcome } from '#lib/perform/run.ts';
import { refundableOf } from '#lib/perform/refundable.ts';
import { stripeAs } from '#lib/stripe.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { expectLivesAsPromised } from '#tests/oracle/lives.ts';
import { inLanes } from './house.ts';
import { scaled } from './scale.ts';

const CHARGES = scaled(10, 200);
const CLICKS = scaled(20, 50);

let world: Connected;
let postsBefore = 0;

beforeAll(async () => {
  world = await startConnected();
});
afterAll(async () => {
  try {
    await expectLivesAsPromised(world, 'refund-once', false);
  } finally {
    await world?.stop();
  }
});
beforeEach(async () => {
  postsBefore = (await posts()).length;
});

describe('one intent', () => {
  test(`${CHARGES} charges, ${CLICKS} parallel clicks each: one refund a charge, ${CLICKS} equal answers`, { timeout: scaled(30_000, 600_000) }, async () => {
    const payments: Paid[] = [];
    const answers: Outcome[][] = [];
    await inLanes(Array.from({ length: CHARGES }), 10, async () => payments.push(await world.paid(10_000)));
    await inLanes(payments, 10, async (payment) => {
      const token = randomUUID();
      answers.push(await Promise.all(Array.from({ length: CLICKS }, () => refund(payment, { amount: 4_000n, seenLeft: 10_000n }, token))));
    });
    expect(answers).toHaveLength(CHARGES);
    for (const ofOne of answers) {
      expect(ofOne[0]).toMatchObject({ kind: 'accepted', status: 'succeeded', amount: 4_000n, currency: 'eur' });
      for (const answer of ofOne) expect(answer).toEqual(ofOne[0]);
    }
    for (const payment of payments) expect((await refundsOf(payment)).map((one) => one['amount'])).toEqual([4_000]);
    await expectPosts(CHARGES);
  });

  test('clicked again later, from anywhere, it still tells the first result', async () => {
    const payment = await world.paid(5_000);
    const token = randomUUID();
    const first = await refund(payment, { amount: 5_000n }, token);
    expect(await refund(payment, { amount: 5_000n }, token)).toEqual(first);
    await expectPosts(1);
  });

  test('the same token with other parameters is refused, and nothing is sent', async () => {
    const payment = await world.paid(5_000);
    const token = randomUUID();
    await refund(payment, { amount: 1_000n }, token);
    await expect(refund(payment, { amount: 2_000n }, token)).rejects.toMatchObject({ code: 'idempotency_mismatch', status: 409 });
    await expect(refund(await world.paid(5_000), { amount: 1_000n }, token)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    await expectPosts(1);
  });

  test('carries its own key and its op_id, and leaves its trail in the audit log with Stripe’s request id', async () => {
    const payment = await world.paid(5_000);
    const done = await refund(payment, { amount: 1_500n, reason: 'other', note: 'Came twice' });
    if (done.kind !== 'accepted') throw new Error(done.kind);
    const [made] = await refundsOf(payment);
    expect(made).toMatchObject({ id: done.object, amount: 1_500, reason: null, metadata: { op_id: done.operation, note: 'Came twice' } });
    const call = (await posts()).at(-1)!;
    expect(call.idempotency_key).toBe(`op_${done.operation}_refund_payment`);
    const entries = await db.as(world.ledger, (tx) =>
      tx.query<{ body: Record<string, unknown> }>(`SELECT body FROM audit_entry WHERE workspace_id = $1 AND body ->> 'operation' = $2 ORDER BY seq`, [
        world.ledger.workspace,
        done.operation,
      ]),
    );
    expect(entries.map(({ body }) => [body['act'], body['request'] ?? null])).toEqual([
      ['refund.asked', null],
      ['refund.sent', call.request],
    ]);
    expect(JSON.stringify(entries)).not.toContain('Came twice');
  });
});

describe('two intents', () => {
  test('two tabs ask for the full amount at once: one refund, the other refused here', async () => {
    const payment = await world.paid(8_000);
    const answers = await Promise.all([refund(payment, { amount: 8_000n, seenLeft: 8_000n }), refund(payment, { amount: 8_000n, seenLeft: 8_000n })]);
    const [first, second] = answers.map((answer) => answer.kind).sort();
    expect(first).toBe('accepted');
    expect(['in_flight', 'changed']).toContain(second);
    await expectPosts(1);
    expect(await refund(payment, { amount: 8_000n, seenLeft: 8_000n })).toMatchObject({ kind: 'changed', left: 0n, refunded: 8_000n });
    expect(await refund(payment, { amount: 8_000n })).toMatchObject({ kind: 'unavailable', why: 'already_refunded' });
    await expectPosts(1);
  });

  test('two partials of 60 %: the second is refused here, and what is left can be refunded', async () => {
    const payment = await world.paid(10_000);
    expect(await refund(payment, { amount: 6_000n })).toMatchObject({ kind: 'accepted' });
    expect(await refund(payment, { amount: 6_000n })).toMatchObject({ kind: 'invalid', why: 'above_left', left: 4_000n });
    expect(await refund(payment, {})).toMatchObject({ kind: 'accepted', amount: 4_000n });
    await expectPosts(2);
  });

  test('two equal partials are two refunds: no key is made of charge and amount', async () => {
    const payment = await world.paid(10_000);
    await refund(payment, { amount: 2_500n });
    expect(await refund(payment, { amount: 2_500n })).toMatchObject({ kind: 'same_again', amount: 2_500n });
    await refund(payment, { amount: 2_500n, again: true });
    expect((await refundsOf(payment)).map((one) => one['amount'])).toEqual([2_500, 2_500]);
    await expectPosts(2);
  });

  test('one payment asked for by its intent and by its charge is one payment', async () => {
    const payment = await world.paid(10_000);
    await refund(payment, { amount: 6_000n });
    expect(await refund({ ...payment, intent: payment.charge }, { amount: 6_000n })).toMatchObject({ kind: 'invalid', why: 'above_left' });
    await expectPosts(1);
  });
});

describe('a mirror that lags', () => {
  test('the charge knows of a refund that has not come yet', async () => {
    const payment = await world.pay(10_000);
    await madeInStripe(payment, 6_000);
    await mirror(`/v1/charges/${payment.charge}`);
    expect(await refundableOf(world.ledger, payment.charge)).toMatchObject({ refunded: 6_000n, left: 4_000n });
    expect(await refund(payment, { amount: 6_000n })).toMatchObject({ kind: 'invalid', why: 'above_left' });
    await expectPosts(1);
  });

  test('a refund has come that the charge does not know of yet', async () => {
    const payment = await world.pay(10_000);
    await mirror(`/v1/charges/${payment.charge}`);
    await mirror(`/v1/refunds/${(await madeInStripe(payment, 6_000))['id'] as string}`);
    expect(await refundableOf(world.ledger, payment.charge)).toMatchObject({ refunded: 6_000n, left: 4_000n });
    expect(await refund(payment, { amount: 6_000n })).toMatchObject({ kind: 'invalid', why: 'above_left' });
    await expectPosts(1);
  });

  test('an unconfirmed charge is confirmed before anything is decided', async () => {
    const payment = await world.paid(10_000);
    await madeInStripe(payment, 9_000);
    const stale = { id: payment.charge, object: 'charge', amount_refunded: 0 };
    const now = Math.floor(Date.now() / 1000) + 60;
    const charge = (await world.stripe('GET', `/v1/charges/${payment.charge}`)) as StripeObject;
    await db.as(world.ledger, (tx) =>
      writeObjects(tx, world.ledger, [{ ...charge, ...stale }], { kind: 'payload', low: new Date(now * 1000), high: new Date(now * 1000), source: 'evt_1' }),
    );
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 10_000n });
    expect(await refund(payment, { amount: 5_000n })).toMatchObject({ kind: 'invalid', why: 'above_left', left: 1_000n });
    await expectPosts(1);
  });
});

describe('refused here, before Stripe is asked', () => {
  test.each<[string, number, string, Record<string, unknown>, Record<string, unknown>]>([
    ['nothing', 10_000, 'eur', { amount: '0' }, { kind: 'invalid', field: 'amount', why: 'zero' }],
    ['less than nothing', 10_000, 'eur', { amount: '-100' }, { kind: 'invalid', field: 'amount', why: 'zero' }],
    ['one cent too many', 10_000, 'eur', { amount: '10001' }, { kind: 'invalid', field: 'amount', why: 'above_left' }],
    ['half a cent', 10_000, 'eur', { amount: '99.5' }, { kind: 'invalid', field: 'amount', why: 'not_a_number' }],
    ['a single fils', 10_000, 'kwd', { amount: '1001' }, { kind: 'invalid', field: 'amount', why: 'decimals' }],
    ['an unknown reason', 10_000, 'eur', { amount: '1', reason: 'x' }, { kind: 'invalid', field: 'reason' }],
    ['other figures than the present ones', 10_000, 'eur', { amount: '1', seenLeft: '9999' }, { kind: 'changed', left: 10_000n }],
  ])('%s', async (_name, paid, currency, more, expected) => {
    const payment = await world.paid(paid, currency);
    expect(await refund(payment, more)).toMatchObject(expected);
    await expectPosts(0);
  });

  test('yen have no decimals and go out as they are', async () => {
    const payment = await world.paid(500, 'jpy');
    expect(await refund(payment, { amount: '1' })).toMatchObject({ kind: 'accepted', amount: 1n, currency: 'jpy' });
  });

  test('a payment that is not in the ledger, a field that nobody asked for, a token that is none', async () => {
    await expect(refund({ intent: 'pi_elsewhere' } as Paid, { amount: '1' })).rejects.toMatchObject({ code: 'not_found' });
    const payment = await world.paid(1_000);
    await expect(refund(payment, { amount: '1', role: 'owner' })).rejects.toMatchObject({ code: 'bad_request', param: 'role' });
    await expect(refund(payment, { amount: '1' }, 'a\u0000b')).rejects.toMatchObject({ code: 'bad_request' });
    await expect(refund(payment, { amount: '1' }, '')).rejects.toMatchObject({ code: 'bad_request' });
    await expectPosts(0);
  });
});

function refund(payment: Paid, more: Record<string, unknown>, token: string = randomUUID()): Promise<Outcome> {
  return perform(world.merchant, 'refund_payment', { payment: payment.intent, ...more }, { clientToken: token });
}

function madeInStripe(payment: Paid, amount: number): Promise<Record<string, unknown>> {
  return world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount });
}

/** One object as Stripe shows it unasked: a charge without its refunds, a refund without its charge. */
async function mirror(path: string): Promise<void> {
  const object = await stripeAs(world.ledger, 'mirror').rawRequest('GET', path);
  const { lastResponse } = object as unknown as { lastResponse: { headers: Record<string, string> } };
  await db.as(world.ledger, (tx) => writeObjects(tx, world.ledger, [JSON.parse(JSON.stringify(object)) as StripeObject], evidenceOfReply(lastResponse, 50)));
}

async function refundsOf(payment: Paid): Promise<Record<string, unknown>[]> {
  return (await world.truth('refund')).filter((one) => one['charge'] === payment.charge);
}

function posts() {
  return world.calls('POST', '/v1/refunds');
}

/** Calls of this test, and not one that Stripe had to refuse. */
async function expectPosts(count: number): Promise<void> {
  const calls = (await posts()).slice(postsBefore);
  expect(calls.map((call) => call.status)).toEqual(Array.from({ length: count }, () => 200));
}
