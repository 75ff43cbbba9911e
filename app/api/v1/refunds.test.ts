// Refunds asked for by a program: the same engine as the page's, answered in Stripe's terms. Every refusal, and every way in which an answer can fail to come.
import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { revokeKey } from '#lib/access/api-key.ts';
import { operator } from '#lib/access/membership.ts';
import { db } from '#lib/db.ts';
import type { Workspace } from '#lib/merchant.ts';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { completeDue } from '#lib/perform/complete.ts';
import { perform } from '#lib/perform/run.ts';
import { closePrisma } from '#lib/prisma.ts';
import { askApi, postApi, serveApi, type Reply } from '#tests/api.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { atWork, giveKey, join } from '#tests/merchants.ts';

type Refusal = { error: { type: string; code?: string; message: string; param?: string; stripe_request_id?: string; operation?: string } };
type Operation = { id: string; object: string; state: string; settled: boolean; refund: string | null; url: string; error: unknown; charge: string };

let world: Connected;
let workspace: Workspace;
let key: string;
let postsBefore = 0;

beforeAll(async () => {
  world = await startConnected();
  workspace = world.merchant.workspace;
});
afterAll(async () => {
  await closePrisma();
  await world?.stop();
});
beforeEach(async () => {
  await world.calm();
  key = (await giveKey(workspace, false, ['read', 'refund'])).key;
  postsBefore = (await posts()).length;
});

