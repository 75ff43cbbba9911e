// How single readers live: they come, subscribe, pay, stop paying, leave. Each story puts its acts on the agenda.
import type { Agenda } from './agenda.ts';
import type { Hand, Made, Params } from './hand.ts';
import type { Person } from './people.ts';
import { DONATIONS } from './plans.ts';
import type { Random } from './random.ts';

export const HOUR = 3600;
export const DAY = 86_400;

export type Scene = {
  hand: Hand;
  random: Random;
  agenda: Agenda;
  /** First and last second of the story; the clock itself may run on a few hours. */
  from: number;
  until: number;
  price(plan: string, currency: string): string;
};

export const GOOD_CARDS = [
  [8, 'pm_card_visa'],
  [4, 'pm_card_mastercard'],
  [1, 'pm_card_amex'],
] as const;

export function newCustomer(scene: Scene, person: Person, more: Params = {}): string {
  const { name, email, phone, address, locale, note } = person;
  return scene.hand.post('/v1/customers', {
    name,
    email,
    phone,
    address,
    preferred_locales: [locale],
    metadata: { reader_no: String(scene.random.int(10_000, 99_999)), ...(note ? { note } : {}) },
    ...more,
  }).id;
}

/** Attaches a test card and makes it the one that invoices are paid with. */
export function useCard(scene: Scene, customer: string, card: string): string {
  const method = scene.hand.post(`/v1/payment_methods/${card}/attach`, { customer });
  scene.hand.post(`/v1/customers/${customer}`, { invoice_settings: { default_payment_method: method.id } });
  return method.id;
}

export type Subscribing = {
  plans: readonly string[];
  card?: string;
  quantity?: number;
  trialDays?: number;
  more?: Params;
};

/** At `at`: a new customer with a card and a running subscription. `then` gets both ids. */
export function subscriber(scene: Scene, person: Person, at: number, way: Subscribing, then: (customer: string, subscription: Made) => void = () => {}): void {
  scene.agenda.add(at, () => {
    const customer = newCustomer(scene, person);
    if (way.card !== undefined || way.more?.collection_method !== 'send_invoice') useCard(scene, customer, way.card ?? scene.random.weighted(GOOD_CARDS));
    then(customer, subscribe(scene, customer, person.currency, way));
  });
}

export function subscribe(scene: Scene, customer: string, currency: string, way: Subscribing): Made {
  return scene.hand.post('/v1/subscriptions', {
    customer,
    items: way.plans.map((plan) => ({ price: scene.price(plan, currency), quantity: way.quantity ?? 1 })),
    ...(way.trialDays ? { trial_period_days: way.trialDays } : {}),
    ...way.more,
  });
}

/** The card stops working at `at`; with `recoversAfter` the reader brings a good one that much later and settles what is open. */
export function cardTrouble(scene: Scene, customer: string, at: number, recoversAfter?: number): void {
  scene.agenda.add(at, () => useCard(scene, customer, 'pm_card_chargeCustomerFail'));
  if (recoversAfter === undefined) return;
  scene.agenda.add(at + recoversAfter, () => {
    useCard(scene, customer, 'pm_card_visa');
    for (const status of ['open', 'draft']) // drafts too: those of an unpaid subscription wait for somebody to pay them
      for (const invoice of scene.hand.list('/v1/invoices', { customer, status })) scene.hand.attempt(`/v1/invoices/${invoice.id}/pay`);
  });
}

export function cancels(scene: Scene, subscription: string, at: number, when: 'now' | 'at period end'): void {
  scene.agenda.add(at, () => {
    const { status } = scene.hand.get(`/v1/subscriptions/${subscription}`);
    if (status === 'canceled' || status === 'incomplete_expired') return;
    if (when === 'now') scene.hand.remove(`/v1/subscriptions/${subscription}`);
    else scene.hand.post(`/v1/subscriptions/${subscription}`, { cancel_at_period_end: true, cancellation_details: { feedback: 'unused' } });
  });
}

/** A payment outside any invoice. Null when the card was refused. */
export function payOnce(scene: Scene, customer: string, currency: string, card: string, description: string, more: Params = {}): Made | null {
  return scene.hand.attempt('/v1/payment_intents', {
    amount: scene.random.pick(DONATIONS[currency] ?? [1000]),
    currency,
    customer,
    payment_method: card,
    confirm: true,
    description,
    return_url: 'https://harborweekly.example/thanks',
    ...more,
  });
}

/** Refunds the newest payment of the customer that still has something left, in `parts` pieces; 1 is all of it. */
export function refundLatest(scene: Scene, customer: string, at: number, parts: number): void {
  scene.agenda.add(at, () => {
    const charge = scene.hand
      .list('/v1/charges', { customer, limit: 10 })
      .find((one) => one.status === 'succeeded' && one.captured && !one.refunded && !one.disputed);
    if (!charge) return;
    const reason = scene.random.weighted([
      [6, 'requested_by_customer'],
      [2, 'duplicate'],
      [1, undefined],
    ] as const);
    const left = Number(charge.amount_captured) - Number(charge.amount_refunded);
    const piece = partOf(left, parts, String(charge.currency));
    scene.hand.post('/v1/refunds', { charge: charge.id, ...(parts > 1 && piece > 0 ? { amount: piece } : {}), ...(reason ? { reason } : {}) });
  });
}

/** A share of an amount, in steps that the currency can carry (three-decimal ones move in tens). */
function partOf(amount: number, parts: number, currency: string): number {
  const step = currency === 'kwd' ? 10 : 1;
  return Math.floor(amount / parts / step) * step;
}
