// F21: Stripe answers slowly (half of all reads take 0.8 of the time a call may), 5 % with 500 and 10 % with 429. Lists are read as fast as before, the breaker opens,
// and when it is over what was left is done with no more calls than on a calm day.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseQuery } from '#lib/catalogue/query.ts';
import { paymentsGrammar } from '#lib/catalogue/lists.ts';
import { openDatabase, useDatabase } from '#lib/db.ts';
import type { Ledger } from '#lib/ledger.ts';
import { listPayments } from '#lib/read/desk/payments.ts';
import { chance, openHouse, say, type House } from './house.ts';
import { play } from './load.ts';
import { mustHaveFired, scaled, seeds } from './scale.ts';
import { differences, quiet } from './stripe.ts';

const TIMES = scaled(0.3, 5);
/** Ten minutes and calls of up to 10 s, a tenth of each; the short form is 6 s of it. */
const LASTS_MS = scaled(6_000, 60_000);
const TEMPO = { CALL_TIMEOUT_FACTOR: '0.1' };
const P50_MS = 800;

let house: House;
let restore: () => Promise<void>;
beforeAll(async () => {
  house = await openHouse({ workers: 2, env: TEMPO });
  // Lists are read here as a page reads them: as the app's role, from a pool of its own.
  restore = useDatabase({ main: openDatabase({ url: house.ground.urls.appUrl, role: 'app', max: 4 }) });
});
afterAll(async () => {
  await restore?.();
  await house?.close();
});

test.each(seeds([41]))('F21 with seed %i: Stripe in trouble costs its readers nothing, and no storm of calls follows', { timeout: 300_000 }, async (seed) => {
  const { stripe, ground } = house;
  const calm = await open(`calm-${seed}`);
  const calmReads = readOften(calm);
  await play(stripe.merchant(calm.account), chance(seed), TIMES);
  await quiet(ground, stripe);
  const before = await calmReads.stop();
  const callsCalm = (await reads(calm)).length;

  const troubled = await open(`trouble-${seed}`);
  await stripe.control('POST weather', { seed, p50_ms: P50_MS, error_500: 0.05, rate_limit_429: 0.1, account: troubled.account });
  // It begins with three that time out; and of each other kind at least one comes, whatever chance brings in so short a while.
  await stripe.control('POST faults', { kind: 'slow', times: 3, ms: 2_000, match: 'GET /v1/*' });
  for (const kind of ['error_500', 'rate_limit_429']) await stripe.control('POST faults', { kind, times: 1, match: 'GET /v1/*' });
  const meanwhile = readOften(troubled);
  const breaker = watchBreaker(troubled);
  const start = performance.now();
  await play(stripe.merchant(troubled.account), chance(seed), TIMES);
  await pause(Math.max(0, LASTS_MS - (performance.now() - start)));
  const during = await meanwhile.stop();
  const callsDuring = (await reads(troubled)).length;
  await stripe.control('DELETE weather');
  await stripe.control('DELETE requests');
  const recovery = performance.now();
  await quiet(ground, stripe);
  const healedMs = Math.round(performance.now() - recovery);
  const callsAfter = (await reads(troubled)).length;
  const seen = await breaker.stop();
  const fired = Object.fromEntries((await stripe.control<{ kind: string; fired: number }[]>('GET faults')).map((fault) => [fault.kind, fault.fired]));
  const { differing, compared } = await differences(stripe, ground, troubled);
  say(`F21 seed ${seed}`, {
    calls: { calm: callsCalm, during: callsDuring, after: callsAfter },
    list_p95_ms: { calm: before.p95, during: during.p95 },
    openings: seen.openings,
    open_share: seen.openShare,
    healed_ms: healedMs,
    slow: fired['slow'],
    error_500: fired['error_500'],
    rate_limit_429: fired['rate_limit_429'],
    compared,
  });

  mustHaveFired({
    slow: fired['slow']!,
    error_500: fired['error_500']!,
    rate_limit_429: fired['rate_limit_429']!,
    openings: seen.openings,
    list_reads: [during.count, 20],
  });
  expect(callsAfter).toBeLessThanOrEqual(1.2 * callsCalm);
  expect(during.p95, 'lists are read from our own database').toBeLessThan(Math.max(2 * before.p95, 250));
  expect(differing).toEqual([]);
});

async function open(name: string): Promise<Ledger> {
  const account = await house.stripe.account(name);
  const ledger = await house.connect(account);
  await quiet(house.ground, house.stripe);
  await house.stripe.control('DELETE requests');
  return ledger;
}

function reads(ledger: Ledger): Promise<unknown[]> {
  return house.stripe.control(`GET requests?account=${ledger.account}&method=GET`);
}

/** The list of payments as its page reads it, every 50 ms. */
function readOften(ledger: Ledger): { stop: () => Promise<{ p95: number; count: number }> } {
  const took: number[] = [];
  const state = { over: false };
  const reading = (async () => {
    while (!state.over) {
      const start = performance.now();
      await listPayments(ledger, parseQuery(new URLSearchParams(), paymentsGrammar), 'UTC');
      took.push(performance.now() - start);
      await pause(50);
    }
  })();
  return {
    stop: async () => {
      state.over = true;
      await reading;
      took.sort((a, b) => a - b);
      return { p95: Math.round(took[Math.floor(took.length * 0.95)]!), count: took.length };
    },
  };
}

function watchBreaker(ledger: Ledger): { stop: () => Promise<{ openings: number; openShare: number }> } {
  let openings = 0;
  let open = 0;
  let looks = 0;
  const state = { over: false };
  const looking = (async () => {
    let last = '0';
    while (!state.over) {
      const { rows } = await house.ground.owner.query<{ turn: string; open: boolean; openings: number }>(
        `SELECT turn, openings, COALESCE(open_until > clock_timestamp(), false) AS open FROM rate_bucket WHERE account = $1 AND endpoint = ''`,
        [ledger.account],
      );
      looks += 1;
      if (rows[0]?.open) open += 1;
      if (rows[0]?.open && rows[0].turn !== last) openings += 1;
      last = rows[0]?.turn ?? last;
      await pause(25);
    }
  })();
  return {
    stop: async () => {
      state.over = true;
      await looking;
      return { openings, openShare: Math.round((100 * open) / looks) / 100 };
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
