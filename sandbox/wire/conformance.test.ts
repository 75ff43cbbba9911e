// The official SDK against the sandbox over HTTP: it must not be able to tell it from Stripe.
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEYS, startTrial, type Trial } from '#tests/trial.ts';

let trial: Trial;
let stripe: Stripe;
let on: { stripeAccount: string };

beforeAll(async () => {
  trial = await startTrial();
  stripe = trial.stripe;
  on = { stripeAccount: await trial.connect() };
});
afterAll(() => trial.stop());

const refusalOf = async (call: Promise<unknown>): Promise<Stripe.errors.StripeError> => {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Stripe.errors.StripeError)) throw new Error('the call was not refused');
  return error;
};
const pay = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({ amount: 2000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true, return_url: 'https://x.example', ...more }, on);
const chargeOf = (intent: Stripe.PaymentIntent): string => (typeof intent.latest_charge === 'string' ? intent.latest_charge : (intent.latest_charge?.id ?? ''));

describe('keys and accounts', () => {
  test('a wrong key is 401, a missing one too', async () => {
    const client = (key: string) => new Stripe(key, { host: '127.0.0.1', port: new URL(trial.url).port, protocol: 'http', maxNetworkRetries: 0 });
    const error = await refusalOf(client('sk_test_wrongwrongwrong').customers.list());
    expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
    expect(error.message).toMatch(/^Invalid API Key provided: sk_test_\*+rong$/);
    expect((await fetch(`${trial.url}/v1/customers`)).status).toBe(401);
  });

  test('a key works as Basic user too', async () => {
    const authorization = `Basic ${Buffer.from(`${KEYS.SANDBOX_TEST_SECRET_KEY}:`).toString('base64')}`;
    expect((await fetch(`${trial.url}/v1/customers`, { headers: { authorization } })).status).toBe(200);
  });

  test('an account that never connected is 403 account_invalid', async () => {
    const { id } = await trial.control<{ id: string }>('POST accounts', { name: 'Other', country: 'NO', email: 'o@x.example' });
    const error = await refusalOf(stripe.customers.list({}, { stripeAccount: id }));
    expect(error).toBeInstanceOf(Stripe.errors.StripePermissionError);
    expect(error).toMatchObject({ code: 'account_invalid', statusCode: 403 });
  });

  test('what one account has, no other sees, and test does not see live', async () => {
    const customer = await stripe.customers.create({ name: 'Here' }, on);
    const other = await trial.connect();
    expect((await refusalOf(stripe.customers.retrieve(customer.id, {}, { stripeAccount: other }))).statusCode).toBe(404);
    const both = await trial.connect(true);
    const { code } = await trial.control<{ code: string }>('POST code', { account: both, client_id: 'ca_trialtest' });
    await stripe.oauth.token({ grant_type: 'authorization_code', code });
    const real = await trial.live.customers.create({ name: 'Live' }, { stripeAccount: both });
    expect(real.livemode).toBe(true);
    const error = await refusalOf(stripe.customers.retrieve(real.id, {}, { stripeAccount: both }));
    expect(error.message).toBe(`No such customer: '${real.id}'; a similar object exists in live mode, but a test mode key was used to make this request.`);
  });

  test('the account says who it is', async () => {
    expect(await stripe.accounts.retrieveCurrent({}, on)).toMatchObject({
      id: on.stripeAccount,
      country: 'US',
      default_currency: 'usd',
      charges_enabled: true,
    });
  });
});

