// Harbor Weekly: eighteen months of a small coastal paper with readers in many countries.
import { awkwardPeople, type Person, personOf } from './people.ts';
import { cancels, cardTrouble, DAY, newCustomer, payOnce, refundLatest, type Scene, subscriber, type Subscribing, useCard } from './readers.ts';
import { disputes, leaving, mailedInvoices, schedules, unfinishedPayments, unfinishedSubscriptions } from './scenes.ts';

const PLANS: readonly (readonly [number, Subscribing])[] = [
  [30, { plans: ['digital-month'] }],
  [26, { plans: ['print-month'] }],
  [7, { plans: ['print-week'] }],
  [8, { plans: ['print-year'] }],
  [8, { plans: ['print-month', 'crossword-month'] }],
  [5, { plans: ['digital-month', 'crossword-month'] }],
  [3, { plans: ['print-month'], quantity: 3 }],
  [7, { plans: ['digital-month'], trialDays: 30 }],
  [4, { plans: ['print-month'], trialDays: 14 }],
];

type Fate = 'stays' | 'cancels' | 'recovers' | 'lapses' | 'refunded';
const FATES: readonly (readonly [number, Fate])[] = [
  [60, 'stays'],
  [14, 'cancels'],
  [8, 'recovers'],
  [6, 'lapses'],
  [9, 'refunded'],
];

/** Lays out the whole story; nothing happens before the agenda is played. `readers` counts the ordinary ones. */
export function layOutHarbor(scene: Scene, readers: number, evidenceDays: number): void {
  const { random } = scene;
  const taken = new Set<string>();
  const next = (currency?: string): Person => {
    const person = personOf(random, taken);
    return currency ? { ...person, currency } : person;
  };
  for (const person of awkwardPeople(random)) ordinary(scene, person, scene.from + random.int(5, 400) * DAY, 'stays');
  for (let i = 0; i < readers; i++) {
    const joined = joinedAt(scene);
    const kind = random.weighted([
      [76, 'subscriber'],
      [13, 'donor'],
      [7, 'buyer'],
      [4, 'visitor'],
    ] as const);
    if (kind === 'subscriber') ordinary(scene, next(), joined, random.weighted(FATES));
    else if (kind === 'visitor') visitor(scene, next(), joined);
    else oneOffs(scene, next(), joined, kind);
  }
  for (let i = 0; i < Math.ceil(readers / 45); i++) readingRoom(scene, next(), joinedAt(scene));
  for (let i = 0; i < Math.ceil(readers / 60); i++)
    subscriber(scene, next(), scene.until - random.int(1, 9) * DAY, { plans: ['digital-month'], trialDays: 14 });
  for (let i = 0; i < Math.ceil(readers / 40); i++) lateTrouble(scene, next(), i);
  for (let i = 0; i < 5; i++) refundThatFails(scene, next(), i);
  for (let i = 0; i < 4; i++) refundThatWaits(scene, next(), i);
  leaving(scene, next, Math.ceil(readers / 40));
  unfinishedPayments(scene, next);
  unfinishedSubscriptions(scene, next);
  disputes(scene, next, evidenceDays);
  mailedInvoices(scene, next);
  schedules(scene, next);
  for (let i = 0; i < 3; i++) deleted(scene, next(), scene.from + random.int(20, 300) * DAY);
}

/** The paper grows: later days bring more readers than early ones. */
function joinedAt({ random, from, until }: Scene): number {
  return Math.floor(from + (until - from - 2 * DAY) * random.next() ** 0.75);
}

function ordinary(scene: Scene, person: Person, joined: number, fate: Fate): void {
  const { random, until } = scene;
  const later = (low: number): number => Math.min(until - DAY, joined + Math.floor((until - joined) * (low + (1 - low) * random.next())));
  const way = random.weighted(PLANS);
  const times = [later(0.3), later(0.2), later(0.5)] as const;
  const extra = random.chance(0.12);
  subscriber(scene, person, joined, way, (customer, subscription) => {
    if (fate === 'cancels') cancels(scene, subscription.id, times[0], random.chance(0.6) ? 'now' : 'at period end');
    if (fate === 'recovers') cardTrouble(scene, customer, times[1], random.int(20, 45) * DAY);
    if (fate === 'lapses') cardTrouble(scene, customer, times[1]);
    if (fate === 'refunded')
      refundLatest(
        scene,
        customer,
        times[2],
        random.weighted([
          [5, 1],
          [3, 2],
          [2, 3],
        ]),
      );
    if (extra) {
      scene.agenda.add(times[0], () => {
        const card = scene.hand.list('/v1/payment_methods', { customer, limit: 1 })[0];
        if (card) payOnce(scene, customer, person.currency, card.id, 'Donation to the lighthouse fund');
      });
    }
  });
}

