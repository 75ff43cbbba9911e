// Whatever merchants, customers and time do in whatever order: nothing breaks, sums agree, periods touch.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Made } from '../world/hand.ts';
import { DAY, HOUR, schemaFaults, type TrialRun, trialRun } from './trial-run.ts';

const complaints: unknown[][] = [];
const said = console.error;
beforeAll(() => {
  console.error = (...words: unknown[]) => void complaints.push(words); // a job or route that breaks says so here
});
afterAll(() => {
  console.error = said;
});

const CARDS = ['pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_authenticationRequired'] as const;
const act = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 0, max: 24 * 40 }) }),
  fc.record({ do: fc.constant('card' as const), card: fc.constantFrom(...CARDS) }),
  fc.record({ do: fc.constant('detach' as const) }),
  fc.record({
    do: fc.constant('subscribe' as const),
    price: fc.integer({ min: 0, max: 2 }),
    more: fc.constantFrom(
      {},
      { trial_period_days: 10 },
      { collection_method: 'send_invoice', days_until_due: 5 },
      { payment_behavior: 'default_incomplete' },
      { cancel_at_period_end: true },
    ),
  }),
  fc.record({ do: fc.constant('schedule' as const), end: fc.constantFrom('release', 'cancel'), days: fc.integer({ min: -1, max: 40 }) }),
  fc.record({
    do: fc.constant('subscription' as const),
    nth: fc.nat(5),
    params: fc.constantFrom(
      { cancel_at_period_end: true },
      { cancel_at_period_end: false },
      { trial_end: 'now' },
      { metadata: { a: 'b' } },
      { collection_method: 'charge_automatically' },
      null,
    ),
  }),
  fc.record({
    do: fc.constant('invoice' as const),
    nth: fc.nat(5),
    path: fc.constantFrom('/pay', '/void', '/mark_uncollectible', '/finalize', '/send', ''),
    params: fc.constantFrom({}, { paid_out_of_band: true }, { auto_advance: true }, { auto_advance: false }),
  }),
  fc.record({ do: fc.constant('item' as const), amount: fc.integer({ min: 0, max: 5000 }) }),
  fc.record({ do: fc.constant('leave' as const) }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

test('any life keeps its sums, its periods and its shape', () => {
  let money = 0;
  fc.assert(
    fc.property(fc.array(act, { minLength: 5, maxLength: 25 }), (acts) => {
      const run = trialRun({ at: '2026-01-31T10:00:00Z' });
      try {
        live(run, [{ do: 'card', card: 'pm_card_visa' }, { do: 'subscribe', price: 0, more: {} }, ...acts, { do: 'wait', hours: 24 * 70 }]);
        expect(complaints).toEqual([]);
        expect(schemaFaults(run.core)).toEqual([]);
        run.within((place) => {
          money += invoicesAddUp(place.all('invoice'), place.all('line_item'), place.all('invoice_payment'), place.all('payment_intent'));
          periodsTouch(place.all('subscription'), place.all('line_item'));
        });
      } finally {
        run.core.store.close();
      }
    }),
    { numRuns: 30 },
  );
  expect(money).toBeGreaterThan(0);
}, 60_000);

function live(run: TrialRun, acts: readonly Act[]): void {
  const { hand } = run;
  const customer = hand.post('/v1/customers', { name: 'Ada', email: 'a@example.com' }).id;
  const product = hand.post('/v1/products', { name: 'Paper' }).id;
  const prices = [{ interval: 'month' }, { interval: 'week' }, { interval: 'month', interval_count: 2 }].map(
    (recurring) => hand.post('/v1/prices', { product, currency: 'eur', unit_amount: 1850, recurring }).id,
  );
  const fine = (reply: { status: number; body: object }): void => expect([400, 402, 404, 200], JSON.stringify(reply.body)).toContain(reply.status);
  const nth = (path: string, n: number): Made | undefined =>
    hand.list(path, { customer, limit: 50, ...(path.endsWith('subscriptions') ? { status: 'all' } : {}) }).at(n);
  for (const one of acts) {
    if (one.do === 'wait') run.jump(one.hours * HOUR);
    if (one.do === 'card') {
      const reply = hand.ask('POST', `/v1/payment_methods/${one.card}/attach`, { customer });
      fine(reply);
      if (reply.status === 200) fine(hand.ask('POST', `/v1/customers/${customer}`, { invoice_settings: { default_payment_method: reply.body.id } }));
    }
    if (one.do === 'detach') for (const { id } of hand.list('/v1/payment_methods', { customer })) fine(hand.ask('POST', `/v1/payment_methods/${id}/detach`));
    if (one.do === 'subscribe') fine(hand.ask('POST', '/v1/subscriptions', { customer, items: [{ price: prices[one.price] }], ...one.more }));
    if (one.do === 'schedule')
      fine(
        hand.ask('POST', '/v1/subscription_schedules', {
          customer,
          start_date: run.now() + one.days * DAY,
          end_behavior: one.end,
          phases: [{ items: [{ price: prices[0] }] }],
        }),
      );
    if (one.do === 'subscription') {
      const found = nth('/v1/subscriptions', one.nth);
      if (found) fine(one.params ? hand.ask('POST', `/v1/subscriptions/${found.id}`, one.params) : hand.ask('DELETE', `/v1/subscriptions/${found.id}`));
    }
    if (one.do === 'invoice') {
      const found = nth('/v1/invoices', one.nth);
      if (found) fine(hand.ask('POST', `/v1/invoices/${found.id}${one.path}`, one.params));
    }
    if (one.do === 'item') fine(hand.ask('POST', '/v1/invoiceitems', { customer, amount: one.amount, currency: 'eur' }));
    if (one.do === 'leave') fine(hand.ask('DELETE', `/v1/customers/${customer}`));
  }
}

function invoicesAddUp(invoices: readonly Made[], lines: readonly Made[], payments: readonly Made[], intents: readonly Made[]): number {
  const sum = (list: readonly Made[], of: string): number => list.reduce((all, one) => all + Number(one[of]), 0);
  const received = new Map(intents.map((one) => [one.id, Number(one.amount_received)]));
  for (const { id, status, total, amount_due, amount_paid, amount_paid_off_stripe, amount_remaining } of invoices) {
    const mine = payments.filter(({ invoice }) => invoice === id);
    const paid = mine.filter((one) => one.status === 'paid');
    expect(total).toBe(
      sum(
        lines.filter(({ invoice }) => invoice === id),
        'amount',
      ),
    );
    expect(Number(amount_due)).toBe(Number(amount_paid) + Number(amount_remaining));
    expect(Number(amount_paid) - Number(amount_paid_off_stripe)).toBe(sum(paid, 'amount_paid'));
    expect(sum(paid, 'amount_paid')).toBe(mine.reduce((all, one) => all + (received.get((one.payment as { payment_intent: string }).payment_intent) ?? 0), 0));
    if (status === 'paid') expect(amount_remaining).toBe(0);
  }
  return sum(invoices, 'amount_paid');
}

/** The periods a subscription was billed for follow one another without a gap and without a day billed twice. */
function periodsTouch(subscriptions: readonly Made[], lines: readonly Made[]): void {
  for (const { id } of subscriptions) {
    const paid = lines.filter(({ subscription, description }) => subscription === id && !String(description).startsWith('Trial'));
    const periods = paid.map(({ period }) => period as { start: number; end: number }).sort((a, b) => a.start - b.start); // written by subscriptionLine
    periods.slice(1).forEach((period, i) => expect(period.start).toBe(periods[i]?.end));
  }
}