describe('a refund', () => {
  test('is made as Stripe’s own would be, and shown as Stripe shows it, with what the mirror knows', async () => {
    const payment = await world.paid(9_000);
    const answer = await refund({ payment_intent: payment.intent, amount: 2_500, reason: 'duplicate', metadata: { ticket: 'T-1' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      object: 'refund',
      amount: 2_500,
      currency: 'eur',
      charge: payment.charge,
      payment_intent: payment.intent,
      reason: 'duplicate',
      status: 'succeeded',
      metadata: { ticket: 'T-1', op_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      mirror: { as_of: expect.any(Number), deleted_at: null },
    });
    expect((await askApi(key, `refunds/${answer.body['id'] as string}`)).body).toMatchObject({ id: answer.body['id'], amount: 2_500 });
    const [made] = await refundsOf(payment);
    expect(made).toMatchObject({ id: answer.body['id'], reason: 'duplicate' });
    await expectPosts(1);
  });

  test('without an amount is of all that is left, by the charge as well', async () => {
    const payment = await world.paid(9_000);
    expect((await refund({ charge: payment.charge, amount: '1000' })).body).toMatchObject({ amount: 1_000 });
    expect((await refund({ charge: payment.charge })).body).toMatchObject({ amount: 8_000 });
  });

  test('is asked for in Stripe’s form encoding as well, and both say the same', async () => {
    const payment = await world.paid(9_000);
    const token = randomUUID();
    const first = await form(`charge=${payment.charge}&amount=700&metadata[ticket]=T%202&reason=requested_by_customer`, token);
    expect(first.body).toMatchObject({ amount: 700, metadata: { ticket: 'T 2' } });
    const again = await refund({ charge: payment.charge, amount: 700, metadata: { ticket: 'T 2' }, reason: 'requested_by_customer' }, token);
    expect(again.text).toBe(first.text);
    await expectPosts(1);
  });

  test('is by the key, under its name, in the row and in the audit log', async () => {
    const payment = await world.paid(9_000);
    const { body } = await refund({ charge: payment.charge, amount: 100 });
    const { op_id: id } = body['metadata'] as { op_id: string };
    const [row] = await db.as(world.ledger, (tx) => tx.query<{ actor: unknown }>('SELECT actor FROM operation WHERE id = $1', [id]));
    expect(row!.actor).toEqual({ kind: 'key', id: expect.any(String), name: 'Test' });
    const entries = await db.as(world.ledger, (tx) =>
      tx.query<{ body: { act: string; actor: { kind: string } } }>(`SELECT body FROM audit_entry WHERE body ->> 'operation' = $1 ORDER BY seq`, [id]),
    );
    expect(entries.map((entry) => [entry.body.act, entry.body.actor.kind])).toEqual([
      ['refund.asked', 'key'],
      ['refund.sent', 'key'],
    ]);
  });

  test('works through the official client, whose refusals it understands', async () => {
    const { port, close } = await serveApi();
    const stripe = new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', telemetry: false, maxNetworkRetries: 0 });
    try {
      const payment = await world.paid(9_000);
      const options = { idempotencyKey: randomUUID() };
      const made = await stripe.refunds.create({ payment_intent: payment.intent, amount: 300, metadata: { ticket: '7' } }, options);
      expect(made).toMatchObject({ object: 'refund', amount: 300, status: 'succeeded', metadata: { ticket: '7' } });
      expect((await stripe.refunds.create({ payment_intent: payment.intent, amount: 300, metadata: { ticket: '7' } }, options)).id).toBe(made.id);
      await expect(stripe.refunds.create({ payment_intent: payment.intent, amount: 301 }, options)).rejects.toMatchObject({
        rawType: 'idempotency_error',
        statusCode: 409,
      });
      await expect(stripe.refunds.create({ payment_intent: payment.intent, amount: 90_000 })).rejects.toMatchObject({
        type: 'StripeInvalidRequestError',
        code: 'amount_too_large',
        param: 'amount',
      });
      await expect(stripe.refunds.create({ payment_intent: payment.intent, expand: ['charge'] })).rejects.toMatchObject({ code: 'parameter_unknown' });
      await expectPosts(1);
    } finally {
      await close();
    }
  });
});

describe('an idempotency key', () => {
  test('is needed', async () => {
    const payment = await world.paid(1_000);
    const answer = await askApi<Refusal>(key, 'refunds', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ charge: payment.charge }),
    });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ type: 'invalid_request_error', code: 'parameter_missing', param: 'Idempotency-Key' });
    expect(answer.body.error.message).toContain('Idempotency-Key');
    expect((await refund({ charge: payment.charge }, 'x'.repeat(256))).status).toBe(400);
    await expectPosts(0);
  });

  test('brings the first answer again, to the byte, also after the refund has changed', async () => {
    const payment = await world.paid(9_000, 'eur', 'pm_card_refundFail');
    const token = randomUUID();
    const first = await refund({ charge: payment.charge, amount: 400 }, token);
    await world.sandbox.control('clock', { advance: 3 * 86_400 });
    const again = await refund({ charge: payment.charge, amount: 400 }, token);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('original-request')).toBe(first.headers.get('request-id'));
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    await expectPosts(1);
  });

  test('with other parameters, another payment or another path is refused, and nothing is sent', async () => {
    const payment = await world.paid(9_000);
    const token = randomUUID();
    await refund({ charge: payment.charge, amount: 400 }, token);
    for (const params of [
      { charge: payment.charge, amount: 401 },
      { charge: payment.charge, amount: 400, reason: 'duplicate' },
      { charge: (await world.paid(1_000)).charge },
    ]) {
      const answer = await refund<Refusal>(params, token);
      expect(answer.status).toBe(409);
      expect(answer.body.error).toMatchObject({ type: 'idempotency_error', param: 'Idempotency-Key' });
    }
    await expectPosts(1);
  });

  test('whose first request is still being answered gives 409, and its answer afterwards', async () => {
    const payment = await world.paid(9_000);
    const token = randomUUID();
    await world.order('slow', 1, { ms: 1_500 });
    const first = refund({ charge: payment.charge, amount: 400 }, token);
    await expect.poll(() => claimed(token), { timeout: 5_000, interval: 20 }).toBe(1);
    const meanwhile = await refund<Refusal>({ charge: payment.charge, amount: 400 }, token);
    expect(meanwhile.status).toBe(409);
    expect(meanwhile.body.error.code).toBe('idempotency_key_in_use');
    expect(meanwhile.headers.get('retry-after')).toBe('1');
    const { status, text } = await first;
    expect(status).toBe(200);
    expect((await refund({ charge: payment.charge, amount: 400 }, token)).text).toBe(text);
    expect(await world.fired('slow')).toBe(1);
    await expectPosts(1);
  });

  test('of a request that was refused here is free again: nothing was stored', async () => {
    const payment = await world.paid(1_000);
    const token = randomUUID();
    expect((await refund({ charge: payment.charge, amount: 1_001 }, token)).status).toBe(400);
    expect((await refund({ charge: payment.charge, amount: 1_000 }, token)).status).toBe(200);
    await expectPosts(1);
  });

  test('whose maker died goes on when its claim is over, as the same refund', async () => {
    const payment = await world.paid(9_000);
    const token = randomUUID();
    await refund({ charge: payment.charge, amount: 400 }, token);
    const forget = (until: string) =>
      world.owner.query(
        `UPDATE api_reply SET status = NULL, headers = NULL, body = NULL, request_id = NULL, answered_at = NULL, claimed_until = clock_timestamp() + $2::interval WHERE key = $1`,
        [token, until],
      );
    await forget('1 minute');
    expect((await refund({ charge: payment.charge, amount: 400 }, token)).status).toBe(409);
    await forget('-1 second');
    expect((await refund({ charge: payment.charge, amount: 400 }, token)).status).toBe(200);
    await expectPosts(1);
  });

  test('used on the page is used here too: one refund, and another request under it is refused', async () => {
    const { person } = await join('owner', workspace);
    const owner = await atWork(person, workspace);
    const payment = await world.paid(9_000);
    const token = randomUUID();
    const onPage = await perform(owner, 'refund_payment', { payment: payment.charge, amount: 400n }, { clientToken: token });
    expect(onPage.kind).toBe('accepted');
    const answer = await refund({ charge: payment.charge, amount: 400 }, token);
    expect(answer.body['id']).toBe(onPage.kind === 'accepted' && onPage.object);
    expect((await refund({ charge: payment.charge, amount: 401 }, randomUUID())).status).toBe(200);
    await expectPosts(2);
  });
});

