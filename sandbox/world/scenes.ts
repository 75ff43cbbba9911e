// The rarer things, each staged on purpose so that every state is there to be looked at: held and unfinished payments, disputes, invoices, schedules.
import type { Person } from './people.ts';
import { cancels, DAY, HOUR, newCustomer, payOnce, type Scene, subscribe, useCard } from './readers.ts';

/** Payments that are waiting for something, or stopped. Every age is counted back from the end of the story. */
export function unfinishedPayments(scene: Scene, next: () => Person): void {
  const at = (ago: number, act: (customer: string, currency: string) => void): void => {
    const person = next();
    scene.agenda.add(scene.until - ago, () => act(newCustomer(scene, person), person.currency));
  };
  const held = { capture_method: 'manual' };
  const authenticate = 'pm_card_authenticationRequired';
  at(2 * HOUR, (customer, currency) => payOnce(scene, customer, currency, authenticate, 'Donation, awaiting 3-D Secure'));
  at(30 * HOUR, (customer, currency) => payOnce(scene, customer, currency, authenticate, 'Donation, awaiting 3-D Secure'));
  at(20 * HOUR, (customer, currency) => payOnce(scene, customer, currency, 'pm_card_visa', 'Anniversary print, ships on Friday', held));
  at(3 * DAY, (customer, currency) => payOnce(scene, customer, currency, 'pm_card_mastercard', 'Anniversary print, ships on Friday', held));
  at(5 * DAY, (customer, currency) => payOnce(scene, customer, currency, 'pm_card_visa', 'Anniversary print, hold ends soon', held));
  at(40 * DAY, (customer, currency) => payOnce(scene, customer, currency, 'pm_card_visa', 'Anniversary print, never shipped', held)); // the hold runs out by itself
  at(60 * DAY, (customer, currency) => {
    const intent = payOnce(scene, customer, currency, 'pm_card_visa', 'Two prints, one was out of stock', { ...held, amount: 40_00 });
    if (intent) scene.agenda.add(scene.until - 58 * DAY, () => scene.hand.post(`/v1/payment_intents/${intent.id}/capture`, { amount_to_capture: 20_00 }));
  });
  at(9 * DAY, (customer, currency) => {
    const intent = payOnce(scene, customer, currency, 'pm_card_visa', 'Anniversary print, order withdrawn', held);
    if (intent)
      scene.agenda.add(scene.until - 8 * DAY, () =>
        scene.hand.post(`/v1/payment_intents/${intent.id}/cancel`, { cancellation_reason: 'requested_by_customer' }),
      );
  });
  at(12 * HOUR, (customer, currency) =>
    scene.hand.post('/v1/payment_intents', { amount: 2500, currency, customer, description: 'Donation form opened, no card yet' }),
  );
  for (const [ago, card] of [
    [5 * HOUR, 'pm_card_chargeDeclined'],
    [4 * DAY, 'pm_card_chargeDeclinedInsufficientFunds'],
    [80 * DAY, 'pm_card_chargeDeclinedExpiredCard'],
  ] as const) {
    at(ago, (customer, currency) => payOnce(scene, customer, currency, card, 'Donation'));
  }
}

type DisputeScene = {
  card: string;
  paidDaysAgo: number;
  then?: 'winning_evidence' | 'losing_evidence' | 'under_review' | 'close';
  afterDays?: number;
  amount?: number;
  currency?: string;
};

const DISPUTES: readonly DisputeScene[] = [
  { card: 'pm_card_createDispute', paidDaysAgo: 2 }, // needs_response, fresh
  { card: 'pm_card_createDisputeProductNotReceived', paidDaysAgo: 5, amount: 240_00, currency: 'usd' }, // needs_response, evidence due soon: see EVIDENCE_DUE
  { card: 'pm_card_createDispute', paidDaysAgo: 10, then: 'under_review', afterDays: 3 },
  { card: 'pm_card_createDispute', paidDaysAgo: 130, then: 'winning_evidence', afterDays: 6 },
  { card: 'pm_card_createDisputeProductNotReceived', paidDaysAgo: 210, then: 'winning_evidence', afterDays: 2, currency: 'eur' },
  { card: 'pm_card_createDispute', paidDaysAgo: 95, then: 'losing_evidence', afterDays: 5 },
  { card: 'pm_card_createDispute', paidDaysAgo: 300, then: 'close', afterDays: 4, currency: 'gbp' },
  { card: 'pm_card_createDispute', paidDaysAgo: 400, then: 'close', afterDays: 1, currency: 'jpy' },
  { card: 'pm_card_createDisputeInquiry', paidDaysAgo: 4 },
  { card: 'pm_card_createDisputeInquiry', paidDaysAgo: 12, then: 'under_review', afterDays: 2, currency: 'eur' },
  { card: 'pm_card_createDisputeInquiry', paidDaysAgo: 170, then: 'close', afterDays: 7 },
];

/** A dispute in every state, an inquiry among them, one with little time left to answer. */
export function disputes(scene: Scene, next: (currency?: string) => Person, evidenceDays: number): void {
  for (const one of [...DISPUTES, { card: 'pm_card_createDispute', paidDaysAgo: evidenceDays - 2 }]) {
    const person = next(one.currency);
    scene.agenda.add(scene.until - one.paidDaysAgo * DAY, () => {
      const customer = newCustomer(scene, person);
      const intent = payOnce(scene, customer, person.currency, one.card, 'Donation to the lighthouse fund', one.amount ? { amount: one.amount } : {});
      if (intent && one.then) scene.agenda.add(scene.until - (one.paidDaysAgo - (one.afterDays ?? 1)) * DAY, () => answer(scene, intent.id, one.then));
    });
  }
}

