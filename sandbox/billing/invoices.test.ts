import { afterEach, expect, test } from 'vitest';
import { authenticateIntent } from '../objects/payment-intent.ts';
import type { Made } from '../world/hand.ts';
import { DAY, HOUR, intentOf, schemaFaults, type TrialRun, trialRun } from './trial-run.ts';

let run: TrialRun;

afterEach(() => {
  expect(schemaFaults(run.core)).toEqual([]);
  run.core.store.close();
});

function reader(card = 'pm_card_visa'): string {
  const customer = run.hand.post('/v1/customers', { email: 'a@example.com', name: 'Ada' }).id;
  if (card) {
    const method = run.hand.post(`/v1/payment_methods/${card}/attach`, { customer }).id;
    run.hand.post(`/v1/customers/${customer}`, { invoice_settings: { default_payment_method: method } });
  }
  return customer;
}

function draft(customer: string, amounts: readonly number[] = [1000], more: object = {}): Made {
  const invoice = run.hand.post('/v1/invoices', { customer, currency: 'usd', ...more });
  for (const amount of amounts) run.hand.post('/v1/invoiceitems', { customer, invoice: invoice.id, currency: 'usd', amount, description: 'Work' });
  run.news();
  return run.hand.get(`/v1/invoices/${invoice.id}`);
}

const money = (name: string): boolean => !/^(payment_intent|charge)\./.test(name);

test('a draft adds up its items, keeps ten lines in itself and the rest behind its list', () => {
  run = trialRun();
  const invoice = draft(
    reader(),
    Array.from({ length: 13 }, (_, i) => 100 + i),
  );
  expect(invoice).toMatchObject({ status: 'draft', total: 1378, amount_due: 1378, number: null });
  const lines = invoice.lines as { data: Made[]; has_more: boolean };
  expect([lines.data.length, lines.has_more]).toEqual([10, true]);
  const rest = run.hand.list(`/v1/invoices/${invoice.id}/lines`, { starting_after: lines.data.at(-1)?.id });
  expect([...lines.data, ...rest].map(({ amount }) => amount)).toEqual(Array.from({ length: 13 }, (_, i) => 112 - i));
});

test('pending items are drawn in when asked for, and are pending again when the draft is deleted', () => {
  run = trialRun();
  const customer = reader();
  const item = run.hand.post('/v1/invoiceitems', { customer, amount: 2000, currency: 'usd' });
  const without = run.hand.post('/v1/invoices', { customer });
  expect(without.total).toBe(0);
  const invoice = run.hand.post('/v1/invoices', { customer, pending_invoice_items_behavior: 'include' });
  expect(invoice).toMatchObject({ total: 2000, currency: 'usd' });
  expect(run.hand.list('/v1/invoiceitems', { pending: true })).toEqual([]);
  expect(run.hand.remove(`/v1/invoices/${invoice.id}`)).toEqual({ id: invoice.id, object: 'invoice', deleted: true });
  expect(run.hand.list('/v1/invoiceitems', { pending: true }).map(({ id }) => id)).toEqual([item.id]);
  expect(run.hand.ask('GET', `/v1/invoices/${invoice.id}`).status).toBe(404);
});

test('finalising numbers it, and only once', () => {
  run = trialRun();
  const customer = reader();
  const [one, two] = [draft(customer), draft(customer)];
  const numbers = [one, two].map(({ id }) => String(run.hand.post(`/v1/invoices/${id}/finalize`).number));
  expect(numbers.map((number) => number.slice(-5))).toEqual(['-0001', '-0002']);
  expect(new Set(numbers.map((number) => number.slice(0, -5))).size).toBe(1);
  expect(run.hand.ask('POST', `/v1/invoices/${one.id}/finalize`).status).toBe(400);
  expect(run.hand.ask('DELETE', `/v1/invoices/${one.id}`).status).toBe(400);
  expect(run.hand.ask('POST', '/v1/invoiceitems', { customer, invoice: one.id, amount: 5, currency: 'usd' }).status).toBe(400);
});

test('paying a draft finalises it first', () => {
  run = trialRun();
  const invoice = draft(reader(), [700, 300]);
  const paid = run.hand.post(`/v1/invoices/${invoice.id}/pay`);
  expect(paid).toMatchObject({ status: 'paid', amount_paid: 1000, amount_remaining: 0, attempt_count: 1, attempted: true });
  expect(run.news().filter(money)).toEqual([
    'customer.updated',
    'invoice.finalized',
    'invoice.updated',
    'invoice_payment.paid',
    'invoice.paid',
    'invoice.payment_succeeded',
  ]);
  expect(run.hand.ask('POST', `/v1/invoices/${invoice.id}/pay`).status).toBe(400);
});