describe('an answer that does not come', () => {
  test('in time is 202 with an operation, which tells the outcome later', async () => {
    const payment = await world.paid(9_000);
    await world.order('reset_after');
    await world.order('error_500', 40);
    await world.order('error_500', 40, { match: 'GET /v1/refunds' });
    const token = randomUUID();
    const answer = await refund<Operation>({ charge: payment.charge, amount: 400 }, token);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ object: 'operation', state: 'unknown', settled: false, refund: null, charge: payment.charge, livemode: false });
    expect(answer.headers.get('location')).toBe(answer.body.url);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await world.fired('reset_after')).toBe(1);
    expect((await refund<Operation>({ charge: payment.charge, amount: 400 }, token)).text).toBe(answer.text);
    await world.calm();
    const path = answer.body.url.replace('/api/v1/', '');
    await settle(answer.body.id);
    const later = await askApi<Operation>(key, path);
    expect(later.body).toMatchObject({ state: 'succeeded', settled: true, refund: expect.stringMatching(/^re_/), error: null });
    expect((await refundsOf(payment)).map((one) => one['id'])).toEqual([later.body.refund]);
  }, 30_000);

  test('because access is in doubt is 202, held', async () => {
    const payment = await world.paid(9_000);
    await world.owner.query('UPDATE account_route SET paused = true WHERE account = $1', [world.ledger.account]);
    try {
      const answer = await refund<Operation>({ charge: payment.charge, amount: 400 });
      expect(answer.status).toBe(202);
      expect(answer.body).toMatchObject({ object: 'operation', state: 'held', settled: false });
      await expectPosts(0);
    } finally {
      await world.owner.query('UPDATE account_route SET paused = false WHERE account = $1', [world.ledger.account]);
    }
  });

  test('and cannot be found out is 202, to be decided by a person', async () => {
    const payment = await world.paid(9_000);
    const token = randomUUID();
    const { body } = await refund<{ metadata: { op_id: string } }>({ charge: payment.charge, amount: 400 }, token);
    await world.owner.query(`UPDATE operation SET state = 'needs_review', stripe_id = NULL WHERE id = $1`, [body.metadata.op_id]);
    await world.owner.query(
      'UPDATE api_reply SET status = NULL, headers = NULL, body = NULL, request_id = NULL, answered_at = NULL, claimed_until = now() WHERE key = $1',
      [token],
    );
    const answer = await refund<Operation>({ charge: payment.charge, amount: 400 }, token);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ state: 'needs_review', settled: true });
    await expectPosts(1);
  });
});

