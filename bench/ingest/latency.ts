// How long an acknowledgement takes at a constant rate of arrival while pages of the web are being drawn from the same database.
import { setTimeout as sleep } from 'node:timers/promises';
import { loadAverage } from './cpu.ts';
import type { House, Side } from './house.ts';
import { makeLoad, sign } from './load.ts';
import { openLoop, quantile } from './send.ts';

export type Latency = {
  readonly side: string;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  readonly rate: number;
  readonly pages: number;
  readonly load: string;
};

/** The pages are ours on both sides, so that the machine is equally busy. */
export async function latencyRound(house: House, side: Side, of: { seconds: number; rate: number; seed: number }): Promise<Latency> {
  const load = makeLoad({ events: of.seconds * of.rate, accounts: house.accounts, seed: of.seed, apart: [1, 120] });
  house.standIn.know(load.truth);
  const events = sign(load.bodies, house.secret);
  const readers = new AbortController();
  const reading = Promise.all([read(house, readers.signal, 0), read(house, readers.signal, 3)]);
  reading.catch(() => {}); // thrown below, when it is waited for
  await sleep(500);
  const sent = await openLoop(side.url, events, of.rate).finally(() => readers.abort());
  const pages = (await reading).reduce((sum, count) => sum + count, 0);
  if (sent.refused.length > 0) throw new Error(`${side.name} refused ${sent.refused.length} events.`);
  return {
    side: side.name,
    p50: quantile(sent.milliseconds, 0.5),
    p99: quantile(sent.milliseconds, 0.99),
    most: quantile(sent.milliseconds, 1),
    rate: sent.accepted / sent.seconds,
    pages: pages / sent.seconds,
    load: loadAverage(),
  };
}

async function read({ visitor, pages }: House, signal: AbortSignal, from: number): Promise<number> {
  if (!visitor) return 0;
  let count = 0;
  for (; !signal.aborted; count += 1) {
    const path = pages[(from + count) % pages.length]!;
    const answer = await visitor.ask(path);
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}.`);
    await sleep(50);
  }
  return count;
}
