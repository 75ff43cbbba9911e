import { afterEach, expect, test } from 'vitest';
import type { Made } from '../world/hand.ts';
import { DAY, HOUR, schemaFaults, type TrialRun, trialRun } from './trial-run.ts';

let run: TrialRun;

afterEach(() => {
  expect(schemaFaults(run.core)).toEqual([]);
  run.core.store.close();
});

function schedule(more: object = {}, phase: object = { duration: { interval: 'month', interval_count: 2 } }): Made {
  const customer = run.hand.post('/v1/customers', { name: 'Ada' }).id;
  const method = run.hand.post('/v1/payment_methods/pm_card_visa/attach', { customer }).id;
  run.hand.post(`/v1/customers/${customer}`, { invoice_settings: { default_payment_method: method } });
  const product = run.hand.post('/v1/products', { name: 'Paper' }).id;
  const price = run.hand.post('/v1/prices', { product, currency: 'usd', unit_amount: 900, recurring: { interval: 'month' } }).id;
  run.news();
  return run.hand.post('/v1/subscription_schedules', { customer, start_date: run.now(), phases: [{ items: [{ price }], ...phase }], ...more });
}

const state = (id: string): Made => run.hand.get(`/v1/subscription_schedules/${id}`);
const subscription = (id: unknown): Made => run.hand.get(`/v1/subscriptions/${String(id)}`);

test('starts when its day comes, and its subscription is paid an hour later', () => {
  run = trialRun();
  const { id, status } = schedule({ start_date: run.now() + 5 * DAY });
  expect(status).toBe('not_started');
  run.jump(5 * DAY);
  expect(state(id)).toMatchObject({ status: 'active', current_phase: { start_date: run.now() } });
  run.jump(HOUR);
  const running = subscription(state(id).subscription);
  expect(running).toMatchObject({ status: 'active', schedule: id });
  expect(run.hand.get(`/v1/invoices/${String(running.latest_invoice)}`).status).toBe('paid');
});

test('starts with a price that was retired meanwhile, and not for a customer who left', () => {
  run = trialRun();
  const [stays, leaves] = [schedule({ start_date: run.now() + 5 * DAY }), schedule({ start_date: run.now() + 5 * DAY })];
  const [phase] = stays.phases as { items: { price: string }[] }[];
  run.hand.post(`/v1/prices/${phase?.items[0]?.price}`, { active: false });
  run.hand.remove(`/v1/customers/${String(leaves.customer)}`);
  run.jump(6 * DAY);
  expect([state(stays.id).status, state(leaves.id).status]).toEqual(['active', 'canceled']);
});

test('is completed at its end; the subscription goes on, or ends with it', () => {
  run = trialRun();
  const [goes, ends] = [schedule(), schedule({ end_behavior: 'cancel' })];
  const started = { goes: goes.subscription, ends: ends.subscription };
  run.jump(60 * DAY);
  expect(run.news()).toEqual(expect.arrayContaining(['subscription_schedule.expiring', 'subscription_schedule.completed']));
  expect(state(goes.id)).toMatchObject({ status: 'completed', subscription: null, released_subscription: started.goes });
  expect(subscription(started.goes)).toMatchObject({ status: 'active', schedule: null });
  expect(state(ends.id)).toMatchObject({ status: 'completed', subscription: started.ends });
  expect(subscription(started.ends).status).toBe('canceled');
  expect(run.hand.list('/v1/invoices', { subscription: started.ends })).toHaveLength(2);
});

test('released, it lets its subscription go', () => {
  run = trialRun();
  const { id, subscription: started } = schedule();
  expect(run.hand.ask('POST', `/v1/subscriptions/${String(started)}`, { cancel_at_period_end: true }).status).toBe(400);
  run.hand.post(`/v1/subscription_schedules/${id}/release`);
  expect(state(id)).toMatchObject({ status: 'released', subscription: null, released_subscription: started });
  expect(run.hand.post(`/v1/subscriptions/${String(started)}`, { cancel_at_period_end: true }).cancel_at_period_end).toBe(true);
  expect(run.hand.ask('POST', `/v1/subscription_schedules/${id}/release`).status).toBe(400);
});

test('canceled, it takes its subscription along; before its start it is aborted too', () => {
  run = trialRun();
  const { id, subscription: started } = schedule();
  run.hand.post(`/v1/subscription_schedules/${id}/cancel`);
  expect(state(id).status).toBe('canceled');
  expect(subscription(started).status).toBe('canceled');
  const later = schedule({ start_date: run.now() + 400 * DAY });
  run.hand.post(`/v1/subscription_schedules/${later.id}/cancel`, { invoice_now: false, prorate: false });
  expect(run.news()).toContain('subscription_schedule.aborted');
  run.jump(401 * DAY);
  expect(state(later.id)).toMatchObject({ status: 'canceled', subscription: null });
});

test('several phases are refused', () => {
  run = trialRun();
  const { customer, phases } = schedule();
  const [phase] = phases as { items: { price: string }[] }[];
  const items = [{ price: phase?.items[0]?.price }];
  const reply = run.hand.ask('POST', '/v1/subscription_schedules', { customer, start_date: 'now', phases: [{ items }, { items }] });
  expect([reply.status, JSON.stringify(reply.body)]).toEqual([400, expect.stringContaining('one phase')]);
});
