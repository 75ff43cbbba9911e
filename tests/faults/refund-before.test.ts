// What is said before a refund, and a refund asked for by its invoice: read from real objects, with the doubts and silences that may lie between.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { StripeObject } from '#lib/catalogue/define.ts';
import { db } from '#lib/db.ts';
import { log } from '#lib/log.ts';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { writeObjects } from '#lib/mirror/write.ts';
import { paymentsOfInvoice } from '#lib/perform/invoice-payments.ts';
import { availableBalance } from '#lib/perform/preflight-balance.ts';
import { preflightOf } from '#lib/perform/preflight.ts';
import { perform, type Outcome } from '#lib/perform/run.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { say } from './house.ts';

let world: Connected;
const before = (payment: Paid) => preflightOf(world.merchant, payment.intent);

beforeAll(async () => {
  world = await startConnected();
  log.level = process.env['TEST_LOG'] ?? 'silent';
});
afterAll(() => world?.stop());
afterEach(() => world.calm());

describe('before a refund', () => {
  test('nothing is said of a payment that nothing is the matter with', async () => {
    expect(await before(await world.paid(9_000))).toEqual({
      dispute: null,
      pending: null,
      cardExpired: null,
      invoice: null,
      subscriptionGoesOn: false,
      settledIn: null,
      lately: [],
      stepUp: { above: 50_000n, given: true },
      limit: null,
      mayMore: [],
    });
  });

  test.each([
    ['pm_card_createDispute', { stops: true, status: 'needs_response' }, 'unavailable'],
    ['pm_card_createDisputeInquiry', { stops: false, status: 'warning_needs_response' }, 'accepted'],
  ])('%s: the dispute is told, and decides whether it can be refunded', async (card, dispute, kind) => {
    const payment = await world.paid(9_000, 'eur', card);
    await read('dispute', payment);
    expect((await before(payment)).dispute).toMatchObject(dispute);
    expect((await refund({ payment: payment.intent, amount: 1_000n })).kind).toBe(kind);
  });

  test('a dispute that was won is no matter any more, one that was lost still is', async () => {
    for (const [evidence, expected] of [
      ['winning_evidence', null],
      ['losing_evidence', { status: 'lost', stops: true }],
    ] as const) {
      const payment = await world.paid(9_000, 'eur', 'pm_card_createDispute');
      const [id] = await read('dispute', payment);
      await world.stripe('POST', `/v1/disputes/${id}`, { 'evidence[uncategorized_text]': evidence, submit: true });
      await read('dispute', payment);
      const { dispute } = await before(payment);
      if (expected) expect(dispute).toMatchObject(expected);
      else expect(dispute).toBeNull();
    }
  });

  test('refunds that wait at Stripe are told, and count as refunded', async () => {
    const payment = await world.paid(9_000, 'eur', 'pm_card_pendingRefund');
    expect(await refund({ payment: payment.intent, amount: 1_500n })).toMatchObject({ kind: 'accepted', status: 'pending' });
    const told = await before(payment);
    expect(told.pending).toBe(1_500n);
    expect(told.lately).toMatchObject([{ amount: 1_500n }]);
    expect(await refund({ payment: payment.intent, amount: 7_501n })).toMatchObject({ kind: 'invalid', why: 'above_left', left: 7_500n });
  });

  test.each([
    [1, 2020, '01/20'],
    [12, 2098, null],
    [13, 2020, null],
    ['x', 2020, null],
    [1, null, null],
  ])('a card of %s/%s: %s', async (exp_month, exp_year, expected) => {
    const payment = await world.paid(9_000);
    const charge = (await world.stripe('GET', `/v1/charges/${payment.charge}`)) as StripeObject & { payment_method_details: { card: object } };
    const details = { ...charge.payment_method_details, card: { ...charge.payment_method_details.card, exp_month, exp_year } };
    await writeAsNewer({ ...charge, payment_method_details: details });
    expect((await before(payment)).cardExpired).toBe(expected);
  });

  test('this very month a card is still good', async () => {
    const payment = await world.paid(9_000);
    const charge = (await world.stripe('GET', `/v1/charges/${payment.charge}`)) as StripeObject & { payment_method_details: { card: object } };
    const { month, year } = (await world.owner.query('SELECT extract(month FROM now())::int AS month, extract(year FROM now())::int AS year')).rows[0];
    await writeAsNewer({ ...charge, payment_method_details: { card: { ...charge.payment_method_details.card, exp_month: month, exp_year: year } } });
    expect((await before(payment)).cardExpired).toBeNull();
  });

  test('a balance in another currency is named, and what is left is never converted', async () => {
    for (const [currency, expected] of [
      ['usd', 'eur'],
      ['eur', null],
    ] as const) {
      const payment = await world.paid(9_000, currency);
      expect((await before(payment)).settledIn).toBeNull();
      // A refund settles the charge at once, which otherwise takes its time.
      await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 100 });
      const charge = await world.stripe('GET', `/v1/charges/${payment.charge}`);
      await confirmNow(world.ledger, [{ type: 'balance_transaction', id: charge['balance_transaction'] as string }]);
      expect((await before(payment)).settledIn).toBe(expected);
    }
  });

  test('odd ids are unknown payments, never errors', async () => {
    for (const odd of ['pi_nothing', 'cus_1', '', '\u0000', 'pi_\u0000', "pi_1' OR 1=1", 'x'.repeat(10_000)])
      await expect(preflightOf(world.merchant, odd)).rejects.toMatchObject({ code: 'not_found' });
    for (const odd of ['in_nothing', '', 'in_\u0000']) await expect(paymentsOfInvoice(world.ledger, odd)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('by its invoice', () => {
  test('the one payment is found, its subscription is known to go on, and the invoice is part of the intent', async () => {
    const { invoice, intent, subscription } = await subscribed();
    const paid = await paymentsOfInvoice(world.ledger, invoice);
    expect(paid).toMatchObject([{ payment: intent, amount: 1_200n, currency: 'eur' }]);
    expect(await preflightOf(world.merchant, intent)).toMatchObject({ invoice, subscriptionGoesOn: true });
    const token = randomUUID();
    const done = await refund({ invoice, amount: 500n }, token);
    expect(done).toMatchObject({ kind: 'accepted', amount: 500n });
    expect(await refund({ invoice, amount: 500n }, token)).toEqual(done);
    await expect(refund({ payment: intent, amount: 500n }, token)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    expect(await refund({ invoice, payment: intent, amount: 400n })).toMatchObject({ kind: 'accepted' });
    await world.stripe('POST', `/v1/subscriptions/${subscription}`, { cancel_at_period_end: true });
  });

  test('of several one has to be picked, by its intent or its charge; a payment of another invoice is refused', async () => {
    const first = await subscribed();
    const other = await world.paid(700);
    await alsoPaidBy(first, other);
    const asked = await refund({ invoice: first.invoice });
    expect(asked).toMatchObject({ kind: 'pick_payment', invoice: first.invoice });
    if (asked.kind !== 'pick_payment') throw new Error(asked.kind);
    expect(asked.payments.map(({ payment }) => payment).sort()).toEqual([first.intent, other.intent].sort());
    const stranger = await world.paid(700);
    await expect(refund({ invoice: first.invoice, payment: stranger.intent, amount: 100n })).rejects.toMatchObject({ code: 'unprocessable', param: 'payment' });
    expect(await refund({ invoice: first.invoice, payment: other.charge, amount: 100n })).toMatchObject({ kind: 'accepted', amount: 100n });
    expect((await refundsOf(other)).map((one) => one['amount'])).toEqual([100]);
    expect(await refundsOf(stranger)).toEqual([]);
  });

  test('nothing is decided on a payment of it that is not confirmed: it is read first, and what is untrue of it goes', async () => {
    const { invoice, row } = await subscribed();
    await writeAsNewer({ ...row, status: 'canceled' });
    expect(await paymentsOfInvoice(world.ledger, invoice)).toEqual([]);
    const reads = async () => (await world.calls('GET', `/v1/invoice_payments/${row.id}`)).length;
    const readsBefore = await reads();
    expect(await refund({ invoice, amount: 100n })).toMatchObject({ kind: 'accepted' });
    say('an unconfirmed invoice payment was read', { reads: (await reads()) - readsBefore });
    expect(await reads()).toBeGreaterThan(readsBefore);
  });

  test('one that nobody paid has nothing to refund, and one that is not here is unknown', async () => {
    const { customer } = await buyer();
    await world.stripe('POST', '/v1/invoiceitems', { customer, amount: 300, currency: 'eur' });
    const { id } = await world.stripe('POST', '/v1/invoices', { customer, collection_method: 'send_invoice', days_until_due: 30 });
    await confirmNow(world.ledger, [{ type: 'invoice', id: id as string }]);
    expect(await refund({ invoice: id })).toEqual({ kind: 'unavailable', why: 'not_captured' });
    await expect(refund({ invoice: 'in_elsewhere' })).rejects.toMatchObject({ code: 'not_found' });
    for (const odd of [{}, { invoice: 'pi_1' }, { invoice: ['in_1'] }]) await expect(refund(odd)).rejects.toMatchObject({ code: 'bad_request' });
  });
});

describe('what is available at Stripe', () => {
  const reads = async () => (await world.calls('GET', '/v1/balance')).length;

  test('is asked once for many who look at once, and is Stripe’s own figure', async () => {
    await world.paid(9_000);
    const readsBefore = await reads();
    const answers = await Promise.all(Array.from({ length: 20 }, () => availableBalance(world.ledger, 'eur')));
    const balance = (await world.stripe('GET', '/v1/balance')) as { available: { amount: number; currency: string }[] };
    const truth = BigInt(balance.available.find(({ currency }) => currency === 'eur')!.amount);
    expect(new Set(answers)).toEqual(new Set([truth]));
    // The one above is this test's own.
    expect((await reads()) - readsBefore).toBe(2);
    expect(await availableBalance(world.ledger, 'jpy')).toBeNull();
  });

  test.each([
    ['hang', 1, { ms: 20_000 }],
    ['error_500', 1, {}],
    // The client sends a read again by itself when a connection it had kept is cut.
    ['reset_before', 3, {}],
  ] as const)('is not known when Stripe’s answer is %s: null within the time, no error', async (kind, times, more) => {
    later();
    const firedBefore = await world.fired(kind);
    await world.order(kind, times, { match: 'GET /v1/balance', ...more });
    const start = Date.now();
    expect(await availableBalance(world.ledger, 'eur')).toBeNull();
    const took = Date.now() - start;
    say('a balance that could not be read', { kind, fired: (await world.fired(kind)) - firedBefore, took_ms: took });
    expect(took).toBeLessThan(4_500);
    expect((await world.fired(kind)) - firedBefore).toBeGreaterThan(0);
  });

  test('is not asked while access is in doubt: revoked means quiet', async () => {
    later();
    await world.owner.query('UPDATE account_route SET paused = true WHERE account = $1', [world.ledger.account]);
    const readsBefore = await reads();
    expect(await availableBalance(world.ledger, 'eur')).toBeNull();
    expect(await reads()).toBe(readsBefore);
    await world.owner.query('UPDATE account_route SET paused = false WHERE account = $1', [world.ledger.account]);
    later();
    expect(await availableBalance(world.ledger, 'eur')).not.toBeNull();
    expect(await reads()).toBe(readsBefore + 1);
  });

  let shift = 0;
  /** As if the answer kept were an old one. */
  function later(): void {
    const now = performance.now.bind(performance);
    shift += 20_000;
    const ahead = shift;
    vi.restoreAllMocks();
    vi.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
  }
});

function refund(input: Record<string, unknown>, token: string = randomUUID()): Promise<Outcome> {
  return perform(world.merchant, 'refund_payment', input, { clientToken: token });
}

/** Reads what Stripe has of this type on a payment into the mirror. */
async function read(type: 'dispute', payment: Paid): Promise<string[]> {
  const ids = (await world.truth(type)).filter((one) => one['charge'] === payment.charge).map((one) => one['id'] as string);
  expect(ids.length).toBeGreaterThan(0);
  await confirmNow(world.ledger, [{ type: 'charge', id: payment.charge }, ...ids.map((id) => ({ type, id }))]);
  return ids;
}

/** A copy that an event brought a moment ago: shown at once, confirmed later. */
async function writeAsNewer(object: StripeObject): Promise<void> {
  const at = new Date(Date.now() + 60_000);
  await db.as(world.ledger, (tx) => writeObjects(tx, world.ledger, [object], { kind: 'payload', low: at, high: at, source: 'evt_1' }));
}

async function buyer(): Promise<{ customer: string; method: string }> {
  const customer = (await world.stripe('POST', '/v1/customers', { name: 'A reader' }))['id'] as string;
  const method = (await world.stripe('POST', '/v1/payment_methods/pm_card_visa/attach', { customer }))['id'] as string;
  await world.stripe('POST', `/v1/customers/${customer}`, { 'invoice_settings[default_payment_method]': method });
  return { customer, method };
}

type Subscribed = { invoice: string; intent: string; subscription: string; row: StripeObject };

/** A subscription whose first invoice is paid, read into the mirror. */
async function subscribed(): Promise<Subscribed> {
  const { customer } = await buyer();
  const product = (await world.stripe('POST', '/v1/products', { name: 'Weekly' }))['id'] as string;
  const price = await world.stripe('POST', '/v1/prices', { product, unit_amount: 1_200, currency: 'eur', 'recurring[interval]': 'month' });
  const made = await world.stripe('POST', '/v1/subscriptions', { customer, 'items[0][price]': price['id'] as string });
  const invoice = made['latest_invoice'] as string;
  const [row] = (await world.truth('invoice_payment')).filter((one) => one['invoice'] === invoice) as StripeObject[];
  const intent = (row!['payment'] as { payment_intent: string }).payment_intent;
  const charge = (await world.stripe('GET', `/v1/payment_intents/${intent}`))['latest_charge'] as string;
  await confirmNow(world.ledger, [
    { type: 'subscription', id: made['id'] as string },
    { type: 'invoice', id: invoice },
    { type: 'invoice_payment', id: row!.id },
    { type: 'payment_intent', id: intent },
    { type: 'charge', id: charge },
  ]);
  return { invoice, intent, subscription: made['id'] as string, row: row! };
}

/** A second payment of the same invoice, which this sandbox cannot make: a confirmed row beside the real one. */
async function alsoPaidBy({ row }: Subscribed, { intent }: Paid): Promise<void> {
  const at = new Date();
  const second = { ...row, id: `${row.id}Second`, payment: { type: 'payment_intent', payment_intent: intent }, amount_paid: 700 };
  await db.as(world.ledger, (tx) => writeObjects(tx, world.ledger, [second], { kind: 'fetch', low: at, high: at, source: 'fetch' }));
}

async function refundsOf(payment: Paid): Promise<Record<string, unknown>[]> {
  return (await world.truth('refund')).filter((one) => one['charge'] === payment.charge);
}