describe('an operation', () => {
  test('is found by its id with or without op_, by a key that reads or refunds, and by no other', async () => {
    const payment = await world.paid(9_000);
    const { body } = await refund<{ metadata: { op_id: string } }>({ charge: payment.charge, amount: 400 });
    const id = body.metadata.op_id;
    expect((await askApi<Operation>(key, `operations/op_${id}`)).body).toMatchObject({ object: 'operation', type: 'refund_payment', state: 'succeeded' });
    expect((await askApi(key, `operations/${id}`)).status).toBe(200);
    expect((await askApi((await giveKey(workspace, false, ['refund'])).key, `operations/op_${id}`)).status).toBe(200);
    expect((await askApi((await giveKey(workspace, false, ['export'])).key, `operations/op_${id}`)).status).toBe(403);
    const { workspace: other } = await join('owner');
    expect((await askApi<Refusal>((await giveKey(other, false, ['read'])).key, `operations/op_${id}`)).body.error.code).toBe('not_connected');
    for (const odd of [`op_${randomUUID()}`, 'op_1', '%00', 'x'.repeat(3_000), `op_op_${id}`])
      expect((await askApi(key, `operations/${odd}`)).status).toBe(404);
    for (const method of ['POST', 'DELETE'] as const) expect((await askApi(key, `operations/op_${id}`, { method })).status).toBe(405);
  });

  test('of giving the account back is none of a program’s', async () => {
    const id = randomUUID();
    await world.owner.query(
      `INSERT INTO operation (id, workspace_id, account, livemode, generation, kind, target, params, params_hash, client_token, state, actor)
       VALUES ($1, $2, $3, false, 1, 'deauthorize', $3, '{}', '', $4, 'failed', '{}')`,
      [id, workspace.id, world.ledger.account, id],
    );
    expect((await askApi(key, `operations/op_${id}`)).status).toBe(404);
  });
});

describe('canceling a refund', () => {
  const cancel = <T = Record<string, unknown>>(id: string, token: string = randomUUID(), params: unknown = {}) =>
    postApi<T>(key, `refunds/${id}/cancel`, params, token);

  test('that waits for the customer ends it, once, and shows it canceled', async () => {
    const { id, payment } = await waiting();
    const token = randomUUID();
    const answer = await cancel(id, token);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id, object: 'refund', status: 'canceled', mirror: { deleted_at: null } });
    expect((await cancel(id, token)).text).toBe(answer.text);
    expect((await refundsOf(payment)).map((one) => one['status'])).toEqual(['canceled']);
    expect((await world.calls('POST', `/v1/refunds/${id}/cancel`)).map((call) => call.status)).toEqual([200]);
    const headers = { 'idempotency-key': randomUUID() };
    expect((await askApi<Refusal>(key, `refunds/${id}/cancel`, { method: 'POST', headers })).body.error.message).toContain('requires_action');
  });

  test('of any other status is refused in Stripe’s words', async () => {
    const payment = await world.paid(9_000);
    const { body } = await refund<{ id: string }>({ charge: payment.charge, amount: 400 });
    const answer = await cancel<Refusal>(body.id);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ message: expect.stringContaining('requires_action'), stripe_request_id: expect.stringMatching(/^req_/) });
  });

  test('is refused without a key, with parameters, under another request’s key, by a key that only reads', async () => {
    const { id, payment } = await waiting();
    const ask = (headers: Record<string, string>, as = key) => askApi<Refusal>(as, `refunds/${id}/cancel`, { method: 'POST', headers });
    expect((await ask({})).body.error.param).toBe('Idempotency-Key');
    expect((await cancel<Refusal>(id, randomUUID(), { amount: 1 })).body.error).toMatchObject({ code: 'parameter_unknown', param: 'amount' });
    const token = randomUUID();
    await refund({ charge: (await world.paid(1_000)).charge }, token);
    expect((await cancel(id, token)).status).toBe(409);
    expect((await ask({ 'idempotency-key': randomUUID() }, (await giveKey(workspace, false, ['read'])).key)).status).toBe(403);
    expect((await refundsOf(payment)).map((one) => one['status'])).toEqual(['requires_action']);
  });

  test('that is not here is one 404, whoever may have it, and Stripe is not asked', async () => {
    const answers = [
      await cancel('re_nobody'),
      await cancel('%00'),
      await postApi(await otherWorkspace(), `refunds/${(await waiting()).id}/cancel`, {}, randomUUID()),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404]);
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    for (const [path, status] of [
      ['refunds/re_1/cancel/now', 404],
      ['refunds/re_1/undo', 404],
      ['charges/ch_1/cancel', 404],
    ] as const)
      expect((await postApi(key, path, {}, randomUUID())).status).toBe(status);
    const get = await askApi(key, 'refunds/re_1/cancel');
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  });

  /** A refund at Stripe that waits for its customer. */
  async function waiting(): Promise<{ id: string; payment: Paid }> {
    const payment = await world.paid(9_000);
    const { body } = await refund<{ id: string }>({ charge: payment.charge, amount: 2_000 });
    await world.sandbox.control('act', { account: world.ledger.account, livemode: false, act: 'require-refund-action', id: body.id });
    return { id: body.id, payment };
  }
});

