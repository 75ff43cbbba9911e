// Builds a demo account: lays a story out, then lives through it under a clock of its own, through the sandbox's routes and jobs only.
import { setImmediate as breathe } from 'node:timers/promises';
import { boundary } from '../billing/period.ts';
import { setAfterLastRetry } from '../billing/settings.ts';
import type { Core } from '../core/core.ts';
import { placeNumber } from '../core/place.ts';
import { runDue } from '../core/runner.ts';
import { createAccount } from '../objects/account.ts';
import { EVIDENCE_DAYS } from '../objects/dispute.ts';
import { callIn } from '../wire/call.ts';
import { type Agenda, newAgenda } from './agenda.ts';
import { layOutFjord } from './fjord.ts';
import { type Hand, handOf } from './hand.ts';
import { layOutHarbor } from './harbor.ts';
import { FJORD_PLANS, HARBOR_PLANS, type Plan } from './plans.ts';
import { randomOf } from './random.ts';
import type { Scene } from './readers.ts';

export type WorldOrder = {
  name: 'harbor' | 'fjord';
  /** Made when absent. */
  account?: string;
  livemode?: boolean;
  seed: number;
  readers?: number;
  months?: number;
  /** The story's last second; now when absent. */
  until?: number;
};
export type BuiltWorld = { account: string; seed: number; counts: Record<string, number>; seconds: number };

const WORLDS = {
  harbor: { title: 'Harbor Weekly', email: 'desk@harborweekly.example', country: 'US', plans: HARBOR_PLANS, readers: 420, unpaid: 'unpaid' },
  fjord: { title: 'Fjord Review', email: 'post@fjordreview.example', country: 'NO', plans: FJORD_PLANS, readers: 90, unpaid: 'cancel' },
} as const;
const MONTHS = 18;
const SLICE_MS = 50;

/** Takes seconds; the process answers in between. What the routes refuse is an error in the story and ends the building. */
export async function buildWorld(core: Core, order: WorldOrder): Promise<BuiltWorld> {
  const began = performance.now();
  const { title, email, country, plans, readers, unpaid } = WORLDS[order.name];
  const until = order.until ?? core.clock.now();
  const months = bounded('months', order.months ?? MONTHS, 1, 60);
  const count = bounded('readers', order.readers ?? readers, 0, 20_000);
  const from = boundary(until, { interval: 'month', interval_count: 1 }, -months);
  const account = order.account ?? createAccount(core, { name: title, email, country, created: from }).id;
  const livemode = order.livemode ?? false;
  const place = placeNumber(core.store, account, livemode);
  const clock = { now: from };
  core.building.set(place, clock);
  try {
    const hand = handOf(
      account,
      callIn(core, livemode, () => clock.now),
    );
    const agenda = newAgenda();
    core.within(account, livemode, {}, (place) => setAfterLastRetry(place, unpaid));
    const price = openShop(hand, plans);
    const scene: Scene = { hand, random: randomOf(order.seed), agenda, from: from + 1, until, price };
    if (order.name === 'harbor') layOutHarbor(scene, count, EVIDENCE_DAYS);
    else layOutFjord(scene, count);
    while (!core.store.atomic(() => live(core, place, agenda, clock, until))) await breathe();
  } finally {
    core.building.delete(place);
  }
  return { account, seed: order.seed, counts: countsOf(core, place), seconds: Math.round((performance.now() - began) / 100) / 10 };
}

function bounded(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} of a world is a whole number from ${least} to ${most}, not ${value}`);
}

/** Acts and due jobs in order of time, for a slice of real time; true when the story's end is reached. */
function live(core: Core, place: number, agenda: Agenda, clock: { now: number }, until: number): boolean {
  const pause = performance.now() + SLICE_MS;
  while (performance.now() < pause) {
    const entry = agenda.next(until);
    const at = Math.max(clock.now, entry?.at ?? until);
    runDue(core, at, { place });
    clock.now = at;
    if (!entry) return true;
    entry.act();
  }
  return false;
}

/** Products and their prices in every currency; answers how to find a price. */
function openShop(hand: Hand, plans: readonly Plan[]): Scene['price'] {
  const products = new Map<string, string>();
  const prices = new Map<string, string>();
  for (const plan of plans) {
    const product = products.get(plan.product) ?? hand.post('/v1/products', { name: plan.product, description: plan.description }).id;
    products.set(plan.product, product);
    for (const [currency, amount] of Object.entries(plan.prices)) {
      const recurring = plan.interval ? { recurring: { interval: plan.interval } } : {};
      prices.set(`${plan.key} ${currency}`, hand.post('/v1/prices', { product, currency, unit_amount: amount, nickname: plan.key, ...recurring }).id);
    }
  }
  return (plan, currency) => {
    const id = prices.get(`${plan} ${currency}`);
    if (!id) throw new Error(`there is no price of ${plan} in ${currency}`);
    return id;
  };
}

function countsOf(core: Core, place: number): Record<string, number> {
  const rows = core.store.rows('SELECT type, count(*) AS n FROM object WHERE place = ? AND deleted = 0 GROUP BY type ORDER BY type', place);
  const stripes = rows.filter((row) => !String(row.type).startsWith('sandbox.'));
  return Object.fromEntries(stripes.map((row) => [String(row.type), Number(row.n)]));
}
