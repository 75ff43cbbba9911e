// F14 on real workers: access that ends while a history is read, with and without its event; the same account again, then another. Refusals, "No" and silence: lib/connection/life.test.ts.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import pg from 'pg';
import Stripe from 'stripe';
import { ledgerOfAccount } from '#lib/access/job.ts';
import { confirm } from '#lib/connection/decide.ts';
import { findConnection } from '#lib/connection/state.ts';
import { db } from '#lib/db.ts';
import type { Ledger } from '#lib/ledger.ts';
import { API_VERSION } from '#lib/stripe.ts';
import { comeBack, goOut, merchantOf, startConnecting, visit, type Connecting, type Visit } from '#tests/connecting.ts';
import { startProcess, type Process } from '#tests/world.ts';
import { say } from './house.ts';
import { until } from './load.ts';
import { mustHaveFired, scaled } from './scale.ts';
import { differences, type StandIn } from './stripe.ts';

/** Rates as in production; waits a twentieth: what must be true for 60 s is watched for 3 s and a little more. */
const FACTOR = scaled(0.05, 1);
const MINUTE_MS = 60_000 * FACTOR;
const READERS = 40;

let world: Connecting;
let owner: pg.Pool;
let stripe: Pick<StandIn, 'control'>;
const workers: Process[] = [];
let harbor: Visit;
let account: string;

beforeAll(async () => {
  world = await startConnecting();
  process.env['TIME_FACTOR'] = String(FACTOR);
  const url = new URL(process.env['TEST_CLUSTER_URL']!);
  url.pathname = new URL(world.urls.ownerUrl).pathname;
  owner = new pg.Pool({ connectionString: url.href, max: 2 });
  stripe = { control: (name, body) => world.control(name.split(' ')[0]!, name.split(' ')[1]!, body) };
  for (let index = 0; index < 2; index += 1) workers.push(await startProcess('processes/worker.ts', workerEnv(), /ready worker/));
});
afterAll(async () => {
  for (const worker of workers) await worker.stop();
  for (const worker of workers) if (worker.output().trim() !== 'ready worker') say('a worker said', worker.output().slice(0, 3_000));
  await owner?.end();
  await world?.stop();
});
beforeEach(async () => {
  harbor = await visit();
  account = await world.account();
});
afterEach(() => world.control('DELETE', 'weather'));

test.each(['told by its event', 'its event lost'])(
  'access ends while the history is read, %s: at most three calls in the minute after',
  { timeout: 300_000 },
  async (how) => {
    await fill(account, READERS);
    // Each read takes a while, as over the sea: several are under way at any moment.
    await world.control('POST', 'weather', { seed: 61, p50_ms: 150, error_500: 0, rate_limit_429: 0, account });
    const ledger = await connect(account, 1);
    await until(async () => (await rowsOf(ledger)) > 60);
    const states = (await owner.query(`SELECT count(*) FILTER (WHERE state = 'running')::int AS running FROM backfill WHERE account = $1`, [account])).rows[0];
    if (how === 'its event lost') await world.control('POST', 'delivery', { drop: 1 });
    await world.control('DELETE', 'requests');
    const start = performance.now();
    await world.control('POST', 'revoke', { account, livemode: false });
    await until(async () => (await findConnection(await merchantOf(harbor)))?.state === 'revoked', 30_000);
    const banner = Math.round(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, MINUTE_MS + 1_000 - banner));
    const calls = (await world.requests({ account })).filter((call) => call.path.startsWith('/v1/'));
    const refused = calls.filter((call) => call.status === 401 || call.status === 403);
    await world.control('DELETE', 'delivery');
    const told = (await owner.query(`SELECT 1 FROM inbox WHERE account = $1 AND type = 'account.application.deauthorized' AND source = 'hook'`, [account])).rows
      .length;
    say(`F14 revoke, ${how}`, { reading: states.running, rows: await rowsOf(ledger), calls_after: refused.length, told, revoked_after_ms: banner });
    mustHaveFired({ histories_under_way: states.running, refused: refused.length });
    expect(told > 0, 'the fault is the one that was meant').toBe(how !== 'its event lost');
    expect(refused.length).toBeLessThanOrEqual(3);
    expect(banner).toBeLessThan(5_000);
    expect((await owner.query(`SELECT 1 FROM account_route WHERE account = $1`, [account])).rows).toEqual([]);
    expect((await owner.query(`SELECT 1 FROM work WHERE account = $1 AND lease_until > clock_timestamp() + interval '1 minute'`, [account])).rows).toEqual([]);

    // Again in place, it is read anew, and nothing of the history that was cut off stays owed.
    await world.control('DELETE', 'weather');
    const again = await connect(account, 2);
    await live(again);
    await settled(account);
    expect((await differences(stripe as StandIn, { owner } as never, again)).differing).toEqual([]);
  },
);

