import { afterEach, describe, expect, test } from 'vitest';
import type { Made } from '../world/hand.ts';
import { setAfterLastRetry } from './settings.ts';
import { DAY, HOUR, intentOf, schemaFaults, type TrialRun, trialRun } from './trial-run.ts';

let run: TrialRun;
const day = (second: unknown): string => new Date(Number(second) * 1000).toISOString().slice(0, 19);
const period = (subscription: Made): [string, string] => {
  const [item] = (subscription.items as { data: Made[] }).data;
  return [day(item?.current_period_start), day(item?.current_period_end)];
};

afterEach(() => {
  expect(schemaFaults(run.core)).toEqual([]);
  run.core.store.close();
});

function shop(card = 'pm_card_visa', recurring: object = { interval: 'month' }): { customer: string; price: string } {
  const customer = run.hand.post('/v1/customers', { email: 'a@example.com', name: 'Ada' }).id;
  if (card) {
    const method = run.hand.post(`/v1/payment_methods/${card}/attach`, { customer }).id;
    run.hand.post(`/v1/customers/${customer}`, { invoice_settings: { default_payment_method: method } });
  }
  const product = run.hand.post('/v1/products', { name: 'Paper' }).id;
  const price = run.hand.post('/v1/prices', { product, currency: 'eur', unit_amount: 1850, recurring }).id;
  run.news();
  return { customer, price };
}

function useCard(customer: string, card: string): void {
  const method = run.hand.post(`/v1/payment_methods/${card}/attach`, { customer }).id;
  run.hand.post(`/v1/customers/${customer}`, { invoice_settings: { default_payment_method: method } });
}

const subscription = (id: string): Made => run.hand.get(`/v1/subscriptions/${id}`);
const latest = (id: string): Made => run.hand.get(`/v1/invoices/${subscription(id).latest_invoice}`);