function oneOffs(scene: Scene, person: Person, joined: number, kind: 'donor' | 'buyer'): void {
  const { random, until } = scene;
  const times = Array.from({ length: random.int(1, kind === 'donor' ? 6 : 3) }, () => joined + Math.floor((until - joined) * random.next() * 0.98) + 60);
  const refused = random.chance(0.12);
  const refunded = random.chance(0.14);
  scene.agenda.add(joined, () => {
    const customer = newCustomer(scene, person);
    const card = useCard(
      scene,
      customer,
      random.weighted([
        [8, 'pm_card_visa'],
        [4, 'pm_card_mastercard'],
        [1, 'pm_card_amex'],
      ]),
    );
    if (refused) payOnce(scene, customer, person.currency, 'pm_card_chargeDeclined', 'Donation');
    for (const at of times) {
      scene.agenda.add(at, () => {
        const back = kind === 'buyer' ? { amount: backIssue(person.currency) * random.int(1, 4) } : {};
        payOnce(
          scene,
          customer,
          person.currency,
          card,
          kind === 'donor' ? 'Donation to the lighthouse fund' : `Back issue no. ${random.int(1200, 2080)}`,
          back,
        );
      });
    }
    if (refunded) refundLatest(scene, customer, Math.min(until - 600, Math.max(...times) + 2 * DAY), random.pick([1, 2]));
  });
}

const BACK_ISSUE: Readonly<Record<string, number>> = { usd: 800, eur: 750, gbp: 650, nok: 7900, jpy: 1100, kwd: 2500 };
const backIssue = (currency: string): number => BACK_ISSUE[currency] ?? 800;

function visitor(scene: Scene, person: Person, at: number): void {
  scene.agenda.add(at, () => newCustomer(scene, person));
}

/** Libraries and hotels pay a yearly licence by invoice, some of them late. */
function readingRoom(scene: Scene, person: Person, joined: number): void {
  const paysAfter = scene.random.int(5, 50) * DAY;
  subscriber(scene, person, joined, { plans: ['reading-room-year'], more: { collection_method: 'send_invoice', days_until_due: 30 } }, (customer) => {
    scene.agenda.add(joined + paysAfter, () => {
      useCard(scene, customer, 'pm_card_visa');
      for (const invoice of scene.hand.list('/v1/invoices', { customer, status: 'open' })) scene.hand.attempt(`/v1/invoices/${invoice.id}/pay`);
    });
  });
}

/** Cards that stopped working lately, each a different number of days ago: past due now, unpaid soon. */
function lateTrouble(scene: Scene, person: Person, nth: number): void {
  const renewed = scene.until - (1 + nth * 3) * DAY;
  subscriber(scene, person, renewed - 61 * DAY, { plans: ['print-month'] }, (customer) => cardTrouble(scene, customer, renewed - 4 * DAY));
}

function refundThatFails(scene: Scene, person: Person, nth: number): void {
  const paid = scene.until - (12 + nth * 37) * DAY;
  scene.agenda.add(paid, () => {
    const customer = newCustomer(scene, person);
    if (payOnce(scene, customer, person.currency, 'pm_card_refundFail', 'Donation to the lighthouse fund'))
      refundLatest(scene, customer, paid + 2 * DAY, 1 + (nth % 2));
  });
}

function refundThatWaits(scene: Scene, person: Person, nth: number): void {
  const asked = scene.until - (nth < 2 ? 2 + nth * 5 : 60 * nth * 24) * 3600;
  scene.agenda.add(asked - 3 * DAY, () => {
    const customer = newCustomer(scene, person);
    if (payOnce(scene, customer, person.currency, 'pm_card_pendingRefund', 'Donation to the lighthouse fund')) refundLatest(scene, customer, asked, 1);
  });
}

function deleted(scene: Scene, person: Person, joined: number): void {
  subscriber(scene, person, joined, { plans: ['digital-month'] }, (customer) => {
    scene.agenda.add(joined + 70 * DAY, () => scene.hand.remove(`/v1/customers/${customer}`));
  });
}