test('a card that is refused answers 402 and leaves its attempt; another card pays the same intent', () => {
  run = trialRun();
  const customer = reader('pm_card_chargeCustomerFail');
  const invoice = draft(customer);
  const reply = run.hand.ask('POST', `/v1/invoices/${invoice.id}/pay`);
  expect([reply.status, (reply.body.error as { type: string }).type]).toEqual([402, 'card_error']);
  expect(run.hand.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'open', attempt_count: 1, amount_remaining: 1000 });
  expect(run.news().filter((name) => name === 'invoice.payment_failed')).toHaveLength(1);
  run.hand.ask('POST', `/v1/invoices/${invoice.id}/pay`);
  expect(run.news().filter((name) => name === 'invoice.payment_failed')).toHaveLength(1);
  const good = run.hand.post('/v1/payment_methods/pm_card_visa/attach', { customer }).id;
  expect(run.hand.post(`/v1/invoices/${invoice.id}/pay`, { payment_method: good })).toMatchObject({ status: 'paid', attempt_count: 1 });
  expect(run.news().filter((name) => name === 'invoice.paid' || name === 'invoice_payment.paid')).toEqual(['invoice_payment.paid', 'invoice.paid']);
  expect(run.hand.list('/v1/invoice_payments', { invoice: invoice.id })).toHaveLength(1);
  const expanded = run.hand.get(`/v1/invoices/${invoice.id}`, { expand: ['payments'] });
  expect((expanded.payments as { data: Made[] }).data).toHaveLength(1);
  expect(run.hand.get(`/v1/invoices/${invoice.id}`)).not.toHaveProperty('payments');
});

test('a card of somebody else, or none, is refused without an attempt', () => {
  run = trialRun();
  const invoice = draft(reader(''));
  const foreign = run.hand.list('/v1/payment_methods', { customer: reader() })[0]?.id;
  expect(run.hand.ask('POST', `/v1/invoices/${invoice.id}/pay`).status).toBe(400);
  expect(run.hand.ask('POST', `/v1/invoices/${invoice.id}/pay`, { payment_method: foreign }).status).toBe(400);
  expect(run.hand.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'draft', attempt_count: 0 });
});

test('a payment that waits for its customer answers 402 and keeps the invoice open', () => {
  run = trialRun();
  const customer = reader('pm_card_authenticationRequired');
  const invoice = draft(customer);
  const reply = run.hand.ask('POST', `/v1/invoices/${invoice.id}/pay`);
  expect([reply.status, (reply.body.error as { code: string }).code]).toEqual([402, 'invoice_payment_intent_requires_action']);
  expect(run.news()).toContain('invoice.payment_action_required');
  expect(run.hand.get(`/v1/invoices/${invoice.id}`).status).toBe('open');
});

test('a customer who authenticates later pays the invoice; one who fails can still come back', () => {
  run = trialRun();
  const customer = reader('pm_card_authenticationRequired');
  const [passes, fails] = [draft(customer), draft(customer)];
  for (const { id } of [passes, fails]) run.hand.ask('POST', `/v1/invoices/${id}/pay`);
  const [one, two] = [passes, fails].map(({ id }) => intentOf(run.hand.list('/v1/invoice_payments', { invoice: id })[0]));
  run.within((place) => authenticateIntent(place, one ?? '', true));
  expect(run.hand.get(`/v1/invoices/${passes.id}`)).toMatchObject({ status: 'paid', amount_paid: 1000 });
  expect(run.news()).toEqual(expect.arrayContaining(['invoice_payment.paid', 'invoice.paid']));
  run.within((place) => authenticateIntent(place, two ?? '', false));
  expect(run.hand.get(`/v1/invoices/${fails.id}`).status).toBe('open');
  expect(run.news()).toContain('invoice.payment_failed');
  const good = run.hand.post('/v1/payment_methods/pm_card_visa/attach', { customer }).id;
  run.hand.post(`/v1/payment_intents/${two}/confirm`, { payment_method: good });
  expect(run.hand.get(`/v1/invoices/${fails.id}`).status).toBe('paid');
});

test('an intent canceled by itself is replaced at the next attempt', () => {
  run = trialRun();
  const customer = reader('pm_card_chargeCustomerFail');
  const invoice = draft(customer);
  run.hand.ask('POST', `/v1/invoices/${invoice.id}/pay`);
  run.hand.post(`/v1/payment_intents/${intentOf(run.hand.list('/v1/invoice_payments', { invoice: invoice.id })[0])}/cancel`);
  const good = run.hand.post('/v1/payment_methods/pm_card_visa/attach', { customer }).id;
  run.hand.post(`/v1/invoices/${invoice.id}/pay`, { payment_method: good });
  expect(run.hand.list('/v1/invoice_payments', { invoice: invoice.id }).map(({ status }) => status)).toEqual(['paid', 'canceled']);
});

