import { afterEach, expect, test } from 'vitest';
import { authenticateIntent } from '../objects/payment-intent.ts';
import type { Made } from '../world/hand.ts';
import { schemaFaults, type TrialRun, trialRun } from './trial-run.ts';

let run: TrialRun;

afterEach(() => {
  expect(schemaFaults(run.core)).toEqual([]);
  run.core.store.close();
});

test('an invoice is paid by two payments, and each says what it paid', () => {
  const { customer, invoice } = open(1_000);
  const half = run.hand.post(`/v1/invoices/${invoice.id}/attach_payment`, { payment_intent: pay(customer, 600).id });
  expect(half).toMatchObject({ status: 'open', amount_paid: 600, amount_remaining: 400 });
  run.news();
  const whole = run.hand.post(`/v1/invoices/${invoice.id}/attach_payment`, { payment_intent: pay(customer, 400).id });
  expect(whole).toMatchObject({ status: 'paid', amount_paid: 1_000, amount_remaining: 0 });
  expect(run.news()).toEqual(expect.arrayContaining(['invoice_payment.paid', 'invoice.paid', 'invoice.payment_succeeded']));
  expect(payments(invoice).map((one) => [one.amount_paid, one.status, one.is_default])).toEqual([
    [400, 'paid', false],
    [600, 'paid', false],
  ]);
});

test('what remains is asked for by its own payment', () => {
  const { customer, invoice } = open(1_000);
  run.hand.post(`/v1/invoices/${invoice.id}/attach_payment`, { payment_intent: pay(customer, 600).id });
  const paid = run.hand.post(`/v1/invoices/${invoice.id}/pay`);
  expect(paid).toMatchObject({ status: 'paid', amount_paid: 1_000 });
  expect(payments(invoice).map((one) => [one.amount_paid, one.is_default])).toEqual([
    [400, true],
    [600, false],
  ]);
});

test('a payment that is still to come is credited when it comes', () => {
  const { customer, invoice } = open(1_000);
  const intent = pay(customer, 600, 'pm_card_threeDSecure2Required');
  expect(intent.status).toBe('requires_action');
  expect(run.hand.post(`/v1/invoices/${invoice.id}/attach_payment`, { payment_intent: intent.id })).toMatchObject({ amount_paid: 0 });
  run.within((place) => void authenticateIntent(place, intent.id, true));
  expect(run.hand.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'open', amount_paid: 600, amount_remaining: 400 });
});

test('what does not belong to it is refused', () => {
  const { customer, invoice } = open(1_000);
  const attach = (payment_intent: string, to = invoice) => run.hand.ask('POST', `/v1/invoices/${to.id}/attach_payment`, { payment_intent }).status;
  const mine = pay(customer, 600).id;
  expect(attach(pay(reader(), 600).id)).toBe(400);
  expect(attach(pay(customer, 1_001).id)).toBe(400);
  expect(attach('pi_nobody')).toBe(400);
  expect(attach(mine)).toBe(200);
  expect(attach(mine)).toBe(400);
  expect(run.hand.ask('POST', `/v1/invoices/${invoice.id}/attach_payment`, {}).status).toBe(400);
  run.hand.post(`/v1/invoices/${invoice.id}/pay`);
  expect(attach(pay(customer, 50).id)).toBe(400);
});

function open(amount: number): { customer: string; invoice: Made } {
  run = trialRun();
  const customer = reader();
  const invoice = run.hand.post('/v1/invoices', { customer, currency: 'usd' });
  run.hand.post('/v1/invoiceitems', { customer, invoice: invoice.id, currency: 'usd', amount });
  return { customer, invoice: run.hand.post(`/v1/invoices/${invoice.id}/finalize`) };
}

function reader(): string {
  const customer = run.hand.post('/v1/customers', { email: 'a@example.com', name: 'Ada' }).id;
  const method = run.hand.post('/v1/payment_methods/pm_card_visa/attach', { customer }).id;
  run.hand.post(`/v1/customers/${customer}`, { invoice_settings: { default_payment_method: method } });
  return customer;
}

function pay(customer: string, amount: number, method = 'pm_card_visa'): Made {
  return run.hand.post('/v1/payment_intents', {
    amount,
    currency: 'usd',
    customer,
    payment_method: method,
    confirm: true,
    payment_method_types: ['card'],
  });
}

function payments(invoice: Made): Made[] {
  return run.hand.list('/v1/invoice_payments', { invoice: invoice.id });
}