describe('a subscription that is paid', () => {
  test('begins active, its first invoice paid, with Stripe’s events in order', () => {
    run = trialRun();
    const { customer, price } = shop();
    const made = run.hand.post('/v1/subscriptions', { customer, items: [{ price, quantity: 2 }] });
    expect(made.status).toBe('active');
    const invoice = latest(made.id);
    expect(invoice).toMatchObject({
      status: 'paid',
      total: 3700,
      amount_due: 3700,
      amount_paid: 3700,
      amount_remaining: 0,
      billing_reason: 'subscription_create',
    });
    expect(invoice.number).toMatch(/^[A-Z0-9]{8}-0001$/);
    const news = run.news().filter((name) => !name.startsWith('payment_intent') && !name.startsWith('charge'));
    expect(news).toEqual([
      'customer.subscription.created',
      'invoice.created',
      'customer.updated',
      'invoice.finalized',
      'invoice.updated',
      'invoice_payment.paid',
      'invoice.paid',
      'invoice.payment_succeeded',
      'customer.subscription.updated',
    ]);
    expect(run.last('customer.subscription.updated').previous_attributes).toEqual({ status: 'incomplete' });
    const [payment] = run.hand.list('/v1/invoice_payments', { invoice: invoice.id });
    expect(payment).toMatchObject({ status: 'paid', amount_paid: 3700, invoice: invoice.id });
    const intent = intentOf(payment);
    expect(run.hand.list('/v1/invoice_payments', { payment: { type: 'payment_intent', payment_intent: intent } }).map(({ id }) => id)).toEqual([payment?.id]);
  });

  test('renews on the anchor’s day: a draft for an hour, then paid; the 31st comes back after February', () => {
    run = trialRun({ at: '2026-01-31T10:00:00Z' });
    const { customer, price } = shop();
    const { id } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] });
    expect(period(subscription(id))).toEqual(['2026-01-31T10:00:00', '2026-02-28T10:00:00']);
    run.jump(21 * DAY - 1);
    expect(run.news()).not.toContain('invoice.upcoming');
    run.jump(1);
    expect(run.news()).toEqual(['invoice.upcoming']);
    expect(run.last('invoice.upcoming').object).not.toHaveProperty('id');
    run.jump(7 * DAY);
    expect(run.news()).toEqual(['customer.subscription.updated', 'invoice.created']);
    expect(latest(id)).toMatchObject({ status: 'draft', auto_advance: true, attempt_count: 0, billing_reason: 'subscription_cycle' });
    expect(period(subscription(id))).toEqual(['2026-02-28T10:00:00', '2026-03-31T10:00:00']);
    run.jump(HOUR);
    expect(latest(id)).toMatchObject({ status: 'paid', attempt_count: 1 });
    expect(run.hand.list('/v1/invoices', { subscription: id })).toHaveLength(2);
  });

  test('with a trial: nothing is charged until it ends, and the end is announced three days ahead', () => {
    run = trialRun();
    const { customer, price } = shop();
    const { id, status } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }], trial_period_days: 14 });
    expect(status).toBe('trialing');
    expect(latest(id)).toMatchObject({ status: 'paid', total: 0 });
    run.jump(11 * DAY - 1);
    expect(run.news()).not.toContain('customer.subscription.trial_will_end');
    run.jump(1);
    expect(run.news()).toContain('customer.subscription.trial_will_end');
    run.jump(3 * DAY + HOUR);
    expect(subscription(id).status).toBe('active');
    expect(latest(id)).toMatchObject({ status: 'paid', total: 1850 });
  });

  test('with a trial of a day: its end is announced at once', () => {
    run = trialRun();
    const { customer, price } = shop();
    run.hand.post('/v1/subscriptions', { customer, items: [{ price }], trial_period_days: 1 });
    run.jump(0);
    expect(run.news()).toContain('customer.subscription.trial_will_end');
  });

  test('a trial can be ended now, and is charged an hour later', () => {
    run = trialRun();
    const { customer, price } = shop();
    const { id } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }], trial_period_days: 20 });
    run.jump(DAY);
    expect(run.hand.post(`/v1/subscriptions/${id}`, { trial_end: 'now' }).status).toBe('active');
    run.jump(HOUR);
    expect(latest(id)).toMatchObject({ status: 'paid', total: 1850 });
    expect(period(subscription(id))).toEqual(['2026-02-01T10:00:00', '2026-03-01T10:00:00']);
  });

  test('what is pending for the customer goes onto the next invoice', () => {
    run = trialRun();
    const { customer, price } = shop();
    const { id } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] });
    run.hand.post('/v1/invoiceitems', { customer, amount: 250, currency: 'eur', description: 'Postage' });
    run.jump(28 * DAY + HOUR);
    expect(latest(id)).toMatchObject({ status: 'paid', total: 2100 });
    expect(run.hand.list('/v1/invoiceitems', { customer, pending: true })).toEqual([]);
    expect(run.hand.list(`/v1/invoices/${latest(id).id}/lines`).map(({ amount }) => amount)).toEqual([250, 1850]);
  });

  test('of several items shows items and lines in the order asked for', () => {
    run = trialRun();
    const { customer, price } = shop();
    const product = run.hand.post('/v1/products', { name: 'Crossword' }).id;
    const second = run.hand.post('/v1/prices', { product, currency: 'eur', unit_amount: 300, recurring: { interval: 'month' } }).id;
    const { id, items } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }, { price: second, quantity: 2 }] });
    const priceOf = (item: Made): unknown => (item.price as Made).id;
    expect((items as { data: Made[] }).data.map(priceOf)).toEqual([price, second]);
    expect(run.hand.list('/v1/subscription_items', { subscription: id }).map(priceOf)).toEqual([price, second]);
    expect((latest(id).lines as { data: Made[] }).data.map(({ amount }) => amount)).toEqual([1850, 600]);
    run.jump(28 * DAY + HOUR);
    expect((subscription(id).items as { data: Made[] }).data.map(priceOf)).toEqual([price, second]);
    expect((latest(id).lines as { data: Made[] }).data.map(({ amount }) => amount)).toEqual([1850, 600]);
  });

  test('quantity and price change without proration, and count from the next period', () => {
    run = trialRun();
    const { customer, price } = shop();
    const { id, items } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] });
    const [item] = (items as { data: Made[] }).data;
    expect(run.hand.ask('POST', `/v1/subscriptions/${id}`, { items: [{ id: item?.id, quantity: 3 }] }).status).toBe(400);
    expect((subscription(id).items as { data: Made[] }).data[0]?.quantity).toBe(1);
    run.hand.post(`/v1/subscriptions/${id}`, { items: [{ id: item?.id, quantity: 3 }], proration_behavior: 'none' });
    run.jump(28 * DAY + HOUR);
    expect(latest(id)).toMatchObject({ status: 'paid', total: 5550 });
  });
});