test('voiding cancels the open payment; written off can still be paid', () => {
  run = trialRun();
  const customer = reader('pm_card_chargeCustomerFail');
  const [one, two] = [draft(customer), draft(customer)];
  for (const { id } of [one, two]) run.hand.ask('POST', `/v1/invoices/${id}/pay`);
  run.hand.post(`/v1/invoices/${one.id}/void`);
  const [payment] = run.hand.list('/v1/invoice_payments', { invoice: one.id });
  expect(payment?.status).toBe('canceled');
  expect(run.hand.get(`/v1/payment_intents/${intentOf(payment)}`).status).toBe('canceled');
  expect(run.hand.ask('POST', `/v1/invoices/${one.id}/pay`).status).toBe(400);
  expect(run.hand.post(`/v1/invoices/${two.id}/mark_uncollectible`).status).toBe('uncollectible');
  expect(run.hand.post(`/v1/invoices/${two.id}/pay`, { paid_out_of_band: true }).status).toBe('paid');
  expect(run.hand.ask('POST', `/v1/invoices/${two.id}/void`).status).toBe(400);
});

test('paying out of band gives up the payment that was open', () => {
  run = trialRun();
  const invoice = draft(reader('pm_card_chargeCustomerFail'));
  run.hand.ask('POST', `/v1/invoices/${invoice.id}/pay`);
  run.hand.post(`/v1/invoices/${invoice.id}/pay`, { paid_out_of_band: true });
  const [payment] = run.hand.list('/v1/invoice_payments', { invoice: invoice.id });
  expect(payment?.status).toBe('canceled');
  expect(run.hand.get(`/v1/payment_intents/${intentOf(payment)}`).status).toBe('canceled');
});

test('one sent by mail has its due date and is overdue after it', () => {
  run = trialRun();
  const invoice = draft(reader(''), [5000], { collection_method: 'send_invoice', days_until_due: 14 });
  const open = run.hand.post(`/v1/invoices/${invoice.id}/finalize`);
  expect(open.due_date).toBe(run.now() + 14 * DAY);
  run.jump(14 * DAY - 1);
  expect(run.news()).not.toContain('invoice.overdue');
  run.jump(1);
  expect(run.news()).toContain('invoice.overdue');
  run.jump(60 * DAY);
  expect(run.news()).not.toContain('invoice.overdue');
});

test('one that advances by itself is finalised after an hour and collected', () => {
  run = trialRun();
  const invoice = draft(reader(), [900], { auto_advance: true });
  run.jump(HOUR);
  expect(run.hand.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'paid', amount_paid: 900 });
});

test('one whose customer left advances no more', () => {
  run = trialRun();
  const customer = reader();
  const invoice = draft(customer, [900], { auto_advance: true });
  run.hand.remove(`/v1/customers/${customer}`);
  run.jump(DAY);
  expect(run.hand.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'draft', auto_advance: false });
  expect(run.hand.ask('POST', `/v1/invoices/${invoice.id}/finalize`).status).toBe(400);
});

test('what is finalised keeps its money and its text', () => {
  run = trialRun();
  const invoice = draft(reader());
  run.hand.post(`/v1/invoices/${invoice.id}`, { description: 'First', metadata: { a: '1' } });
  expect(run.last('invoice.updated').previous_attributes).toEqual({ description: null, metadata: { a: null } });
  run.hand.post(`/v1/invoices/${invoice.id}/finalize`);
  expect(run.hand.ask('POST', `/v1/invoices/${invoice.id}`, { description: 'Second' }).status).toBe(400);
  expect(run.hand.post(`/v1/invoices/${invoice.id}`, { metadata: { b: '2' } }).metadata).toEqual({ a: '1', b: '2' });
});

test('an invoice without lines is not finalised; one over nothing is paid at once', () => {
  run = trialRun();
  const customer = reader('');
  expect(run.hand.ask('POST', `/v1/invoices/${draft(customer, []).id}/finalize`).status).toBe(400);
  expect(run.hand.post(`/v1/invoices/${draft(customer, [0]).id}/finalize`)).toMatchObject({ status: 'paid', amount_paid: 0 });
  expect(run.hand.ask('POST', `/v1/invoices/${draft(customer, [100, -300]).id}/finalize`).status).toBe(400);
});

test('an item changed or taken off its draft changes the sum', () => {
  run = trialRun();
  const customer = reader();
  const invoice = draft(customer, [100, 200]);
  const [second, first] = run.hand.list('/v1/invoiceitems', { invoice: invoice.id });
  run.hand.post(`/v1/invoiceitems/${first?.id}`, { amount: 150 });
  expect(run.hand.get(`/v1/invoices/${invoice.id}`).total).toBe(350);
  run.hand.remove(`/v1/invoiceitems/${second?.id}`);
  expect(run.hand.get(`/v1/invoices/${invoice.id}`).total).toBe(150);
});
