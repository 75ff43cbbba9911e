// Everything a fault run needs, started together: database, webhook door, sandbox and workers, each a real process on a port of its own.
import { inspect } from 'node:util';
import { startBackfill } from '#lib/mirror/backfill.ts';
import type { Ledger } from '#lib/ledger.ts';
import { startProcess, type Process } from '#tests/world.ts';
import { openGround, type Ground } from './ground.ts';
import { startStripe, type StandIn } from './stripe.ts';

export type House = {
  ground: Ground;
  stripe: StandIn;
  door: Process;
  workers: Process[];
  /** `clockMs`: how wrong its clock goes. */
  addWorker: (clockMs?: number) => Promise<Process>;
  /** Ends the door by SIGKILL, whatever it is at, and starts another on the same port. */
  killDoor: (clockMs?: number) => Promise<void>;
  /** A connection whose history is being read. */
  connect: (account: string) => Promise<Ledger>;
  close: () => Promise<void>;
};

/** Waits are a tenth and rates twenty times the product's own, unless said otherwise. */
export async function openHouse(options: { workers: number; env?: Record<string, string> }): Promise<House> {
  const tempo = { TIME_FACTOR: '0.1', CALL_RATE_FACTOR: '20', ...options.env };
  say('tempo of this run', tempo);
  const ground = await openGround(tempo);
  const door = await startProcess('processes/ingest.ts', { ...ground.env, INGEST_PORT: '0' }, /ready (\S+)/);
  const stripe = await startStripe(`${door.url}/api/webhooks/stripe`);
  Object.assign(ground.env, { STRIPE_API_BASE: stripe.url, STRIPE_CONNECT_BASE: stripe.url });
  Object.assign(process.env, ground.env);
  const workers: Process[] = [];
  const addWorker = async (clockMs = 0) => {
    const env = { ...ground.env, LOG_LEVEL: options.env?.['LOG_LEVEL'] ?? 'error', CLOCK_MS: String(clockMs) };
    const worker = await startProcess('processes/worker.ts', env, /ready worker/, clockMs === 0 ? [] : WRONG_CLOCK);
    workers.push(worker);
    return worker;
  };
  for (let index = 0; index < options.workers; index += 1) await addWorker();
  const house: House = {
    ground,
    stripe,
    door,
    workers,
    addWorker,
    killDoor: async (clockMs = 0) => {
      const ended = new Promise((resolve) => house.door.child.once('exit', resolve));
      house.door.kill('SIGKILL');
      await ended;
      const env = { ...ground.env, LOG_LEVEL: 'error', CLOCK_MS: String(clockMs), INGEST_PORT: new URL(door.url).port };
      house.door = await startProcess('processes/ingest.ts', env, /ready (\S+)/, clockMs === 0 ? [] : WRONG_CLOCK);
    },
    connect: async (account) => {
      const ledger = await ground.connect(account, { state: 'backfilling' });
      await ground.worker.as(ledger, (tx) => startBackfill(tx, ledger));
      return ledger;
    },
    close: async () => {
      for (const worker of workers) await worker.stop();
      for (const worker of workers) if (worker.output().trim().split('\n').at(-1) !== 'ready worker') say('a worker said', worker.output().slice(0, 4_000));
      await stripe.stop();
      await house.door.stop();
      await ground.close();
    },
  };
  return house;
}

/** Read before the process's own modules. */
const WRONG_CLOCK = ['--import', new URL('wrong-clock.ts', import.meta.url).href];

/** A line of the run's summary: seeds, counters, what fired. */
export function say(what: string, facts: unknown): void {
  process.stdout.write(`${what} ${inspect(facts, { breakLength: Infinity })}\n`);
}

/** Small reproducible chance: the same seed gives the same run of choices. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export async function inLanes<T>(items: Iterable<T>, lanes: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
    }),
  );
}
