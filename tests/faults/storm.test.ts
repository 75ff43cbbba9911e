// F1: 600 events (long: 10,000) with duplicates, disorder and drops over two workers (four), then one sweep.
// Nothing acknowledged is lost, nothing steps back, nothing differs.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entries } from '#lib/catalogue/index.ts';
import type { Ledger } from '#lib/ledger.ts';
import { chance, inLanes, openHouse, say, type House } from './house.ts';
import { mustHaveFired, scaled, seeds } from './scale.ts';
import { differences, quiet } from './stripe.ts';

/** Of the short form. */
const TIMES = scaled(1, 17);
const PATIENCE_MS = scaled(120_000, 1_800_000);

let house: House;
const run = { over: false };
beforeAll(async () => (house = await openHouse({ workers: scaled(2, 4) })));
afterAll(async () => {
  run.over = true;
  await house?.close();
});

const query = async <T>(sql: string, params: unknown[] = []) => (await house.ground.owner.query(sql, params)).rows as T[];
type Counters = { sent: number; delivered: number; duplicated: number; dropped: number; shuffled: number; failed: number };
const counters = async () => (await house.stripe.control<{ counters: Counters }>('GET delivery')).counters;

describe.each(seeds([11, 12]))('F1 with seed %i', (seed) => {
  test('acknowledged means kept, the mirror never steps back and ends equal to Stripe', { timeout: 2 * PATIENCE_MS }, async () => {
    const { stripe, ground } = house;
    const account = await stripe.account(`storm-${seed}`);
    const ledger = await house.connect(account);
    await quiet(ground, stripe);
    await stripe.control('POST delivery', { duplicate: 0.2, drop: 0.05, shuffle_ms: scaled(2_500, 300_000), seed });
    const before = await counters();
    const watch = watchSteps(ledger);
    await play(account, chance(seed));
    await quiet(ground, stripe, PATIENCE_MS);
    const counted = await counters();
    await stripe.control('DELETE delivery');
    const fired = Object.fromEntries(Object.entries(counted).map(([name, value]) => [name, value - before[name as keyof Counters]])) as Counters;

    // Each 2xx left its row, and each delivery is counted on it.
    const [kept] = await query<{ events: number; deliveries: number }>(
      `SELECT count(*)::int AS events, sum(deliveries)::int AS deliveries FROM inbox WHERE account = $1 AND source = 'hook' AND type NOT LIKE 'account.%'`,
      [account],
    );
    expect(kept!.deliveries).toBe(fired.delivered);
    const [lag] = await query<{ p95: number }>(
      `SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM handled_at - received_at)) AS p95 FROM inbox WHERE account = $1 AND source = 'hook'`,
      [account],
    );
    const unswept = (await differences(stripe, ground, ledger)).differing.length;

    await query(`UPDATE work SET not_before = clock_timestamp() WHERE kind = 'sweep' AND account = $1`, [account]);
    await until(
      async () =>
        (await query<{ swept: boolean }>(`SELECT not_before > clock_timestamp() AS swept FROM work WHERE kind = 'sweep' AND account = $1`, [account]))[0]!
          .swept,
    );
    await quiet(ground, stripe);
    const [{ deadlocks }] = (await query<{ deadlocks: number }>(`SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`)) as [
      { deadlocks: number },
    ];
    const steps = await watch.stop();
    const [all] = await query<{ events: number; swept: number; open: number; dead: number }>(
      `SELECT count(*)::int AS events, count(*) FILTER (WHERE source = 'sweep')::int AS swept, count(*) FILTER (WHERE state IN ('kept', 'unrouted'))::int AS open,
              count(*) FILTER (WHERE state = 'dead')::int AS dead FROM inbox WHERE account = $1 AND type NOT LIKE 'account.%'`,
      [account],
    );
    const { differing, compared } = await differences(stripe, ground, ledger);
    say(`F1 seed ${seed}`, {
      ...fired,
      events: all!.events,
      swept: all!.swept,
      differing_before_sweep: unswept,
      compared,
      looks: steps.looks,
      deadlocks,
      handed_on_p95_s: lag!.p95,
    });

    mustHaveFired({
      duplicates: [fired.duplicated, 20 * TIMES],
      drops: [fired.dropped, 5 * TIMES],
      disorder: [fired.shuffled, 300 * TIMES],
      events: [all!.events, 500 * TIMES],
      looks: [steps.looks, 20],
    });
    expect(all!.swept, 'the sweep found what was dropped').toBe(fired.dropped);
    expect(all!.events - all!.swept).toBe(kept!.events);
    expect([all!.open, all!.dead]).toEqual([0, 0]);
    expect(steps.back).toEqual([]);
    expect(compared).toBeGreaterThan(200 * TIMES);
    expect(differing).toEqual([]);
    expect(await unfounded(ledger)).toEqual([]);
    // The promise of one second is measured on a quiet machine (bench); here the two cores also play Stripe and everything else of the run.
    expect(lag!.p95).toBeLessThan(10);
  });
});