describe('a subscription whose card fails', () => {
  test('at the start is incomplete, and expires after 23 hours with its invoice voided', () => {
    run = trialRun();
    const { customer, price } = shop('pm_card_chargeCustomerFail');
    const { id, status } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] });
    expect(status).toBe('incomplete');
    expect(run.news()).toContain('invoice.payment_failed');
    run.jump(23 * HOUR - 1);
    expect(subscription(id).status).toBe('incomplete');
    run.jump(1);
    expect(subscription(id).status).toBe('incomplete_expired');
    expect(latest(id).status).toBe('void');
  });

  test('with error_if_incomplete leaves nothing behind', () => {
    run = trialRun();
    const { customer, price } = shop('pm_card_chargeCustomerFail');
    const reply = run.hand.ask('POST', '/v1/subscriptions', { customer, items: [{ price }], payment_behavior: 'error_if_incomplete' });
    expect(reply.status).toBe(402);
    expect(run.hand.list('/v1/subscriptions', { customer, status: 'all' })).toEqual([]);
    expect(run.news()).toEqual([]);
  });

  test('at the start is paid later by hand, and is active from then', () => {
    run = trialRun();
    const { customer, price } = shop('pm_card_chargeCustomerFail');
    const { id } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] });
    run.jump(2 * HOUR);
    useCard(customer, 'pm_card_visa');
    expect(run.hand.post(`/v1/invoices/${latest(id).id}/pay`).status).toBe('paid');
    run.jump(DAY);
    expect(subscription(id).status).toBe('active');
    expect(run.hand.list('/v1/invoice_payments', { invoice: latest(id).id })).toHaveLength(1);
  });

  test('is past due and tried again after 3, 5 and 7 days, then unpaid; later invoices stay drafts', () => {
    run = trialRun();
    const { customer, price } = shop();
    const { id } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] });
    useCard(customer, 'pm_card_chargeCustomerFail');
    run.jump(28 * DAY + HOUR);
    expect(subscription(id).status).toBe('past_due');
    expect(run.hand.get(`/v1/customers/${customer}`).delinquent).toBe(true);
    expect(latest(id)).toMatchObject({ status: 'open', attempt_count: 1, next_payment_attempt: run.now() + 3 * DAY });
    run.jump(3 * DAY);
    expect(latest(id)).toMatchObject({ attempt_count: 2, next_payment_attempt: run.now() + 5 * DAY });
    run.jump(5 * DAY);
    expect(latest(id)).toMatchObject({ attempt_count: 3, next_payment_attempt: run.now() + 7 * DAY });
    const { id: unpaid } = latest(id);
    run.jump(7 * DAY);
    expect(run.hand.get(`/v1/invoices/${unpaid}`)).toMatchObject({ status: 'open', attempt_count: 4, next_payment_attempt: null });
    expect(subscription(id).status).toBe('unpaid');
    run.jump(31 * DAY);
    expect(latest(id)).toMatchObject({ status: 'draft', auto_advance: false });
    useCard(customer, 'pm_card_visa');
    run.hand.post(`/v1/invoices/${latest(id).id}/pay`);
    expect(subscription(id).status).toBe('active');
  });

  test('recovers when a retry finds a good card', () => {
    run = trialRun();
    const { customer, price } = shop();
    const { id } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] });
    useCard(customer, 'pm_card_chargeCustomerFail');
    run.jump(28 * DAY + HOUR);
    useCard(customer, 'pm_card_visa');
    run.jump(3 * DAY);
    expect(latest(id)).toMatchObject({ status: 'paid', attempt_count: 2 });
    expect(subscription(id).status).toBe('active');
    expect(run.hand.get(`/v1/customers/${customer}`).delinquent).toBe(false);
  });

  test('ends after the last retry where the account is set so', () => {
    run = trialRun();
    run.within((place) => setAfterLastRetry(place, 'cancel'));
    const { customer, price } = shop();
    const { id } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] });
    useCard(customer, 'pm_card_chargeCustomerFail');
    run.jump(28 * DAY + HOUR + 15 * DAY);
    expect(subscription(id)).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'payment_failed' } });
    run.jump(60 * DAY);
    expect(run.hand.list('/v1/invoices', { subscription: id })).toHaveLength(2);
  });

  test('whose customer took the card away fails without one', () => {
    run = trialRun();
    const { customer, price } = shop();
    const { id } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] });
    for (const method of run.hand.list(`/v1/customers/${customer}/payment_methods`)) run.hand.post(`/v1/payment_methods/${method.id}/detach`);
    run.jump(28 * DAY + HOUR);
    expect(subscription(id).status).toBe('past_due');
    expect(latest(id)).toMatchObject({ status: 'open', attempt_count: 1 });
  });
});

