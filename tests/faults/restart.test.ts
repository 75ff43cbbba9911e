// F3: F1's load while PostgreSQL crashes and stays away for a moment. Meanwhile the door answers 503, never a false 2xx; afterwards all is as in F1.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCluster, type Cluster } from '#tests/cluster.ts';
import { chance, openHouse, say, type House } from './house.ts';
import { inboxOf, play, swept, unfounded, watchSteps } from './load.ts';
import { mustHaveFired, scaled, seeds } from './scale.ts';
import { eventOf, sign } from './signed.ts';
import { differences, quiet } from './stripe.ts';

const TIMES = scaled(0.5, 17);
const CRASHES = scaled(1, 3);
const DOWN_MS = scaled(2_000, 10_000);
const BETWEEN_MS = scaled(1_000, 30_000);

/** A server of its own: the one that the other tests share stays up. */
let cluster: Cluster;
let house: House;
const shared = process.env['TEST_CLUSTER_URL'];
beforeAll(async () => {
  cluster = await startCluster();
  process.env['TEST_CLUSTER_URL'] = cluster.url;
  house = await openHouse({ workers: scaled(2, 4) });
}, 120_000);
afterAll(async () => {
  await house?.close();
  await cluster?.stop();
  if (shared) process.env['TEST_CLUSTER_URL'] = shared;
});

describe.each(seeds([31]))('F3 with seed %i', (seed) => {
  test('a database that crashes loses nothing that was acknowledged', { timeout: scaled(120_000, 3_600_000) }, async () => {
    const { stripe, ground } = house;
    const account = await stripe.account(`crash-${seed}`);
    const ledger = await house.connect(account);
    await quiet(ground, stripe);
    await stripe.control('DELETE delivery');
    await stripe.control('POST delivery', { duplicate: 0.2, drop: 0.05, shuffle_ms: scaled(2_000, 300_000), retry_ms: 200, seed });
    const watch = watchSteps(ground, ledger);
    const knocking = knock(account);
    const crashing = crashOften();
    await play(stripe.merchant(account), chance(seed), TIMES);
    const crashes = await crashing;
    const answers = await knocking.stop();
    const died = house.workers.filter((worker) => worker.child.exitCode !== null).length + (house.door.child.exitCode === null ? 0 : 1);
    expect(died, 'no process of ours ends because the database does').toBe(0);
    await quiet(ground, stripe, scaled(90_000, 1_800_000));
    const { counters } = await stripe.control<{ counters: Record<string, number> }>('GET delivery');
    const kept = await inboxOf(house, ledger);
    await stripe.control('DELETE delivery');
    await swept(house, ledger);
    await quiet(ground, stripe);
    const steps = await watch.stop();
    const all = await inboxOf(house, ledger);
    const { differing, compared } = await differences(stripe, ground, ledger);
    say(`F3 seed ${seed}`, { crashes, ...counters, ...all, knocks: answers.tally, compared, looks: steps.looks, blind: steps.blind, died });

    mustHaveFired({
      crashes: [crashes, CRASHES],
      refused_with_503: answers.tally[503] ?? 0,
      deliveries_failed: counters['failed']!,
      drops: counters['dropped']!,
      duplicates: counters['duplicated']!,
      looks_without_a_database: steps.blind,
    });
    expect(Object.keys(answers.tally).filter((status) => !['200', '503'].includes(status))).toEqual([]);
    // Every event answered 2xx is there, whether Stripe sent it or we knocked.
    const { rows } = await ground.owner.query<{ event_id: string }>(`SELECT event_id FROM inbox WHERE account = $1 AND type = 'knock.knocked'`, [account]);
    const rowed = new Set(rows.map((row) => row.event_id));
    expect(answers.acknowledged.filter((id) => !rowed.has(id))).toEqual([]);
    expect(kept.deliveries - rowed.size).toBeGreaterThanOrEqual(counters['delivered']!);
    expect([all.open, all.dead]).toEqual([0, 0]);
    // A crash may take back what was shown a moment ago (its commit need not wait for the disk): it is shown again, and only that may step back.
    expect(steps.back.filter((step) => !crashed.some((at) => Math.abs(at - step.at) < DOWN_MS + 10_000))).toEqual([]);
    expect(differing).toEqual([]);
    expect(await unfounded(ground, ledger)).toEqual([]);
  });
});

const crashed: number[] = [];

async function crashOften(): Promise<number> {
  let crashes = 0;
  for (; crashes < CRASHES; crashes += 1) {
    await pause(BETWEEN_MS);
    crashed.push(performance.now());
    await cluster.crash(DOWN_MS);
  }
  return crashes;
}

/** Sends an event of its own every 50 ms and notes each answer: the type is one that nobody handles. */
function knock(account: string) {
  const tally: Record<number, number> = {};
  const acknowledged: string[] = [];
  const state = { over: false };
  const knocking = (async () => {
    for (let index = 0; !state.over; index += 1) {
      const id = `evt_knock_${account}_${index}`;
      const body = JSON.stringify(eventOf({ id, account, type: 'knock.knocked', object: { id: 'kn_1', object: 'knock' } }));
      const response = await fetch(`${house.door.url}/api/webhooks/stripe`, { method: 'POST', body, headers: { 'stripe-signature': sign(body) } });
      await response.text();
      tally[response.status] = (tally[response.status] ?? 0) + 1;
      if (response.status === 200) acknowledged.push(id);
      await pause(50);
    }
  })();
  return {
    stop: async () => {
      state.over = true;
      await knocking;
      return { tally, acknowledged };
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