test('the same account again goes on and fills the gap; another one is a ledger of its own', { timeout: 300_000 }, async () => {
  const ids = await fill(account, 12);
  const first = await connect(account, 1);
  await live(first);
  await world.control('POST', 'revoke', { account, livemode: false });
  await until(async () => (await findConnection(await merchantOf(harbor)))?.state === 'revoked');
  await unheard(account, async (merchant) => {
    for (const id of ids.slice(0, 4)) await merchant.customers.update(id, { name: 'Changed meanwhile' });
    await merchant.customers.del(ids[5]!);
    await merchant.customers.create({ name: 'New meanwhile' });
  });
  const before = await rowsOf(first);
  const second = await connect(account, 2);
  await live(second);
  await settled(account);
  const { differing, compared } = await differences(stripe as StandIn, { owner } as never, second);
  const gens = (await owner.query(`SELECT generation, state, swept_to IS NOT NULL AS swept FROM connection WHERE account = $1 ORDER BY generation`, [account]))
    .rows;
  say('F14 the same again', { generations: gens.length, rows: [before, await rowsOf(second)], compared });
  expect(gens).toEqual([
    { generation: 1, state: 'revoked', swept: true },
    { generation: 2, state: 'live', swept: true },
  ]);
  expect(differing).toEqual([]);

  await world.control('POST', 'revoke', { account, livemode: false });
  await until(async () => (await findConnection(await merchantOf(harbor)))?.state === 'revoked');
  const frozen = await snapshot(account);
  const other = await world.account('Fjord Post AS');
  await fill(other, 5);
  const third = await connect(other, 1);
  await live(third);
  await settled(other);
  expect((await differences(stripe as StandIn, { owner } as never, third)).differing).toEqual([]);
  expect(await snapshot(account), 'the former ledger stands as it was').toEqual(frozen);
  expect((await merchantOf(harbor)).ledger).toMatchObject({ account: other, generation: 1 });
  expect((await owner.query(`SELECT DISTINCT account FROM customers WHERE workspace_id = $1 ORDER BY 1`, [harbor.workspace.id])).rows).toHaveLength(2);
});

async function connect(id: string, generation: number): Promise<Ledger> {
  const answer = await comeBack(await goOut(harbor), harbor.signedIn, { code: await world.code(id) });
  expect(answer?.outcome).toBe('awaiting_confirmation');
  await confirm(await merchantOf(harbor), { account: id, generation });
  return (await db.routing((tx) => ledgerOfAccount(tx, id, false)))!;
}

/** Readers with a payment each. */
async function fill(id: string, readers: number): Promise<string[]> {
  return unheard(id, async (merchant) => {
    const ids: string[] = [];
    for (let index = 0; index < readers; index += 1) {
      const customer = await merchant.customers.create({ name: `Reader ${index}` });
      ids.push(customer.id);
      await merchant.paymentIntents.create({
        amount: 900,
        currency: 'eur',
        customer: customer.id,
        payment_method: 'pm_card_visa',
        confirm: true,
        return_url: 'https://x.example',
      });
    }
    return ids;
  });
}

/** What happens at Stripe while nobody is connected: no event of it is delivered. The sandbox lets nobody in without a grant, so it gets one for as long. */
async function unheard<T>(id: string, acts: (merchant: Stripe) => Promise<T>): Promise<T> {
  const base = new URL(world.sandbox.url);
  await world.control('POST', 'delivery', { drop: 1 });
  await world.control('POST', 'grant', { account: id, livemode: false });
  const wire = { apiVersion: API_VERSION, host: base.hostname, port: base.port, protocol: 'http', telemetry: false, stripeAccount: id } as const;
  try {
    return await acts(new Stripe(process.env['STRIPE_TEST_SECRET_KEY']!, wire));
  } finally {
    await world.control('POST', 'revoke', { account: id, livemode: false });
    await world.control('DELETE', 'delivery');
  }
}

function workerEnv(): Record<string, string> {
  const names = [
    'APP_URL',
    'AUTH_SECRET',
    'STRIPE_API_BASE',
    'STRIPE_CONNECT_BASE',
    ...Object.keys(process.env).filter((name) => /^STRIPE_(TEST|LIVE)_/.test(name)),
  ];
  return {
    ...Object.fromEntries(names.map((name) => [name, process.env[name]!])),
    DATABASE_URL: world.urls.appUrl,
    DATABASE_WORKER_URL: world.urls.workerUrl,
    DATABASE_DIRECT_URL: world.urls.workerUrl,
    TIME_FACTOR: String(FACTOR),
    LOG_LEVEL: 'error',
  };
}

async function live(ledger: Ledger): Promise<void> {
  const sql = `SELECT 1 FROM connection WHERE account = $1 AND generation = $2 AND state = 'live'`;
  await until(async () => (await owner.query(sql, [ledger.account, ledger.generation])).rows.length === 1, 120_000);
}

/** Nothing of this account is kept or owed any more, the sweep apart. */
async function settled(id: string): Promise<void> {
  await until(async () => {
    const { rows } = await owner.query(
      `SELECT (SELECT count(*)::int FROM inbox WHERE account = $1 AND state = 'kept') AS kept,
              (SELECT count(*)::int FROM work WHERE account = $1 AND kind IN ('object', 'backfill') AND dirty_seq > clean_seq) AS owed`,
      [id],
    );
    return rows[0].kept + rows[0].owed === 0;
  }, 60_000);
}

async function rowsOf(ledger: Ledger): Promise<number> {
  const { rows } = await owner.query('SELECT COALESCE(sum(rows), 0)::int AS n FROM backfill WHERE account = $1 AND generation = $2', [
    ledger.account,
    ledger.generation,
  ]);
  return rows[0].n;
}

async function snapshot(id: string): Promise<unknown> {
  return (await owner.query(`SELECT id, as_of_low, as_of_high, confirmed, xmin::text FROM customers WHERE account = $1 ORDER BY id`, [id])).rows;
}