describe('a subscription that ends', () => {
  test('at the period’s end runs until then; taking it back keeps it', () => {
    run = trialRun();
    const { customer, price } = shop();
    const one = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] }).id;
    const two = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] }).id;
    for (const id of [one, two]) run.hand.post(`/v1/subscriptions/${id}`, { cancel_at_period_end: true, cancellation_details: { feedback: 'unused' } });
    expect(run.last('customer.subscription.updated').previous_attributes).toMatchObject({ cancel_at_period_end: false, cancel_at: null });
    run.hand.post(`/v1/subscriptions/${two}`, { cancel_at_period_end: false });
    expect(subscription(two)).toMatchObject({ cancel_at: null, canceled_at: null });
    run.jump(28 * DAY - 1);
    expect(subscription(one).status).toBe('active');
    run.jump(1);
    expect(subscription(one)).toMatchObject({ status: 'canceled', ended_at: run.now(), cancellation_details: { feedback: 'unused' } });
    expect(subscription(two).status).toBe('active');
    expect(run.hand.list('/v1/subscriptions', { customer }).map(({ id }) => id)).toEqual([two]);
    expect(run.hand.list('/v1/subscriptions', { customer, status: 'all' })).toHaveLength(2);
  });

  test('now is no longer collected, and a second time is not found', () => {
    run = trialRun();
    const { customer, price } = shop();
    const { id } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] });
    useCard(customer, 'pm_card_chargeCustomerFail');
    run.jump(28 * DAY + HOUR);
    run.hand.remove(`/v1/subscriptions/${id}`);
    expect(latest(id)).toMatchObject({ status: 'open', auto_advance: false, next_payment_attempt: null });
    run.jump(90 * DAY);
    expect(latest(id).attempt_count).toBe(1);
    expect(run.hand.ask('DELETE', `/v1/subscriptions/${id}`).status).toBe(404);
  });

  test('on a date given ends on it', () => {
    run = trialRun();
    const { customer, price } = shop();
    const { id } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }], cancel_at: run.now() + 10 * DAY });
    run.jump(10 * DAY);
    expect(subscription(id).status).toBe('canceled');
  });

  test('with its customer', () => {
    run = trialRun();
    const { customer, price } = shop();
    const { id } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }] });
    run.hand.remove(`/v1/customers/${customer}`);
    expect(subscription(id).status).toBe('canceled');
    run.jump(60 * DAY);
    expect(run.hand.list('/v1/invoices', { subscription: id })).toHaveLength(1);
  });
});

