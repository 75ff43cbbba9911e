// Fjord Review: a small magazine with other readers, other currencies and another settlement currency than Harbor Weekly.
import { type Person, personOf } from './people.ts';
import { cancels, cardTrouble, DAY, newCustomer, payOnce, refundLatest, type Scene, subscriber, useCard } from './readers.ts';

const HOMES = [
  [9, 'NO', 'eur'],
  [6, 'SE', 'sek'],
  [6, 'DK', 'dkk'],
  [6, 'DE', 'eur'],
  [3, 'FR', 'eur'],
  [3, 'CH', 'chf'],
  [2, 'IT', 'eur'],
] as const;

export function layOutFjord(scene: Scene, readers: number): void {
  const { random, from, until } = scene;
  const taken = new Set<string>();
  const next = (): Person => {
    const [, country, currency] = random.weighted(HOMES.map((home) => [home[0], home] as const));
    return { ...personOf(random, taken, country === 'CH' ? 'DE' : country), currency };
  };
  for (let i = 0; i < readers; i++) {
    const person = next();
    const joined = from + random.int(2, 500) * DAY;
    if (i % 8 === 7) {
      scene.agenda.add(joined, () => {
        const customer = newCustomer(scene, person);
        useCard(scene, customer, 'pm_card_visa');
        payOnce(scene, customer, person.currency, random.pick(['pm_card_visa', 'pm_card_visa', 'pm_card_chargeDeclined']), 'Gift to the essay fund');
      });
      continue;
    }
    const plans = random.weighted([
      [6, ['review-month']],
      [3, ['review-year']],
      [2, ['review-month', 'letters-month']],
      [2, ['letters-month']],
    ] as const);
    const fate = i % 6;
    const at = Math.min(until - 2 * DAY, joined + random.int(25, 200) * DAY);
    subscriber(scene, person, joined, { plans, trialDays: i % 11 === 3 ? 14 : undefined }, (customer, subscription) => {
      if (fate === 1) cancels(scene, subscription.id, at, random.pick(['now', 'at period end']));
      if (fate === 2) refundLatest(scene, customer, at, random.pick([1, 2]));
      if (fate === 3 && i % 4 === 1) cardTrouble(scene, customer, at, random.chance(0.5) ? 30 * DAY : undefined);
    });
  }
}