describe('refused here, and nothing sent', () => {
  const bad: [string, unknown, Partial<Refusal['error']>][] = [
    ['no payment', {}, { code: 'parameter_missing', param: 'payment_intent' }],
    ['both a charge and a payment intent', { charge: 'ch_1', payment_intent: 'pi_1' }, { param: 'charge' }],
    ['a payment that is none', { charge: 'pi_1' }, { param: 'charge' }],
    ['a payment of another shape', { charge: { id: 'ch_1' } }, { param: 'charge' }],
    ['an unknown payment', { charge: 'ch_nobody' }, { code: 'resource_missing', param: 'charge' }],
    ['an unknown payment intent', { payment_intent: 'pi_nobody' }, { code: 'resource_missing', param: 'payment_intent' }],
    ['an unknown parameter', { charge: 'ch_1', amuont: 5 }, { code: 'parameter_unknown', param: 'amuont' }],
    ['a parameter of Stripe’s that this API has not', { charge: 'ch_1', reverse_transfer: true }, { code: 'parameter_unknown', param: 'reverse_transfer' }],
    ['the engine’s own words', { charge: 'ch_1', seenLeft: '5' }, { code: 'parameter_unknown', param: 'seenLeft' }],
    ['nothing', { charge: 'ch_1', amount: 0 }, { code: 'parameter_invalid_integer', param: 'amount' }],
    ['less than nothing', { charge: 'ch_1', amount: -5 }, { param: 'amount' }],
    ['half a cent', { charge: 'ch_1', amount: 1.5 }, { param: 'amount' }],
    ['an amount beyond any', { charge: 'ch_1', amount: 1e300 }, { param: 'amount' }],
    ['an amount in words', { charge: 'ch_1', amount: 'ten' }, { param: 'amount' }],
    ['a reason of one’s own', { charge: 'ch_1', reason: 'other' }, { param: 'reason' }],
    ['metadata that is text', { charge: 'ch_1', metadata: 'x' }, { param: 'metadata' }],
    ['metadata of numbers', { charge: 'ch_1', metadata: { a: 1 } }, { param: 'metadata[a]' }],
    ['metadata that is ours', { charge: 'ch_1', metadata: { op_id: 'x' } }, { param: 'metadata[op_id]' }],
    ['a value too long', { charge: 'ch_1', metadata: { a: 'x'.repeat(501) } }, { param: 'metadata[a]' }],
    ['too many pairs', { charge: 'ch_1', metadata: Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`k${n}`, 'v'])) }, { param: 'metadata' }],
    ['a NUL in a value', { charge: 'ch_1', metadata: { a: 'b\u0000' } }, { param: 'metadata[a]' }],
    ['half a surrogate pair', { charge: 'ch_1', metadata: { a: '\ud800' } }, { param: 'metadata[a]' }],
    ['a NUL in an id', { charge: 'ch_1\u0000' }, { param: 'charge' }],
  ];

  test.each(bad)('%s', async (_, params, error) => {
    const answer = await refund<Refusal>(params);
    expect(answer.status).toBe(error.code === 'resource_missing' ? 404 : 400);
    expect(answer.body.error).toMatchObject({ type: 'invalid_request_error', ...error });
    await expectPosts(0);
  });

  test.each<[string, string]>([
    ['{"charge":"ch_1","__proto__":{"amount":5}}', '__proto__'],
    ['{"charge":"ch_1","constructor":{}}', 'constructor'],
    ['{"charge":"ch_1","metadata":{"__proto__":"x"}}', 'metadata[__proto__]'],
  ])('%s by name', async (body, param) => {
    const answer = await raw<Refusal>(body, 'application/json');
    expect(answer.status).toBe(400);
    expect(answer.body.error.param).toBe(param);
  });

  test.each<[string, string, string, number]>([
    ['no JSON', '{', 'application/json', 400],
    ['a list', '[]', 'application/json', 400],
    ['null', 'null', 'application/json', 400],
    ['a text', '"charge"', 'application/json', 400],
    ['depth', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'application/json', 400],
    ['depth in metadata', `{"charge":"ch_1","metadata":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`, 'application/json', 400],
    ['another type', '{"charge":"ch_1"}', 'text/plain', 400],
    ['no type', '{"charge":"ch_1"}', '', 400],
    ['a form that says it twice', 'charge=ch_1&charge=ch_2', 'application/x-www-form-urlencoded', 400],
    ['a form’s __proto__', 'charge=ch_1&__proto__=x', 'application/x-www-form-urlencoded', 400],
    ['a form’s metadata __proto__', 'charge=ch_1&metadata[__proto__]=x', 'application/x-www-form-urlencoded', 400],
    ['a form’s metadata in two ways', 'charge=ch_1&metadata=x&metadata[a]=x', 'application/x-www-form-urlencoded', 400],
    ['a form’s depth', 'charge=ch_1&metadata[a][b]=x', 'application/x-www-form-urlencoded', 400],
    ['a form’s NUL', 'charge=ch_1%00', 'application/x-www-form-urlencoded', 400],
    ['too much', `{"charge":"ch_1","x":"${'x'.repeat(262_144)}"}`, 'application/json', 413],
  ])('a body of %s', async (_, body, type, status) => {
    const answer = await raw<Refusal>(body, type);
    expect(answer.status).toBe(status);
    expect(answer.body.error.type).toBe('invalid_request_error');
    await expectPosts(0);
  });

  test('a body that is not UTF-8, and one that never ends', async () => {
    const bytes = Buffer.concat([Buffer.from('{"charge":"ch_1","metadata":{"a":"'), Buffer.from([0xff]), Buffer.from('"}}')]);
    expect((await raw<Refusal>(new Uint8Array(bytes), 'application/json')).body.error.code).toBe('body_unreadable');
    let given = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        given += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    expect((await raw(endless, 'application/json')).status).toBe(413);
    expect(given).toBeLessThan(1_000_000);
  });

  test('more than is left, all of nothing, what was never captured, what is disputed', async () => {
    const payment = await world.paid(1_000);
    expect((await refund<Refusal>({ charge: payment.charge, amount: 1_001 })).body.error).toMatchObject({ code: 'amount_too_large', param: 'amount' });
    await refund({ charge: payment.charge });
    const over = await refund<Refusal>({ charge: payment.charge });
    expect([over.status, over.body.error.code, over.body.error.param]).toEqual([400, 'charge_already_refunded', 'charge']);
    const disputed = await world.pay(1_000, 'eur', 'pm_card_createDispute');
    const dispute = (await world.truth('dispute')).find((one) => one['charge'] === disputed.charge)!;
    await confirmNow(world.ledger, [
      { type: 'charge', id: disputed.charge },
      { type: 'dispute', id: String(dispute['id']) },
    ]);
    const refused = await refund<Refusal>({ charge: disputed.charge });
    expect([refused.status, refused.body.error.code]).toEqual([400, 'charge_disputed']);
    await expectPosts(1);
  });

  test('another refund of the payment while one is on its way', async () => {
    const payment = await world.paid(9_000);
    const { body } = await refund<{ metadata: { op_id: string } }>({ charge: payment.charge, amount: 400 });
    await world.owner.query(`UPDATE operation SET state = 'sending' WHERE id = $1`, [body.metadata.op_id]);
    const answer = await refund<Refusal>({ charge: payment.charge, amount: 500 });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'refund_in_flight']);
    await expectPosts(1);
  });

  test('the same amount again within ten minutes, unless it is meant', async () => {
    const payment = await world.paid(9_000);
    await refund({ charge: payment.charge, amount: 400 });
    const asked = await refund<Refusal>({ charge: payment.charge, amount: 400 });
    expect([asked.status, asked.body.error.code, asked.body.error.param]).toEqual([400, 'same_amount_again', 'again']);
    expect((await refund({ charge: payment.charge, amount: 400, again: true })).status).toBe(200);
    expect((await form(`charge=${payment.charge}&amount=400&again=true`, randomUUID())).status).toBe(200);
    await expectPosts(3);
  });

  test('above the amount that asks a person for the password, and says what to do', async () => {
    const payment = await world.paid(100_000);
    const answer = await refund<Refusal>({ charge: payment.charge, amount: 50_001 });
    expect([answer.status, answer.body.error.code, answer.body.error.param]).toEqual([403, 'over_limit', 'amount']);
    expect(answer.body.error.message).toMatch(/500\.00 EUR.*Refund limits.*a person/);
    expect((await refund({ charge: payment.charge, amount: 50_000 })).status).toBe(200);
    await expectPosts(1);
  });

  test('where Stripe is not connected any more', async () => {
    const payment = await world.paid(1_000);
    await world.owner.query(`UPDATE connection SET state = 'revoked' WHERE account = $1`, [world.ledger.account]);
    try {
      const answer = await refund<Refusal>({ charge: payment.charge });
      expect([answer.status, answer.body.error.code]).toEqual([400, 'not_connected']);
    } finally {
      await world.owner.query(`UPDATE connection SET state = 'live' WHERE account = $1`, [world.ledger.account]);
    }
    const { workspace: empty } = await join('owner');
    expect((await postApi<Refusal>((await giveKey(empty, false, ['refund'])).key, 'refunds', { charge: 'ch_1' }, randomUUID())).body.error.code).toBe(
      'not_connected',
    );
    await expectPosts(0);
  });
});