describe('a subscription billed by mail', () => {
  test('is not charged to a card that happens to be there, in a trial neither', () => {
    run = trialRun();
    const { customer, price } = shop();
    run.hand.post('/v1/invoiceitems', { customer, amount: 700, currency: 'eur' });
    const { id, status } = run.hand.post('/v1/subscriptions', {
      customer,
      items: [{ price }],
      collection_method: 'send_invoice',
      days_until_due: 10,
      trial_period_days: 5,
    });
    expect(status).toBe('trialing');
    expect(latest(id)).toMatchObject({ status: 'open', total: 700, attempt_count: 0 });
    run.jump(5 * DAY + HOUR);
    expect(latest(id)).toMatchObject({ status: 'open', total: 1850, attempt_count: 0 });
  });

  test('is active, its invoice open for its days, then overdue and past due, then paid', () => {
    run = trialRun();
    const { customer, price } = shop();
    const { id, status } = run.hand.post('/v1/subscriptions', { customer, items: [{ price }], collection_method: 'send_invoice', days_until_due: 10 });
    expect(status).toBe('active');
    run.jump(HOUR);
    expect(run.news()).toContain('invoice.sent');
    expect(latest(id)).toMatchObject({ status: 'open', due_date: run.now() - HOUR + 10 * DAY, attempt_count: 0 });
    run.jump(10 * DAY);
    expect(run.news()).toContain('invoice.overdue');
    expect(subscription(id).status).toBe('past_due');
    run.hand.post(`/v1/invoices/${latest(id).id}/pay`, { paid_out_of_band: true });
    expect(latest(id)).toMatchObject({ status: 'paid', amount_paid: 1850, amount_paid_off_stripe: 1850, amount_remaining: 0 });
    expect(run.news()).not.toContain('invoice.payment_succeeded');
    expect(subscription(id).status).toBe('active');
  });
});

test('what the sandbox does not carry is refused, not ignored', () => {
  run = trialRun();
  const { customer, price } = shop();
  const twice = run.hand.post('/v1/products', { name: 'Other' }).id;
  const weekly = run.hand.post('/v1/prices', { product: twice, currency: 'eur', unit_amount: 5, recurring: { interval: 'week' } }).id;
  const once = run.hand.post('/v1/prices', { product: twice, currency: 'eur', unit_amount: 5 }).id;
  const dollars = run.hand.post('/v1/prices', { product: twice, currency: 'usd', unit_amount: 5, recurring: { interval: 'month' } }).id;
  const retired = run.hand.post('/v1/prices', { product: twice, currency: 'eur', unit_amount: 5, recurring: { interval: 'month' }, active: false }).id;
  const refused: [object, string][] = [
    [{ items: [] }, 'items'],
    [{}, 'items'],
    [{ items: [{ price: 'price_none' }] }, 'price_none'],
    [{ items: [{ price: once }] }, 'one_time'],
    [{ items: [{ price }, { price: weekly }] }, 'interval'],
    [{ items: [{ price }, { price: dollars }] }, 'currency'],
    [{ items: [{ price }, { price }] }, 'same price'],
    [{ items: [{ price: retired }] }, 'inactive'],
    [{ items: [{ price }], coupon: 'x' }, 'coupon'],
    [{ items: [{ price, quantity: -1 }] }, 'greater'],
    [{ items: [{ price }], collection_method: 'send_invoice' }, 'days_until_due'],
    [{ items: [{ price }], days_until_due: 3 }, 'days_until_due'],
    [{ items: [{ price }], trial_end: 5 }, 'future'],
    [{ items: [{ price }], default_payment_method: 'pm_none' }, 'pm_none'],
  ];
  for (const [params, words] of refused) {
    const reply = run.hand.ask('POST', '/v1/subscriptions', { customer, ...params });
    expect([reply.status, JSON.stringify(reply.body)]).toEqual([400, expect.stringContaining(words)]);
  }
  expect(run.hand.ask('POST', '/v1/subscriptions', { customer: 'cus_none', items: [{ price }] }).status).toBe(400);
  expect(run.hand.list('/v1/subscriptions', { status: 'all' })).toEqual([]);
});

test('a customer without any card is refused at once, and a trial is not', () => {
  run = trialRun();
  const { customer, price } = shop('');
  expect(run.hand.ask('POST', '/v1/subscriptions', { customer, items: [{ price }] }).status).toBe(400);
  expect(run.hand.post('/v1/subscriptions', { customer, items: [{ price }], trial_period_days: 3 }).status).toBe('trialing');
});
