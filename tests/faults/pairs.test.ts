// F4: 100 pairs (long: 1,000) of events of one object that share one second, each pair delivered in reverse, by hand.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chance, inLanes, openHouse, say, type House } from './house.ts';
import { mustHaveFired, scaled, seeds } from './scale.ts';
import { differences, quiet } from './stripe.ts';
import { sign } from './signed.ts';

const PAIRS = scaled(100, 1_000);

let house: House;
beforeAll(async () => (house = await openHouse({ workers: 2 })));
afterAll(() => house?.close());

type Sent = { id: string; type: string; created: number; data: { object: { id: string } } };

test.each(seeds([4]))(
  `F4 with seed %i: ${PAIRS} of ${PAIRS} pairs end right, of money and of other types`,
  { timeout: scaled(240_000, 1_800_000) },
  async (seed) => {
    const { stripe, ground } = house;
    const account = await stripe.account(`pairs-${seed}`);
    const ledger = await house.connect(account);
    await quiet(ground, stripe);
    // Nothing comes by itself: every event is taken from the list and delivered below.
    await stripe.control('POST delivery', { drop: 1, seed });
    const merchant = stripe.merchant(account);
    const random = chance(seed);
    const ids: string[] = [];
    await inLanes(
      Array.from({ length: PAIRS }, (_, index) => index),
      4,
      async (index) => {
        const made =
          index % 2 === 0
            ? await merchant.customers.create({ name: `old ${index}` })
            : await merchant.paymentIntents.create({ amount: 100 + Math.floor(random() * 900), currency: 'eur', description: 'old' });
        // A payment intent has no `updated` of its own: its second event is its end.
        await (index % 2 === 0 ? merchant.customers.update(made.id, { name: `new ${index}` }) : merchant.paymentIntents.cancel(made.id));
        ids.push(made.id);
      },
    );
    const events = new Map<string, Sent[]>();
    for await (const event of merchant.events.list({ limit: 100 })) {
      const sent = event as unknown as Sent;
      const { id } = sent.data.object;
      if (ids.includes(id)) events.set(id, [...(events.get(id) ?? []), sent]);
    }
    const pairs = [...events.values()].filter((pair) => pair.length === 2);
    const sameSecond = pairs.filter(([newer, older]) => newer!.created === older!.created);
    await inLanes(pairs, 8, async (pair) => {
      // The list is newest first: delivered as listed, each update comes before its creation.
      expect(pair[0]!.type.split('.').at(-1)).not.toBe('created');
      for (const event of pair) {
        const body = JSON.stringify({ ...event, account });
        const { status } = await fetch(`${house.door.url}/api/webhooks/stripe`, { method: 'POST', body, headers: { 'stripe-signature': sign(body) } });
        expect(status).toBe(200);
        // The update is handed on before the creation comes, so that the order is truly reversed.
        if (event === pair[0]) await handedOn(event.id);
      }
    });
    await quiet(ground, stripe);
    const { differing, compared } = await differences(stripe, ground, ledger);
    say(`F4 seed ${seed}`, { pairs: pairs.length, same_second: sameSecond.length, compared, differing: differing.length });
    await stripe.control('DELETE delivery');
    mustHaveFired({ pairs: [pairs.length, PAIRS], 'pairs of one second': [sameSecond.length, 0.6 * PAIRS] });
    expect(compared).toBe(PAIRS);
    expect(differing).toEqual([]);
  },
);

async function handedOn(event: string): Promise<void> {
  const start = performance.now();
  for (;;) {
    const { rows } = await house.ground.owner.query(`SELECT state FROM inbox WHERE event_id = $1`, [event]);
    if (rows[0]?.state === 'done') return;
    if (performance.now() - start > 60_000) throw new Error(`${event} was not handed on.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
