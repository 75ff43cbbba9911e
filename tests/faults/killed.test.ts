// F2: F1's load while a random worker is killed every while, and the webhook door in mid-stream. The web's lane is the same ingest() (lib/inbox); its process is not run here.
// No 2xx without its row, nothing stays stuck that a dead process held, nothing differs at the end.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chance, openHouse, say, type House } from './house.ts';
import { inboxOf, play, swept, unfounded, watchSteps } from './load.ts';
import { mustHaveFired, scaled, seeds } from './scale.ts';
import { differences, quiet } from './stripe.ts';

const TIMES = scaled(0.5, 17);
const WORKERS = scaled(2, 4);
const EVERY_MS = scaled(1_000, 2_000);
const DOOR_EVERY_MS = scaled(2_000, 10_000);

let house: House;
beforeAll(async () => (house = await openHouse({ workers: WORKERS })));
afterAll(() => house?.close());

describe.each(seeds([21]))('F2 with seed %i', (seed) => {
  test('killed processes cost time, never data', { timeout: scaled(120_000, 3_600_000) }, async () => {
    const { stripe, ground } = house;
    const random = chance(seed);
    const account = await stripe.account(`killed-${seed}`);
    const ledger = await house.connect(account);
    await quiet(ground, stripe);
    await stripe.control('DELETE delivery');
    await stripe.control('POST delivery', { duplicate: 0.2, drop: 0.05, shuffle_ms: scaled(2_000, 300_000), retry_ms: 200, seed });
    const watch = watchSteps(ground, ledger);
    const killing = killOften(random);
    await play(stripe.merchant(account), chance(seed), TIMES);
    const fired = await killing.stop();

    const since = performance.now();
    await quiet(ground, stripe, scaled(90_000, 1_800_000));
    const quietAfter = Math.round(performance.now() - since);
    const { counters } = await stripe.control<{ counters: Record<string, number> }>('GET delivery');
    const kept = await inboxOf(house, ledger);
    await stripe.control('DELETE delivery');
    await swept(house, ledger);
    await quiet(ground, stripe);
    const steps = await watch.stop();
    const all = await inboxOf(house, ledger);
    const { differing, compared } = await differences(stripe, ground, ledger);
    say(`F2 seed ${seed}`, { ...fired, ...counters, ...all, deliveries_kept: kept.deliveries, compared, looks: steps.looks, quiet_after_ms: quietAfter });

    mustHaveFired({
      workers_killed: [fired.workers, 3],
      leases_held_by_the_dead: fired.leases,
      doors_killed: fired.doors,
      deliveries_failed: counters['failed']!,
      drops: counters['dropped']!,
      duplicates: counters['duplicated']!,
      looks: [steps.looks, 20],
    });
    // A delivery whose door died after the row and before the answer is kept and not counted as delivered: never the other way round.
    expect(kept.deliveries).toBeGreaterThanOrEqual(counters['delivered']!);
    expect(kept.deliveries - counters['delivered']!).toBeLessThanOrEqual(counters['failed']!);
    expect(all.swept).toBeLessThanOrEqual(counters['dropped']!);
    expect([all.open, all.dead]).toEqual([0, 0]);
    expect(await stuck()).toEqual([]);
    expect(steps.back).toEqual([]);
    expect(differing).toEqual([]);
    expect(await unfounded(ground, ledger)).toEqual([]);
  });
});

/** Kills by SIGKILL and starts anew, as the machine's supervisor would. */
function killOften(random: () => number): { stop: () => Promise<{ workers: number; doors: number; leases: number }> } {
  const fired = { workers: 0, doors: 0, leases: 0 };
  const state = { over: false };
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const workers = (async () => {
    while (!state.over || fired.workers < 3) {
      await pause(EVERY_MS);
      const [worker] = house.workers.splice(Math.floor(random() * house.workers.length), 1);
      fired.leases += (await house.ground.owner.query(`SELECT 1 FROM work WHERE lease_until > clock_timestamp()`)).rows.length;
      worker!.kill('SIGKILL');
      fired.workers += 1;
      await house.addWorker();
    }
  })();
  const doors = (async () => {
    while (!state.over || fired.doors < 1) {
      await pause(DOOR_EVERY_MS);
      await house.killDoor();
      fired.doors += 1;
    }
  })();
  return {
    stop: async () => {
      state.over = true;
      await Promise.all([workers, doors]);
      return fired;
    },
  };
}

/** Leases that nobody lives to end, and work that is owed longer than a minute. */
async function stuck(): Promise<unknown[]> {
  const { rows } = await house.ground.owner.query(
    `SELECT kind, type, id FROM work WHERE kind <> 'sweep' AND (lease_until < clock_timestamp() - interval '5 s' OR dirty_seq > clean_seq AND dirty_since < clock_timestamp() - interval '60 s')`,
  );
  return rows;
}
