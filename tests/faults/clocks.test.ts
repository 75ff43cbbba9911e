// F18: workers whose clocks are ten minutes off either way and seconds apart, and events whose stamps lie off the moment they tell of.
// No clock of ours decides an order. Within ±1.5 s all is as in F1; at ±2.5 s money alone is promised, and money steps back only while it says that it is unconfirmed.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chance, openHouse, say, type House } from './house.ts';
import { inboxOf, play, swept, unfounded, until, watchSteps } from './load.ts';
import { mustHaveFired, scaled, seeds } from './scale.ts';
import { eventOf, sign } from './signed.ts';
import { differences, quiet } from './stripe.ts';

const TIMES = scaled(0.5, 17);
const TEN_MINUTES = 600_000;
const MONEY = new Set(['charge', 'refund', 'dispute', 'payment_intent', 'invoice', 'credit_note', 'balance_transaction', 'subscription']);

let house: House;
beforeAll(async () => {
  house = await openHouse({ workers: 0 });
  for (const clockMs of [TEN_MINUTES + 2_000, -TEN_MINUTES, ...scaled([], [2_000, -2_000])]) await house.addWorker(clockMs);
});
afterAll(() => house?.close());

const runs = seeds([51]).flatMap((seed) => [1_500, 2_500].map((jitter) => [jitter, seed] as const));

describe.each(runs)('F18 with stamps off by up to %i ms, seed %i', (jitter, seed) => {
  test('no clock but Stripe’s and the database’s decides anything', { timeout: scaled(120_000, 3_600_000) }, async () => {
    const { stripe, ground } = house;
    const account = await stripe.account(`clocks-${jitter}-${seed}`);
    const ledger = await house.connect(account);
    await quiet(ground, stripe);
    await stripe.control('DELETE delivery');
    await stripe.control('POST delivery', { duplicate: 0.2, drop: 0.05, shuffle_ms: scaled(2_000, 300_000), jitter_ms: jitter, seed });
    const watch = watchSteps(ground, ledger);
    await play(stripe.merchant(account), chance(seed), TIMES);
    await quiet(ground, stripe, scaled(90_000, 1_800_000));
    const { counters } = await stripe.control<{ counters: Record<string, number> }>('GET delivery');
    await stripe.control('DELETE delivery');
    await swept(house, ledger);
    await quiet(ground, stripe);
    const steps = await watch.stop();
    const all = await inboxOf(house, ledger);
    const { differing, compared } = await differences(stripe, ground, ledger);
    const wrong = differing.filter((one) => MONEY.has(one.type));
    const clocks = house.workers.filter((worker) => worker.output().includes('clock wrong by')).length;
    say(`F18 ±${jitter} ms seed ${seed}`, {
      ...counters,
      ...all,
      clocks_wrong: clocks,
      compared,
      looks: steps.looks,
      back: steps.back.length,
      back_doubted: steps.back.filter((step) => step.doubted).length,
      wrong_money: wrong.length,
      wrong_others: differing.length - wrong.length,
    });

    mustHaveFired({
      clocks_wrong: [clocks, house.workers.length],
      jittered: [counters['jittered']!, 200 * TIMES],
      drops: counters['dropped']!,
      duplicates: counters['duplicated']!,
      looks: [steps.looks, 20],
    });
    expect([all.open, all.dead]).toEqual([0, 0]);
    expect(wrong).toEqual([]);
    expect(await unfounded(ground, ledger)).toEqual([]);
    if (jitter <= 1_500) {
      expect(steps.back).toEqual([]);
      expect(differing).toEqual([]);
    }
    expect(steps.back.filter((step) => step.id.startsWith('pi_') && !step.doubted)).toEqual([]);
  });
});

test('a door whose clock is ten minutes off refuses every signature with an alarm, and the sweep brings what it refused', { timeout: 120_000 }, async () => {
  const { stripe, ground } = house;
  const account = await stripe.account('clock-of-the-door');
  const ledger = await house.connect(account);
  await quiet(ground, stripe);
  await stripe.control('DELETE delivery');
  await stripe.control('POST delivery', { retry_ms: 3_600_000 });
  await house.killDoor(-TEN_MINUTES);
  expect(await knock(), 'a clock that is late').toBe(400);
  await house.killDoor(TEN_MINUTES);
  expect(await knock(), 'a clock that is early').toBe(400);
  await play(stripe.merchant(account), chance(52), 0.1);
  // Everything was sent once, also what Stripe does by itself a moment later.
  await until(async () => {
    const {
      in_flight: flying,
      due_soon: due,
      counters,
    } = await stripe.control<{ in_flight: number; due_soon: number; counters: { failed: number } }>('GET delivery');
    return flying + due === 0 && counters.failed > 20;
  });
  await swept(house, ledger);
  await until(async () => {
    const { rows } = await ground.owner.query(
      `SELECT (SELECT count(*) FROM inbox WHERE state = 'kept') + (SELECT count(*) FROM work WHERE kind = 'object' AND dirty_seq > clean_seq) = 0 AS quiet`,
    );
    return rows[0].quiet;
  });
  const healed = await inboxOf(house, ledger);
  const { counters } = await stripe.control<{ counters: Record<string, number> }>('GET delivery');
  const alarms = house.door.output().split('is the clock right?').length - 1;
  const { differing, compared } = await differences(stripe, ground, ledger);
  say('F18 door', { refused: counters['failed'], delivered: counters['delivered'], alarms, ...healed, compared });
  mustHaveFired({ refused: [counters['failed']!, 20], alarms: [alarms, 20], swept: [healed.swept, 20] });
  expect(counters['delivered']).toBe(0);
  expect(healed).toMatchObject({ swept: healed.events, deliveries: 0, open: 0, dead: 0 });
  expect(differing).toEqual([]);

  // Put right, it takes what Stripe sends again, and each is a duplicate by then.
  await house.killDoor();
  await stripe.control('DELETE delivery');
  await quiet(ground, stripe);
  expect(await inboxOf(house, ledger)).toMatchObject({ events: healed.events, swept: healed.swept, deliveries: counters['failed'] });
  expect((await differences(stripe, ground, ledger)).differing).toEqual([]);
});

async function knock(): Promise<number> {
  const body = JSON.stringify(eventOf({ account: 'acct_nobody' }));
  const response = await fetch(`${house.door.url}/api/webhooks/stripe`, { method: 'POST', body, headers: { 'stripe-signature': sign(body) } });
  await response.text();
  return response.status;
}