describe('parameters', () => {
  test.each([
    ['unknown', { colour: 'red' }, 'parameter_unknown', 'colour'],
    ['unknown inside', { address: { planet: 'x' } }, 'parameter_unknown', 'address[planet]'],
    ['not an integer', { balance: 'x' }, 'parameter_invalid_integer', 'balance'],
  ])('%s is refused by name', async (_name, params, code, param) => {
    expect(await refusalOf(stripe.customers.create(params as Stripe.CustomerCreateParams, on))).toMatchObject({ statusCode: 400, code, param });
  });

  test('a missing one is refused by name', async () => {
    const error = await refusalOf(stripe.paymentIntents.create({ amount: 100 } as Stripe.PaymentIntentCreateParams, on));
    expect(error).toMatchObject({ code: 'parameter_missing', param: 'currency', message: 'Missing required param: currency.' });
  });

  test('payment_method_types are accepted, as the official CLI sends them', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'usd', payment_method_types: ['card'] } as Stripe.PaymentIntentCreateParams, on);
    expect(intent.payment_method_types).toEqual(['card']);
  });

  test.each([
    [20, 'usd', 'amount_too_small'],
    [100_000_000, 'usd', 'amount_too_large'],
    [2001, 'kwd', undefined],
    [30, 'jpy', 'amount_too_small'],
  ])('%i %s cannot be charged', async (amount, currency, code) => {
    expect(await refusalOf(stripe.paymentIntents.create({ amount, currency }, on))).toMatchObject({ statusCode: 400, code, param: 'amount' });
  });

  test('metadata merges, one key goes with an empty value, all with an empty whole', async () => {
    const { id } = await stripe.customers.create({ metadata: { a: '1', b: '2' } }, on);
    expect((await stripe.customers.update(id, { metadata: { b: '', c: '3' } }, on)).metadata).toEqual({ a: '1', c: '3' });
    expect((await stripe.customers.update(id, { metadata: '' }, on)).metadata).toEqual({});
  });

  test('an unknown route, a JSON body and a body too large are refused in the envelope', async () => {
    const headers = { authorization: `Bearer ${KEYS.SANDBOX_TEST_SECRET_KEY}` };
    const unknown = await fetch(`${trial.url}/v1/nothing`, { headers });
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { type: 'invalid_request_error' } }]);
    const json = await fetch(`${trial.url}/v1/customers`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' });
    expect([json.status, await json.json()]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
    const large = await fetch(`${trial.url}/v1/customers`, { method: 'POST', headers, body: `name=${'x'.repeat(1_100_000)}` });
    expect(large.status).toBe(413);
  });

  test.each(['__proto__[x]=1', 'a[__proto__][x]=1', 'metadata[__proto__]=1', `${'a['.repeat(1)}${'b]['.repeat(40)}c]=1`, 'name=%ff', 'name[=1', '=1', '&&&'])(
    'hostile form %s is no 500',
    async (body) => {
      const response = await fetch(`${trial.url}/v1/customers`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEYS.SANDBOX_TEST_SECRET_KEY}`, 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
      expect([200, 400]).toContain(response.status);
    },
  );
});

describe('lists', () => {
  test('come newest first, page both ways, and filter by created', async () => {
    const account = { stripeAccount: await trial.connect() };
    const made: string[] = [];
    for (let i = 0; i < 7; i++) made.unshift((await stripe.customers.create({ name: `c${i}`, email: i % 2 ? 'odd@x.example' : 'even@x.example' }, account)).id);
    const first = await stripe.customers.list({ limit: 3 }, account);
    expect(first.data.map(({ id }) => id)).toEqual(made.slice(0, 3));
    expect(first).toMatchObject({ object: 'list', url: '/v1/customers', has_more: true });
    const next = await stripe.customers.list({ limit: 4, starting_after: made[2] }, account);
    expect([next.data.map(({ id }) => id), next.has_more]).toEqual([made.slice(3), false]);
    const back = await stripe.customers.list({ limit: 2, ending_before: made[4] }, account);
    expect([back.data.map(({ id }) => id), back.has_more]).toEqual([made.slice(2, 4), true]);
    expect(await stripe.customers.list({ limit: 2 }, account).autoPagingToArray({ limit: 100 })).toHaveLength(7);
    expect((await stripe.customers.list({ email: 'odd@x.example' }, account)).data).toHaveLength(3);
    const now = Math.floor(Date.now() / 1000);
    expect((await stripe.customers.list({ created: { gte: now - 60, lt: now + 60 } }, account)).data).toHaveLength(7);
    expect((await stripe.customers.list({ created: { gt: now + 60 } }, account)).data).toHaveLength(0);
  });

  test('an unknown cursor and a limit out of range are refused', async () => {
    expect(await refusalOf(stripe.customers.list({ starting_after: 'cus_none' }, on))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'starting_after',
    });
    expect(await refusalOf(stripe.customers.list({ limit: 101 }, on))).toMatchObject({ statusCode: 400, param: 'limit' });
  });
});

describe('expansion', () => {
  test('goes four levels deep, into lists and into what is absent otherwise', async () => {
    const intent = await pay({ expand: ['latest_charge.balance_transaction'] });
    expect(intent.latest_charge).toMatchObject({ object: 'charge' });
    const id = chargeOf(intent);
    await stripe.refunds.create({ charge: id, amount: 500 }, on);
    const charge = await stripe.charges.retrieve(id, { expand: ['balance_transaction', 'refunds.data.balance_transaction'] }, on);
    expect(charge.balance_transaction).toMatchObject({ object: 'balance_transaction', amount: 2000 });
    expect(charge.refunds?.data[0]?.balance_transaction).toMatchObject({ amount: -500 });
    expect((await stripe.charges.retrieve(id, {}, on)).refunds).toBeUndefined();
    const page = await stripe.charges.list({ limit: 1, expand: ['data.refunds', 'data.payment_intent.payment_method'] }, on);
    expect(page.data[0]?.payment_intent).toMatchObject({ payment_method: { object: 'payment_method' } });
  });

  test('of what cannot be expanded is refused', async () => {
    expect(await refusalOf(stripe.charges.list({ expand: ['data.colour'] }, on))).toMatchObject({
      statusCode: 400,
      message: 'This property cannot be expanded (data.colour).',
    });
    expect(await refusalOf(stripe.charges.list({ expand: ['data.payment_intent.latest_charge.payment_intent.customer'] }, on))).toMatchObject({
      statusCode: 400,
    });
  });
});

describe('idempotency', () => {
  test('one key makes one object; the repeat says so', async () => {
    const options = { ...on, idempotencyKey: 'key-1' };
    const first = await stripe.customers.create({ name: 'once' }, options);
    const second = await stripe.customers.create({ name: 'once' }, options);
    expect(second.id).toBe(first.id);
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  test('the same key with other parameters is refused', async () => {
    await stripe.customers.create({ name: 'a' }, { ...on, idempotencyKey: 'key-2' });
    const error = await refusalOf(stripe.customers.create({ name: 'b' }, { ...on, idempotencyKey: 'key-2' }));
    expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    const elsewhere = await refusalOf(stripe.products.create({ name: 'a' }, { ...on, idempotencyKey: 'key-2' }));
    expect(elsewhere).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  });

  test('the same key is another key in another account', async () => {
    const there = { stripeAccount: await trial.connect() };
    const here = await stripe.customers.create({ name: 'a' }, { ...on, idempotencyKey: 'key-3' });
    const other = await stripe.customers.create({ name: 'a' }, { ...there, idempotencyKey: 'key-3' });
    expect(other.id).not.toBe(here.id);
  });

  test('a declined payment is replayed, a refused parameter is not', async () => {
    const declined = () => pay.call(null, { payment_method: 'pm_card_chargeDeclined' });
    await refusalOf(declined());
    const options = { ...on, idempotencyKey: 'key-4' };
    const params = { amount: 2000, currency: 'usd', payment_method: 'pm_card_chargeDeclined', confirm: true };
    const first = await refusalOf(stripe.paymentIntents.create(params, options));
    const second = await refusalOf(stripe.paymentIntents.create(params, options));
    expect(second.charge).toBe(first.charge);
    const wrong = { ...on, idempotencyKey: 'key-5' };
    await refusalOf(stripe.customers.create({ balance: 'x' } as unknown as Stripe.CustomerCreateParams, wrong));
    expect((await stripe.customers.create({ name: 'right' }, wrong)).name).toBe('right');
  });

  test('a key is forgotten after 24 hours of sandbox time', async () => {
    const other = await startTrial();
    try {
      const account = { stripeAccount: await other.connect(), idempotencyKey: 'key-6' };
      const first = await other.stripe.customers.create({ name: 'x' }, account);
      await other.control('POST clock', { advance: 86_500 });
      expect((await other.stripe.customers.create({ name: 'x' }, account)).id).not.toBe(first.id);
    } finally {
      await other.stop();
    }
  });
});

describe('headers', () => {
  test('every answer names its request, its version and the sandbox’s second', async () => {
    const { lastResponse } = await stripe.customers.create({}, { ...on, idempotencyKey: 'key-7' });
    expect(lastResponse).toMatchObject({ requestId: expect.stringMatching(/^req_/), apiVersion: '2026-10-28.endive', idempotencyKey: 'key-7' });
    expect(lastResponse.headers['stripe-account']).toBe(on.stripeAccount);
    expect(Math.abs(Date.parse(lastResponse.headers.date ?? '') - Date.now())).toBeLessThan(3000);
  });
});

describe('payments', () => {
  test('a declined card is 402 with the whole intent inside, and both stay', async () => {
    const error = await refusalOf(pay({ payment_method: 'pm_card_chargeDeclinedInsufficientFunds' }));
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'insufficient_funds' });
    const intent = await stripe.paymentIntents.retrieve(error.payment_intent?.id ?? '', {}, on);
    expect(intent).toMatchObject({ status: 'requires_payment_method', last_payment_error: { decline_code: 'insufficient_funds' } });
    const charges = await stripe.charges.list({ payment_intent: intent.id }, on);
    expect(charges.data).toMatchObject([{ status: 'failed', failure_code: 'card_declined' }]);
    const again = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }, on);
    expect(again.status).toBe('succeeded');
    expect((await stripe.charges.list({ payment_intent: intent.id }, on)).data).toHaveLength(2);
  });

  test('3-D Secure waits for the customer, who passes or fails', async () => {
    const passes = await pay({ payment_method: 'pm_card_authenticationRequired' });
    expect(passes).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
    await trial.control('POST act', { account: on.stripeAccount, act: 'authenticate', id: passes.id, passes: 'yes' });
    expect(await stripe.paymentIntents.retrieve(passes.id, {}, on)).toMatchObject({ status: 'succeeded', next_action: null });
    const fails = await pay({ payment_method: 'pm_card_authenticationRequired' });
    await trial.control('POST act', { account: on.stripeAccount, act: 'authenticate', id: fails.id, passes: 'no' });
    expect(await stripe.paymentIntents.retrieve(fails.id, {}, on)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
  });

  test('a hold is captured in part, canceled, or runs out after seven days', async () => {
    const held = { capture_method: 'manual' } as const;
    const captured = await stripe.paymentIntents.capture((await pay(held)).id, { amount_to_capture: 1500 }, on);
    expect(captured).toMatchObject({ status: 'succeeded', amount_received: 1500, amount_capturable: 0 });
    expect(await stripe.charges.retrieve(chargeOf(captured), { expand: ['balance_transaction'] }, on)).toMatchObject({
      amount: 2000,
      amount_captured: 1500,
      balance_transaction: { amount: 1500 },
    });
    const withdrawn = await stripe.paymentIntents.cancel((await pay(held)).id, { cancellation_reason: 'duplicate' }, on);
    expect(withdrawn).toMatchObject({ status: 'canceled', cancellation_reason: 'duplicate' });
    expect(await refusalOf(stripe.paymentIntents.capture(withdrawn.id, {}, on))).toMatchObject({ code: 'payment_intent_unexpected_state' });
    const left = await pay(held);
    await trial.control('POST clock', { advance: 7 * 86_400 + 1 });
    expect(await stripe.paymentIntents.retrieve(left.id, {}, on)).toMatchObject({ status: 'canceled', cancellation_reason: 'automatic' });
    expect((await stripe.events.list({ type: 'charge.expired' }, on)).data[0]?.data.object).toMatchObject({ id: chargeOf(left) });
  });

  test('money in another currency settles in the account’s own, at a rate', async () => {
    const intent = await pay({ amount: 12_000, currency: 'nok', capture_method: 'automatic', expand: ['latest_charge.balance_transaction'] });
    const { balance_transaction: found } = intent.latest_charge as Stripe.Charge; // expanded
    const transaction = found as Stripe.BalanceTransaction; // expanded
    expect(transaction.currency).toBe('usd');
    expect(Math.abs(transaction.amount - 12_000 * (transaction.exchange_rate ?? 0))).toBeLessThanOrEqual(1);
    expect(transaction.net).toBe(transaction.amount - transaction.fee);
  });
});

describe('refunds', () => {
  test('go out in parts until nothing is left, never beyond', async () => {
    const charge = chargeOf(await pay());
    const part = await stripe.refunds.create({ charge, amount: 1500, reason: 'requested_by_customer', metadata: { op_id: 'x' } }, on);
    expect(part).toMatchObject({ status: 'succeeded', amount: 1500, metadata: { op_id: 'x' } });
    expect(await refusalOf(stripe.refunds.create({ charge, amount: 501 }, on))).toMatchObject({
      statusCode: 400,
      param: 'amount',
      message: 'Refund amount ($5.01) is greater than unrefunded amount on charge ($5.00)',
    });
    expect(await stripe.charges.retrieve(charge, {}, on)).toMatchObject({ amount_refunded: 1500, refunded: false });
    await stripe.refunds.create({ charge }, on);
    expect(await stripe.charges.retrieve(charge, {}, on)).toMatchObject({ amount_refunded: 2000, refunded: true });
    expect(await refusalOf(stripe.refunds.create({ charge }, on))).toMatchObject({ code: 'charge_already_refunded' });
    expect((await stripe.refunds.list({ charge }, on)).data).toHaveLength(2);
  });

  test('one of a failing card fails an hour later and gives the money back', async () => {
    const intent = await pay({ payment_method: 'pm_card_refundFail' });
    const refund = await stripe.refunds.create({ payment_intent: intent.id }, on);
    await trial.control('POST clock', { advance: 3700 });
    const failed = await stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] }, on);
    expect(failed).toMatchObject({ status: 'failed', failure_reason: 'expired_or_canceled_card', failure_balance_transaction: { amount: 2000 } });
    expect(await stripe.charges.retrieve(chargeOf(intent), {}, on)).toMatchObject({ amount_refunded: 0, refunded: false });
  });

  test('one of a waiting card is pending, then succeeds', async () => {
    const intent = await pay({ payment_method: 'pm_card_pendingRefund' });
    const refund = await stripe.refunds.create({ payment_intent: intent.id }, on);
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    await trial.control('POST act', { account: on.stripeAccount, act: 'settle-refund', id: refund.id });
    expect((await stripe.refunds.retrieve(refund.id, {}, on)).status).toBe('succeeded');
  });

  test('can be canceled only while they require action', async () => {
    const intent = await pay();
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 700 }, on);
    expect((await refusalOf(stripe.refunds.cancel(refund.id, {}, on))).statusCode).toBe(400);
    await trial.control('POST act', { account: on.stripeAccount, act: 'require-refund-action', id: refund.id });
    const canceled = await stripe.refunds.cancel(refund.id, { expand: ['failure_balance_transaction'] }, on);
    expect(canceled).toMatchObject({ status: 'canceled', failure_balance_transaction: { amount: 700 } });
    expect(await stripe.charges.retrieve(chargeOf(intent), {}, on)).toMatchObject({ amount_refunded: 0 });
    expect((await refusalOf(stripe.refunds.cancel(refund.id, {}, on))).statusCode).toBe(400);
  });

  test('that require action are pending once the customer has acted', async () => {
    const intent = await pay({ payment_method: 'pm_card_pendingRefund' });
    const refund = await stripe.refunds.create({ payment_intent: intent.id }, on);
    const play = (act: string) => trial.control('POST act', { account: on.stripeAccount, act, id: refund.id });
    await play('require-refund-action');
    const waits = await stripe.refunds.retrieve(refund.id, {}, on);
    expect(waits).toMatchObject({ status: 'requires_action', next_action: { type: 'display_details' } });
    expect(waits).not.toHaveProperty('pending_reason');
    await play('give-refund-details');
    const moves = await stripe.refunds.retrieve(refund.id, {}, on);
    expect(moves).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    expect(moves).not.toHaveProperty('next_action');
    await play('settle-refund');
    expect((await stripe.refunds.retrieve(refund.id, {}, on)).status).toBe('succeeded');
  });

  test('that require action for 45 days are canceled', async () => {
    const intent = await pay();
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 700 }, on);
    await trial.control('POST act', { account: on.stripeAccount, act: 'require-refund-action', id: refund.id });
    await trial.control('POST clock', { advance: 45 * 86_400 + 60 });
    expect((await stripe.refunds.retrieve(refund.id, {}, on)).status).toBe('canceled');
    expect(await stripe.charges.retrieve(chargeOf(intent), {}, on)).toMatchObject({ amount_refunded: 0 });
  });

  test('fail after they succeeded, for a reason one may choose', async () => {
    const intent = await pay();
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 700 }, on);
    await trial.control('POST act', { account: on.stripeAccount, act: 'fail-refund', id: refund.id, reason: 'lost_or_stolen_card' });
    expect(await stripe.refunds.retrieve(refund.id, {}, on)).toMatchObject({ status: 'failed', failure_reason: 'lost_or_stolen_card' });
    expect(await stripe.charges.retrieve(chargeOf(intent), {}, on)).toMatchObject({ amount_refunded: 0 });
    await expect(trial.control('POST act', { account: on.stripeAccount, act: 'fail-refund', id: refund.id, reason: 'boredom' })).rejects.toThrow(/boredom/);
  });

  test('of nothing, of an unknown charge, of a failed one are refused', async () => {
    expect(await refusalOf(stripe.refunds.create({}, on))).toMatchObject({ code: 'parameter_missing' });
    expect(await refusalOf(stripe.refunds.create({ charge: 'ch_none' }, on))).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'charge' });
    const error = await refusalOf(pay({ payment_method: 'pm_card_chargeDeclined' }));
    expect(await refusalOf(stripe.refunds.create({ charge: String(error.charge) }, on))).toMatchObject({ code: 'charge_not_refundable' });
  });
});

describe('disputes', () => {
  const disputed = async (card: string) => {
    const intent = await pay({ payment_method: card });
    const dispute = (await stripe.disputes.list({ payment_intent: intent.id }, on)).data[0];
    if (!dispute) throw new Error('no dispute was raised');
    return { intent, dispute };
  };

  test('take the money at once, refuse refunds, and give it back when won', async () => {
    const { intent, dispute } = await disputed('pm_card_createDispute');
    expect(dispute).toMatchObject({ status: 'needs_response', reason: 'fraudulent', is_charge_refundable: false, balance_transactions: [{ amount: -2000 }] });
    expect(await refusalOf(stripe.refunds.create({ payment_intent: intent.id }, on))).toMatchObject({ code: 'charge_disputed' });
    const won = await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' } }, on);
    expect(won).toMatchObject({ status: 'won', balance_transactions: [{ amount: -2000 }, { amount: 2000 }], evidence_details: { submission_count: 1 } });
    expect((await stripe.refunds.create({ payment_intent: intent.id }, on)).status).toBe('succeeded');
  });

  test('are lost by losing evidence, by closing, and by silence', async () => {
    const first = await disputed('pm_card_createDispute');
    expect((await stripe.disputes.update(first.dispute.id, { evidence: { uncategorized_text: 'losing_evidence' } }, on)).status).toBe('lost');
    const second = await disputed('pm_card_createDisputeProductNotReceived');
    expect((await stripe.disputes.close(second.dispute.id, {}, on)).status).toBe('lost');
    const third = await disputed('pm_card_createDispute');
    await trial.control('POST clock', { advance: 22 * 86_400 });
    expect((await stripe.disputes.retrieve(third.dispute.id, {}, on)).status).toBe('lost');
  });

  test('an inquiry moves no money and leaves the charge refundable', async () => {
    const { intent, dispute } = await disputed('pm_card_createDisputeInquiry');
    expect(dispute).toMatchObject({ status: 'warning_needs_response', is_charge_refundable: true, balance_transactions: [] });
    await stripe.refunds.create({ payment_intent: intent.id }, on);
    expect((await stripe.disputes.retrieve(dispute.id, {}, on)).status).toBe('warning_closed');
  });

  test('make a pending refund fail', async () => {
    const intent = await pay({ payment_method: 'pm_card_pendingRefund' });
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 500 }, on);
    await trial.control('POST act', { account: on.stripeAccount, act: 'dispute', id: chargeOf(intent), kind: 'fraudulent' });
    expect(await stripe.refunds.retrieve(refund.id, {}, on)).toMatchObject({ status: 'failed', failure_reason: 'charge_for_pending_refund_disputed' });
  });
});

describe('customers', () => {
  test('a deleted one answers that it is, and lets go of its cards', async () => {
    const { id } = await stripe.customers.create({ name: 'Leaves' }, on);
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: id }, on);
    expect((await stripe.customers.listPaymentMethods(id, {}, on)).data.map((one) => one.id)).toEqual([card.id]);
    await stripe.customers.del(id, {}, on);
    expect(await stripe.customers.retrieve(id, {}, on)).toEqual({ id, object: 'customer', deleted: true });
    expect((await stripe.customers.list({ limit: 100 }, on)).data.some((one) => one.id === id)).toBe(false);
    expect((await stripe.paymentMethods.retrieve(card.id, {}, on)).customer).toBeNull();
    expect((await refusalOf(stripe.customers.update(id, { name: 'x' }, on))).statusCode).toBe(404);
    expect((await refusalOf(stripe.paymentMethods.attach(card.id, { customer: (await stripe.customers.create({}, on)).id }, on))).statusCode).toBe(400);
  });
});

describe('setup intents', () => {
  test('save a card, wait for 3-D Secure, or fail; every try is kept', async () => {
    const customer = (await stripe.customers.create({}, on)).id;
    const setUp = (payment_method: string) => stripe.setupIntents.create({ customer, payment_method, confirm: true }, on);
    expect((await setUp('pm_card_visa')).status).toBe('succeeded');
    expect((await stripe.customers.listPaymentMethods(customer, {}, on)).data).toHaveLength(1);
    const waits = await setUp('pm_card_authenticationRequired');
    expect(waits.status).toBe('requires_action');
    await trial.control('POST act', { account: on.stripeAccount, act: 'authenticate', id: waits.id, passes: 'yes' });
    expect((await stripe.setupIntents.retrieve(waits.id, {}, on)).status).toBe('succeeded');
    const error = await refusalOf(setUp('pm_card_chargeDeclined'));
    expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', setup_intent: { status: 'requires_payment_method' } });
    const attempts = await stripe.setupAttempts.list({ setup_intent: error.setup_intent?.id ?? '' }, on);
    expect(attempts.data).toMatchObject([{ status: 'failed', setup_error: { code: 'card_declined' } }]);
    const canceled = await stripe.setupIntents.cancel((await stripe.setupIntents.create({}, on)).id, {}, on);
    expect(canceled.status).toBe('canceled');
    expect(await refusalOf(stripe.setupIntents.confirm(canceled.id, { payment_method: 'pm_card_visa' }, on))).toMatchObject({
      code: 'setup_intent_unexpected_state',
    });
  });
});

describe('legacy cards', () => {
  test('hang on a customer, can be charged, and are gone once taken off', async () => {
    const customer = await stripe.customers.create({ source: 'tok_visa', expand: ['sources', 'default_source'] }, on);
    const source = customer.default_source as Stripe.Card; // expanded
    expect(source).toMatchObject({ object: 'card', brand: 'Visa', last4: '4242', customer: customer.id });
    expect(customer.sources?.data).toMatchObject([{ id: source.id }]);
    await stripe.customers.updateSource(customer.id, source.id, { metadata: { a: '1' } }, on);
    expect((await stripe.events.list({ type: 'customer.source.updated' }, on)).data[0]).toMatchObject({
      data: { previous_attributes: { metadata: { a: null } } },
    });
    expect((await stripe.paymentMethods.retrieve(source.id, {}, on)).customer).toBe(customer.id);
    const paid = await pay({ customer: customer.id, payment_method: source.id });
    expect(paid.status).toBe('succeeded');
    expect(await stripe.customers.deleteSource(customer.id, source.id, {}, on)).toMatchObject({ id: source.id, deleted: true });
    expect((await refusalOf(stripe.paymentMethods.retrieve(source.id, {}, on))).statusCode).toBe(404);
    expect((await stripe.customers.retrieve(customer.id, {}, on)) as Stripe.Customer).toMatchObject({ default_source: null });
  });
});

// FACTS §4, "Confirm cheaply": each of these fetches must bring all it names, alone and as list pages.
describe('fetches that confirm several objects', () => {
  const fetches: [string, string[], Record<string, string>?][] = [
    ['payment_intents', ['latest_charge.balance_transaction']],
    ['charges', ['balance_transaction', 'failure_balance_transaction', 'refunds.data.balance_transaction']],
    ['refunds', ['balance_transaction', 'failure_balance_transaction', 'charge']],
    ['subscriptions', ['latest_invoice.payments', 'discounts', 'items.data.discounts'], { status: 'all' }],
    ['invoices', ['payments', 'discounts']],
    ['disputes', ['charge']],
  ];
  let world: { stripeAccount: string };
  beforeAll(async () => {
    const { account } = await trial.control<{ account: string }>('POST world', { name: 'harbor', seed: 5, readers: 12, months: 13 });
    await trial.control('POST grant', { account });
    world = { stripeAccount: account };
  }, 60_000);

  test.each(fetches)('%s with %o', async (collection, expand, more = {}) => {
    const get = (path: string, names: string[]) =>
      stripe.rawRequest(
        'GET',
        `/v1/${path}?${new URLSearchParams([...Object.entries(path.includes('/') ? {} : { limit: '100', ...more }), ...names.map((name) => ['expand[]', name])]).toString()}`,
        undefined,
        world,
      ) as Promise<unknown>;
    const page = (await get(
      collection,
      expand.map((name) => `data.${name}`),
    )) as Stripe.ApiList<{ id: string }>;
    expect(page.data.length).toBeGreaterThan(0);
    expect(await get(`${collection}/${page.data[0]?.id}`, expand)).toEqual(page.data[0]);
  });

  test('whole accounts page through without loss or repeat', async () => {
    const all = await stripe.charges.list({ limit: 30 }, world).autoPagingToArray({ limit: 10_000 });
    const truth = await trial.control<{ objects: { id: string }[] }>(`GET oracle?account=${world.stripeAccount}&livemode=false&type=charge`);
    expect(all.map(({ id }) => id).sort()).toEqual(truth.objects.map(({ id }) => id).sort());
    expect(all.map(({ created }) => created)).toEqual(all.map(({ created }) => created).sort((a, b) => b - a));
  });

  test('what happened while the world was built is kept and was sent to nobody', async () => {
    const { data } = await stripe.events.list({ limit: 100 }, world);
    expect(data.filter(({ type }) => type !== 'account.application.authorized').every(({ pending_webhooks }) => pending_webhooks === 0)).toBe(true);
    expect(data.length).toBe(100);
  });
});

describe('events', () => {
  test('tell what an update changed, and share second and request with their neighbours', async () => {
    const account = { stripeAccount: await trial.connect() };
    const customer = await stripe.customers.create({ name: 'Old', metadata: { a: '1' } }, account);
    const updated = await stripe.customers.update(customer.id, { name: 'New', metadata: { b: '2' } }, account);
    const [event] = (await stripe.events.list({ type: 'customer.updated' }, account)).data;
    expect(event).toMatchObject({
      api_version: '2026-10-28.endive',
      livemode: false,
      request: { id: updated.lastResponse.requestId },
      data: { object: { name: 'New' }, previous_attributes: { name: 'Old', metadata: { b: null } } },
    });
    await stripe.paymentIntents.create({ amount: 900, currency: 'usd', payment_method: 'pm_card_visa', confirm: true }, account);
    const bundle = (await stripe.events.list({ limit: 3 }, account)).data;
    expect(bundle.map(({ type }) => type)).toEqual(['payment_intent.succeeded', 'charge.succeeded', 'payment_intent.created']);
    expect(new Set(bundle.map(({ created, request }) => `${created} ${request?.id}`)).size).toBe(1);
  });

  test('filter by types, by wildcard and by second; more than 20 types are refused', async () => {
    const types = (await stripe.events.list({ type: 'charge.*', limit: 100 }, on)).data.map(({ type }) => type);
    expect(types.length).toBeGreaterThan(0);
    expect(types.every((type) => type.startsWith('charge.'))).toBe(true);
    const two = await stripe.events.list({ types: ['refund.created', 'refund.failed'], limit: 100 }, on);
    expect(new Set(two.data.map(({ type }) => type))).toEqual(new Set(['refund.created', 'refund.failed']));
    const many = Array.from({ length: 21 }, () => 'charge.updated');
    expect((await refusalOf(stripe.events.list({ types: many }, on))).statusCode).toBe(400);
  });
});