test('what Stripe refuses is told with Stripe’s own status, code, words and request id, once and again', async () => {
  const payment = await world.pay(1_000, 'eur', 'pm_card_visa');
  await confirmNow(world.ledger, [{ type: 'charge', id: payment.charge }]);
  // The customer disputes it, and no event has told us yet.
  await world.sandbox.control('act', { account: world.ledger.account, livemode: false, act: 'dispute', id: payment.charge, kind: 'fraudulent' });
  const token = randomUUID();
  const answer = await refund<Refusal>({ charge: payment.charge }, token);
  const call = (await posts()).at(-1)!;
  expect(answer.status).toBe(call.status);
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({ type: 'invalid_request_error', code: 'charge_disputed', stripe_request_id: call.request });
  expect(answer.headers.get('stripe-request-id')).toBe(call.request);
  expect((await refund<Refusal>({ charge: payment.charge }, token)).text).toBe(answer.text);
  await expectPosts(1, 400);
  expect((await askApi<Operation>(key, `operations/${answer.body.error.operation}`)).body).toMatchObject({
    state: 'failed',
    error: { code: 'charge_disputed', request_id: call.request },
  });
});

describe('a key', () => {
  test('that only reads may not refund, one of the other mode finds nothing, a revoked one is no key', async () => {
    const payment = await world.paid(1_000);
    const ask = (with_: string) => postApi<Refusal>(with_, 'refunds', { charge: payment.charge }, randomUUID());
    const narrow = await ask((await giveKey(workspace, false, ['read'])).key);
    expect([narrow.status, narrow.body.error.code]).toEqual([403, 'scope_missing']);
    expect(narrow.body.error.message).toContain('refund');
    expect((await ask((await giveKey(workspace, true, ['refund'])).key)).body.error.code).toBe('not_connected');
    const revoked = await giveKey(workspace, false, ['refund']);
    await revokeKey(operator(workspace, 'test'), revoked.id);
    expect((await ask(revoked.key)).status).toBe(401);
    await expectPosts(0);
  });

  test('of another workspace meets this payment like one that never was', async () => {
    const payment = await world.paid(1_000);
    const other = await otherWorkspace();
    const answers = await Promise.all([payment.charge, 'ch_nobody'].map((charge) => postApi<Refusal>(other, 'refunds', { charge }, randomUUID())));
    expect(answers.map((answer) => answer.status)).toEqual([404, 404]);
    expect(answers[0]!.text).toBe(answers[1]!.text);
    await expectPosts(0);
  });

  test('counts a hundred requests a minute, writes among them', async () => {
    for (let count = 0; count < 100; count += 1) await askApi(key, 'customers/cus_nobody');
    const answer = await refund<Refusal>({ charge: (await world.paid(1_000)).charge });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await expectPosts(0);
  });

  test('is all that counts: a session’s cookie is no key, and beside one it changes nothing', async () => {
    const payment = await world.paid(1_000);
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID(), cookie: 'session=stolen', origin: 'https://evil.example' };
    const body = JSON.stringify({ charge: payment.charge });
    expect((await askApi(null, 'refunds', { method: 'POST', headers, body })).status).toBe(401);
    expect((await askApi(key, 'refunds', { method: 'POST', headers, body })).status).toBe(200);
  });
});