function answer(scene: Scene, intent: string, how: DisputeScene['then']): void {
  const dispute = scene.hand.list('/v1/disputes', { payment_intent: intent })[0];
  if (!dispute) throw new Error(`no dispute on ${intent}`);
  if (how === 'close') scene.hand.post(`/v1/disputes/${dispute.id}/close`);
  else
    scene.hand.post(`/v1/disputes/${dispute.id}`, {
      evidence: { uncategorized_text: how === 'under_review' ? 'The reader confirmed the donation by mail.' : how },
      submit: true,
    });
}

/** Invoices sent by mail: paid, open, past due, void, written off, and a draft. */
export function mailedInvoices(scene: Scene, next: () => Person): void {
  const bill = (daysAgo: number, dueIn: number, then: (invoice: string) => void, finish = true): void => {
    const person = next();
    scene.agenda.add(scene.until - daysAgo * DAY, () => {
      const customer = newCustomer(scene, person);
      const invoice = scene.hand.post('/v1/invoices', {
        customer,
        currency: person.currency,
        collection_method: 'send_invoice',
        days_until_due: dueIn,
        description: 'Advertisement, half a page',
        pending_invoice_items_behavior: 'exclude',
      });
      scene.hand.post('/v1/invoiceitems', {
        customer,
        invoice: invoice.id,
        currency: person.currency,
        amount: scene.random.int(12, 60) * 1000,
        description: 'Half a page, four colours',
      });
      if (scene.random.chance(0.5))
        scene.hand.post('/v1/invoiceitems', { customer, invoice: invoice.id, currency: person.currency, amount: 2500, description: 'Typesetting' });
      if (!finish) return;
      scene.hand.post(`/v1/invoices/${invoice.id}/finalize`);
      then(invoice.id);
    });
  };
  const later = (daysAgo: number, act: () => void): void => scene.agenda.add(scene.until - daysAgo * DAY, act);
  bill(6, 14, () => {});
  bill(11, 30, () => {});
  bill(40, 14, () => {}); // past due by 26 days
  bill(75, 30, () => {}); // past due by 45 days
  bill(120, 14, (invoice) => later(98, () => scene.hand.post(`/v1/invoices/${invoice}/pay`, { paid_out_of_band: true })));
  bill(90, 14, (invoice) => later(85, () => scene.hand.post(`/v1/invoices/${invoice}/void`)));
  bill(200, 30, (invoice) => later(110, () => scene.hand.post(`/v1/invoices/${invoice}/mark_uncollectible`)));
  bill(1, 14, () => {}, false);
}

/** Schedules: not started, running, released, canceled, run out. */
export function schedules(scene: Scene, next: () => Person): void {
  const stage = (
    daysAgo: number,
    startIn: number,
    then: (schedule: string) => void = () => {},
    phase: object = { duration: { interval: 'month', interval_count: 3 } },
    end = 'release',
  ): void => {
    const person = next();
    scene.agenda.add(scene.until - daysAgo * DAY, () => {
      const customer = newCustomer(scene, person);
      useCard(scene, customer, 'pm_card_visa');
      const schedule = scene.hand.post('/v1/subscription_schedules', {
        customer,
        start_date: scene.until - daysAgo * DAY + startIn * DAY,
        end_behavior: end,
        phases: [{ items: [{ price: scene.price('digital-month', person.currency), quantity: 1 }], ...phase }],
      });
      then(schedule.id);
    });
  };
  stage(3, 12);
  stage(20, 0, () => {}, undefined, 'cancel');
  stage(50, 0, () => {});
  stage(70, 0, (schedule) => scene.agenda.add(scene.until - 30 * DAY, () => scene.hand.post(`/v1/subscription_schedules/${schedule}/release`)));
  stage(65, 0, (schedule) => scene.agenda.add(scene.until - 25 * DAY, () => scene.hand.post(`/v1/subscription_schedules/${schedule}/cancel`)));
  stage(140, 0);
}

/** Subscriptions whose first payment is open, and one where it stayed so. */
export function unfinishedSubscriptions(scene: Scene, next: () => Person): void {
  for (const [ago, card] of [
    [3 * HOUR, 'pm_card_authenticationRequired'],
    [6 * HOUR, 'pm_card_chargeCustomerFail'],
    [6 * DAY, 'pm_card_chargeCustomerFail'],
  ] as const) {
    const person = next();
    scene.agenda.add(scene.until - ago, () => {
      const customer = newCustomer(scene, person);
      useCard(scene, customer, card);
      subscribe(scene, customer, person.currency, { plans: ['digital-month'], more: { payment_behavior: 'allow_incomplete' } });
    });
  }
}

/** Readers who are about to leave, so that a cancellation at the period's end can be seen before it happens. */
export function leaving(scene: Scene, next: () => Person, count: number): void {
  for (let i = 0; i < count; i++) {
    const person = next();
    const joined = scene.until - scene.random.int(40, 300) * DAY;
    scene.agenda.add(joined, () => {
      const customer = newCustomer(scene, person);
      useCard(scene, customer, 'pm_card_visa');
      const subscription = subscribe(scene, customer, person.currency, { plans: [scene.random.pick(['digital-month', 'print-month'])] });
      cancels(scene, subscription.id, scene.until - scene.random.int(2, 200) * HOUR, 'at period end');
    });
  }
}
