// Whether each side ends with what Stripe has, however the events came: in order, two in one second, or shuffled with a fifth of them twice.
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf, cpuOfServer } from './cpu.ts';
import type { House } from './house.ts';
import { type Right, rightOf } from './kept.ts';
import { type Body, chance, makeLoad, sign } from './load.ts';
import { closedLoop } from './send.ts';

export type Delivered = { readonly how: string; readonly side: string } & Right;
export type Confirmed = { readonly owed: number; readonly calls: number; readonly seconds: number; readonly cpu: number };

const PATIENCE_MS = 600_000;

/** Lets the worker pay what the rounds before left owed; what that takes stands apart from handing events on. */
export async function confirmAll(house: House): Promise<Confirmed> {
  const { database, pids } = house.ours;
  const { rows } = await database.query<{ owed: number }>(`SELECT count(*)::int AS owed FROM work WHERE kind = 'object' AND dirty_seq > clean_seq`);
  const before = { calls: house.standIn.calls(), cpu: cpuOf(pids) + cpuOfServer(house.postmaster) };
  const begun = performance.now();
  await database.query('UPDATE account_route SET paused = false');
  await untilQuiet(house);
  return {
    owed: rows[0]!.owed,
    calls: house.standIn.calls() - before.calls,
    seconds: (performance.now() - begun) / 1000,
    cpu: cpuOf(pids) + cpuOfServer(house.postmaster) - before.cpu,
  };
}

export async function deliveries(house: House, events: number): Promise<Delivered[]> {
  const seen: Delivered[] = [];
  const ways: [string, [number, number], (bodies: readonly Body[]) => readonly Body[]][] = [
    ['in order', [5, 120], (bodies) => bodies],
    ['pairs of one second', [0, 1], (bodies) => shuffled(bodies, 2)],
    ['shuffled, a fifth twice', [0, 60], (bodies) => shuffled([...bodies, ...bodies.filter((_, index) => index % 5 === 0)], bodies.length)],
  ];
  for (const [index, [how, apart, order]] of ways.entries()) {
    const load = makeLoad({ events, accounts: house.accounts, seed: 200 + index, apart });
    house.standIn.know(load.truth);
    const sent = sign(order(load.bodies), house.secret);
    for (const side of [house.ours, house.peer]) {
      // In order means one after the other; the sender must not race with itself.
      const { refused } = await closedLoop(side.url, sent, how === 'in order' ? 1 : 16);
      if (refused.length > 0) throw new Error(`${side.name} refused ${refused.length} events.`);
      if (side === house.ours) await untilQuiet(house);
      seen.push({ how, side: side.name, ...(await rightOf(side, load)) });
    }
  }
  return seen;
}

async function untilQuiet({ ours }: House): Promise<void> {
  const begun = performance.now();
  for (;;) {
    const { rows } = await ours.database.query<{ open: number }>(
      `SELECT (SELECT count(*) FROM inbox WHERE state = 'kept')::int + (SELECT count(*) FROM work WHERE kind = 'object' AND dirty_seq > clean_seq)::int AS open`,
    );
    if (rows[0]!.open === 0) return;
    if (performance.now() - begun > PATIENCE_MS) throw new Error(`${rows[0]!.open} events or refetches are still open after ${PATIENCE_MS / 1000} s.`);
    await sleep(200);
  }
}

/** Each moves at most so far from its place. */
function shuffled<T>(items: readonly T[], reach: number): T[] {
  const random = chance(7);
  return items
    .map((item, index) => ({ item, place: index + random() * reach }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
