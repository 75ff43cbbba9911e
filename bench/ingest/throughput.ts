// One round at saturation: every event sent as fast as it is taken, then waited for until all are applied; processor time of the whole path.
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf, cpuOfServer, loadAverage } from './cpu.ts';
import type { House, Side } from './house.ts';
import { keptOfOurs, objectsOfPeer } from './kept.ts';
import { makeLoad, sign } from './load.ts';
import { closedLoop } from './send.ts';

export type Throughput = {
  readonly side: string;
  readonly events: number;
  readonly bytes: number;
  /** Events a second until the last 200, and until the last effect. */
  readonly accepted: number;
  readonly applied: number;
  /** Milliseconds of processor per event: the side's own processes, and its share of PostgreSQL. */
  readonly app: number;
  readonly server: number;
  readonly durable: string;
  readonly load: string;
};

const CONNECTIONS = 32;
/** The longest a round's hand-on may take. */
const PATIENCE_MS = 180_000;

export async function throughputRound(house: House, side: Side, of: { events: number; seed: number }): Promise<Throughput> {
  const load = makeLoad({ events: of.events, accounts: house.accounts, seed: of.seed, apart: [1, 120] });
  house.standIn.know(load.truth);
  const events = sign(load.bodies, house.secret);
  const before = { app: cpuOf(side.pids), server: cpuOfServer(house.postmaster) };
  const begun = performance.now();
  const sent = await closedLoop(side.url, events, CONNECTIONS);
  if (sent.refused.length > 0) throw new Error(`${side.name} refused ${sent.refused.length} events with ${[...new Set(sent.refused)].join(', ')}.`);
  if (side === house.ours) await untilHandedOn(side);
  const seconds = (performance.now() - begun) / 1000;
  const app = (cpuOf(side.pids) - before.app) / of.events;
  const server = (cpuOfServer(house.postmaster) - before.server) / of.events;
  return {
    side: side.name,
    events: of.events,
    bytes: load.meanBytes,
    accepted: of.events / sent.seconds,
    applied: of.events / seconds,
    app,
    server,
    durable: await durableOf(house, side, load),
    load: loadAverage(),
  };
}

async function untilHandedOn({ database }: Side): Promise<void> {
  const begun = performance.now();
  for (;;) {
    const { rows } = await database.query<{ open: boolean }>(`SELECT EXISTS (SELECT FROM inbox WHERE state = 'kept') AS open`);
    if (!rows[0]!.open) return;
    if (performance.now() - begun > PATIENCE_MS) throw new Error(`Events are not handed on after ${PATIENCE_MS / 1000} s.`);
    await sleep(20);
  }
}

/** 2xx means stored: what was acknowledged is looked for afterwards, or the figures mean nothing. */
async function durableOf(house: House, side: Side, load: ReturnType<typeof makeLoad>): Promise<string> {
  if (side === house.ours) {
    const { durable, open } = await keptOfOurs(side, load);
    if (durable !== load.bodies.length || open > 0)
      throw new Error(`${load.bodies.length} events were acknowledged, ${durable} are kept, ${open} not handed on.`);
    return `${durable} of ${load.bodies.length} events`;
  }
  const { here, expected } = await objectsOfPeer(side, load);
  return `${here} of ${expected} objects`;
}