test('the methods that are there are named', async () => {
  for (const [path, allow] of [
    ['refunds', 'GET, HEAD, POST'],
    ['customers', 'GET, HEAD'],
    ['refunds/re_1', 'GET, HEAD'],
  ] as const) {
    const answer = await askApi(key, path, { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')], path).toEqual([405, allow]);
  }
  expect((await askApi(key, 'customers', { method: 'POST' })).status).toBe(405);
});

function refund<T = Record<string, unknown>>(params: unknown, token: string = randomUUID()): Promise<Reply<T>> {
  return postApi<T>(key, 'refunds', params, token);
}

function form<T = Record<string, unknown>>(body: string, token: string): Promise<Reply<T>> {
  return askApi<T>(key, 'refunds', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', 'idempotency-key': token }, body });
}

function raw<T = Record<string, unknown>>(body: string | Uint8Array | ReadableStream, type: string): Promise<Reply<T>> {
  return askApi<T>(key, 'refunds', { method: 'POST', headers: { 'idempotency-key': randomUUID(), ...(type ? { 'content-type': type } : {}) }, body });
}

/** As the worker does, until it is out of doubt. */
async function settle(id: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await world.owner.query(`UPDATE work SET not_before = now(), lease_until = NULL WHERE kind = 'op' AND id = $1`, [id.replace('op_', '')]);
        await completeDue({ limit: 5 });
        return (await askApi<Operation>(key, `operations/${id}`)).body.state;
      },
      { timeout: 10_000, interval: 200 },
    )
    .toBe('succeeded');
}

async function otherWorkspace(): Promise<string> {
  const { workspace: other } = await join('owner');
  await world.owner.query(`SELECT set_config('app.workspace', $1, false)`, [other.id]);
  await world.owner.query(
    `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts, confirmed_at, live_at) VALUES ($1, $2, false, 1, 'live', 'read_write', '{}', now(), now())`,
    [other.id, `acct_${other.slug}`],
  );
  await world.owner.query(`SELECT set_config('app.workspace', $1, false)`, [workspace.id]);
  return (await giveKey(other, false, ['refund'])).key;
}

async function refundsOf(payment: Paid): Promise<Record<string, unknown>[]> {
  return (await world.truth('refund')).filter((one) => one['charge'] === payment.charge);
}

async function claimed(token: string): Promise<number> {
  return (await world.owner.query('SELECT FROM api_reply WHERE key = $1', [token])).rowCount ?? 0;
}

function posts() {
  return world.calls('POST', '/v1/refunds');
}

async function expectPosts(count: number, status = 200): Promise<void> {
  const calls = (await posts()).slice(postsBefore);
  expect(calls.map((call) => call.status)).toEqual(Array.from({ length: count }, () => status));
}
