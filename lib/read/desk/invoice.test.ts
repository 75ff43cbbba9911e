// An invoice as its page reads it: Stripe's own figures and order, and every payment that was made for it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { perform } from '#lib/perform/run.ts';
import { startConnected, type Connected } from '#tests/connected.ts';
import { findInvoice } from './invoice.ts';

let world: Connected;

beforeAll(async () => {
  world = await startConnected();
});
afterAll(() => world?.stop());

test('two payments paid it: each is there with what it paid, what is refunded of it, and where to refund it', async () => {
  const { customer, invoice } = await open(10_000);
  const first = await attach(invoice, customer, 6_000);
  const half = await read(invoice);
  expect(half).toMatchObject({ word: 'open', payments: [{ status: 'paid', paid: 6_000n, payment: { id: first, captured: 6_000n } }] });
  const second = await attach(invoice, customer, 4_000);
  expect(await perform(world.merchant, 'refund_payment', { payment: first, amount: 1_000n }, { clientToken: first })).toMatchObject({ kind: 'accepted' });
  const whole = await read(invoice);
  expect(whole).toMatchObject({ word: 'paid', number: expect.any(String), customer: { id: customer } });
  expect(Object.fromEntries(whole!.payments.map(({ paid, payment }) => [payment?.id, [paid, payment?.refunded]]))).toEqual({
    [first]: [6_000n, 1_000n],
    [second]: [4_000n, 0n],
  });
});

test('lines stand in Stripe’s order, also those beyond the first page', async () => {
  const { invoice } = await open(
    1_000,
    Array.from({ length: 13 }, (_, index) => 100 + index),
  );
  const lines = (await world.stripe('GET', `/v1/invoices/${invoice}/lines`, { limit: 100 }))['data'] as { id: string }[];
  const found = await read(invoice);
  expect(found!.lines).toHaveLength(14);
  expect(found!.lines.slice(0, 10).map(({ id }) => id)).toEqual(lines.slice(0, 10).map(({ id }) => id));
  expect(new Set(found!.lines.map(({ id }) => id))).toEqual(new Set(lines.map(({ id }) => id)));
});

test('one paid outside Stripe has a payment that none can refund', async () => {
  const { invoice } = await open(1_000);
  await world.stripe('POST', `/v1/invoices/${invoice}/pay`, { paid_out_of_band: true });
  const found = await read(invoice);
  expect(found).toMatchObject({ word: 'paid' });
  expect(found!.payments.filter(({ status, payment }) => status === 'paid' && payment !== null)).toEqual([]);
});

test('one whose attempt failed is past due, and what is no invoice is none', async () => {
  const { invoice } = await open(1_000, [], 'pm_card_chargeCustomerFail');
  await world.stripe('POST', `/v1/invoices/${invoice}/pay`).catch(() => {});
  expect(await read(invoice)).toMatchObject({ word: 'past_due', payments: [{ status: 'open', payment: { word: 'failed' } }] });
  for (const id of ['in_nobody', 'pi_1', '', 'in_1\u0000', "in_' OR 1=1", 'x'.repeat(4_000)]) expect(await findInvoice(world.ledger, id)).toBeNull();
});

async function open(amount: number, more: number[] = [], card = 'pm_card_visa'): Promise<{ customer: string; invoice: string }> {
  const made = async (path: string, params: Record<string, string | number | boolean>) => String((await world.stripe('POST', path, params))['id']);
  const customer = await made('/v1/customers', { email: 'reader@example.com', name: 'Ada Reader' });
  const method = await made(`/v1/payment_methods/${card}/attach`, { customer });
  await made(`/v1/customers/${customer}`, { 'invoice_settings[default_payment_method]': method });
  const invoice = await made('/v1/invoices', { customer, currency: 'eur' });
  for (const each of [amount, ...more]) await made('/v1/invoiceitems', { customer, invoice, currency: 'eur', amount: each, description: 'Paper' });
  await made(`/v1/invoices/${invoice}/finalize`, {});
  await confirmNow(world.ledger, [{ type: 'customer', id: customer }]);
  return { customer, invoice };
}

async function attach(invoice: string, customer: string, amount: number): Promise<string> {
  const intent = await world.stripe('POST', '/v1/payment_intents', {
    amount,
    currency: 'eur',
    customer,
    payment_method: 'pm_card_visa',
    confirm: true,
    'payment_method_types[0]': 'card',
  });
  await world.stripe('POST', `/v1/invoices/${invoice}/attach_payment`, { payment_intent: String(intent['id']) });
  await confirmNow(world.ledger, [
    { type: 'payment_intent', id: String(intent['id']) },
    { type: 'charge', id: String(intent['latest_charge']) },
  ]);
  return String(intent['id']);
}

async function read(invoice: string) {
  await confirmNow(world.ledger, [{ type: 'invoice', id: invoice }]);
  const found = await findInvoice(world.ledger, invoice);
  const intents = (found?.payments ?? []).flatMap(({ named }) => (named?.startsWith('pi_') ? [{ type: 'payment_intent', id: named }] : []));
  await confirmNow(world.ledger, intents);
  return findInvoice(world.ledger, invoice);
}