/** About 600 events (long: 10,000): payments with every end, refunds, customers changed several times in one second, catalogue objects made and deleted. */
async function play(account: string, random: () => number): Promise<void> {
  const merchant = house.stripe.merchant(account);
  const versions = (count: number) => Array.from({ length: count }, (_, index) => ({ metadata: { v: String(index + 1) } }));
  await inLanes(
    Array.from({ length: 52 * TIMES }, (_, index) => index),
    4,
    async (index) => {
      const customer = await merchant.customers.create({ name: `Reader ${index}`, email: `r${index}@example.com`, metadata: { v: '0' } });
      for (const change of versions(1 + Math.floor(random() * 4))) await merchant.customers.update(customer.id, change);
      if (index % 10 === 0) await merchant.customers.del(customer.id);
      if (index % 10 === 0) return;
      const method = random() < 0.15 ? 'pm_card_chargeDeclined' : 'pm_card_visa';
      const paid = await merchant.paymentIntents
        .create({
          amount: 1_000 + index,
          currency: 'eur',
          customer: customer.id,
          payment_method: method,
          confirm: true,
          return_url: 'https://x.example',
          metadata: { v: '0' },
        })
        .catch(() => null);
      if (!paid) return;
      for (const change of versions(2)) await merchant.paymentIntents.update(paid.id, change);
      if (random() < 0.6) await merchant.refunds.create({ payment_intent: paid.id, amount: 300 });
      if (random() < 0.4) await merchant.refunds.create({ payment_intent: paid.id, amount: 200 });
    },
  );
  await inLanes(
    Array.from({ length: 26 * TIMES }, (_, index) => index),
    4,
    async (index) => {
      const product = await merchant.products.create({ name: `Paper ${index}`, metadata: { v: '0' } });
      for (const change of versions(2)) await merchant.products.update(product.id, change);
      if (index % 4 === 0) await merchant.products.del(product.id);
      else await merchant.prices.create({ product: product.id, currency: 'eur', unit_amount: 500, recurring: { interval: 'month' } });
    },
  );
}

/** Looks every 100 ms at the version each row shows: it may only rise, and a tombstone stays. */
function watchSteps(ledger: Ledger): { stop: () => Promise<{ back: string[]; looks: number }> } {
  const seen = new Map<string, number>();
  const back: string[] = [];
  let looks = 0;
  const watch = { over: false };
  const DELETED = 1_000_000;
  const sql = ['customers', 'payment_intents', 'products']
    .map(
      (table) =>
        `SELECT id, CASE WHEN deleted_at IS NULL THEN COALESCE((data #>> '{metadata,v}')::int, 0) ELSE ${DELETED} END AS v FROM ${table} WHERE workspace_id = $1`,
    )
    .join(' UNION ALL ');
  const looking = (async () => {
    while (!watch.over && !run.over) {
      for (const { id, v } of await query<{ id: string; v: number }>(sql, [ledger.workspace])) {
        if (v < (seen.get(id) ?? 0)) back.push(`${id}: ${seen.get(id)} → ${v}`);
        seen.set(id, v);
      }
      looks += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    stop: async () => {
      watch.over = true;
      await looking;
      return { back, looks };
    },
  };
}

/** Mirrored rows whose copy has neither a fetch or page nor a kept event behind it. */
async function unfounded(ledger: Ledger): Promise<unknown[]> {
  const sql = entries
    .map(
      (entry) =>
        `SELECT '${entry.type}' AS type, t.id, t.as_of_source FROM ${entry.collection} t WHERE t.workspace_id = $1 AND t.as_of_source NOT IN ('fetch', 'page')
           AND NOT EXISTS (SELECT FROM inbox i WHERE i.account = t.account AND i.livemode = t.livemode AND i.event_id = t.as_of_source AND i.state = 'done')`,
    )
    .join(' UNION ALL ');
  return query(sql, [ledger.workspace]);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > 60_000) throw new Error('It did not come to pass within 60 s.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
