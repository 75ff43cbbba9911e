// F17: one poison event and one loud workspace hold up nobody, neither other workspaces nor pages; and what is given up is shown, and handed on again by a person.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { merchantForJob } from '#lib/access/job.ts';
import { capabilitiesOf } from '#lib/access/roles.ts';
import { paymentsGrammar } from '#lib/catalogue/lists.ts';
import { parseQuery } from '#lib/catalogue/query.ts';
import { findConnection } from '#lib/connection/state.ts';
import { openDatabase, useDatabase, type Database } from '#lib/db.ts';
import { listTroubled, retryDead } from '#lib/inbox/dead.ts';
import { ingest } from '#lib/inbox/ingest.ts';
import type { Ledger } from '#lib/ledger.ts';
import { makeMerchant, type Merchant } from '#lib/merchant.ts';
import { listPayments } from '#lib/read/desk/payments.ts';
import { inLanes, openHouse, say, type House } from './house.ts';
import { mustHaveFired, scaled } from './scale.ts';
import { customerOf, eventOf, sign } from './signed.ts';

const LOUD = scaled(500, 10_000);
const QUIET = 4;
/** The door's pool, as in production; the pages' has ten. */
const INBOX_POOL = 5;

let house: House;
let app: Database;
let restore: () => Promise<void>;
let loud: Ledger;
let quiet: Ledger[];
let merchant: Merchant;

beforeAll(async () => {
  house = await openHouse({ workers: 1, env: { TIME_FACTOR: '0.02', LOG_LEVEL: 'silent' } });
  const connect = async (name: string) => house.ground.connect(await house.stripe.account(name));
  loud = await connect('loud');
  quiet = await Promise.all(Array.from({ length: QUIET }, (_, index) => connect(`quiet-${index}`)));
  app = openDatabase({ url: house.ground.urls.appUrl, role: 'app', max: 10 });
  const inbox = openDatabase({ url: house.ground.urls.ingestUrl, role: 'ingest', max: INBOX_POOL });
  restore = useDatabase({ main: app, inbox });
  merchant = await merchantForJob(loud, 'test');
  // What this name stands for: an event that the mirror cannot take, until somebody repairs it.
  await query(`ALTER TABLE customers ADD CONSTRAINT refuses CHECK (name IS DISTINCT FROM 'Poison')`);
  await deliver(loud, 'evt_poison', 'Poison');
  await deliver(loud, 'evt_fine', 'Fine');
});
afterAll(async () => {
  await restore?.();
  await house?.close();
});

const query = async <T>(sql: string, params: unknown[] = []) => (await house.ground.owner.query(sql, params)).rows as T[];

test(`F17: a poison event and ${LOUD} of one workspace: the others wait less than 5 s, and no page for a connection`, {
  timeout: scaled(90_000, 900_000),
}, async () => {
  await deliver(quiet[0]!, 'evt_other_poison', 'Poison');
  const run = { over: false };
  const timeouts: string[] = [];
  let [reads, most] = [0, 0];
  // Pages of the loud workspace itself, read without a pause by more readers than their pool has connections.
  const pages = Array.from({ length: 14 }, async () => {
    while (!run.over) {
      await Promise.all([findConnection(merchant), listPayments(loud, parseQuery(new URLSearchParams(), paymentsGrammar), 'UTC')]).catch((error: Error) =>
        timeouts.push(error.message),
      );
      most = Math.max(most, app.pool.waitingCount);
      reads += 2;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  const others = (async () => {
    for (let index = 0; !run.over; index += 1) {
      await Promise.all(quiet.map((ledger) => deliver(ledger, `evt_q${index}`, `Quiet ${index}`)));
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  })();
  await inLanes(Array.from({ length: LOUD }).keys(), 40, (index) => deliver(loud, `evt_l${index}`, `Loud ${index}`));
  const [backlog] = await query<{ left: number }>(`SELECT count(*)::int AS left FROM inbox WHERE state = 'kept' AND account = $1`, [loud.account]);
  await until(async () => (await open(loud)) === 0, scaled(60_000, 600_000));
  run.over = true;
  await Promise.all([...pages, others]);
  await until(async () => (await query(`SELECT 1 FROM inbox WHERE state = 'kept' AND tries = 0 LIMIT 1`)).length === 0);

  const lag = `percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM handled_at - received_at)::float8)`;
  const [others95] = await query<{ p95: number; events: number }>(
    `SELECT ${lag} AS p95, count(*)::int AS events FROM inbox WHERE account = ANY($1) AND state = 'done'`,
    [quiet.map((ledger) => ledger.account)],
  );
  const [loud95] = await query<{ p95: number }>(`SELECT ${lag} AS p95 FROM inbox WHERE account = $1 AND state = 'done'`, [loud.account]);
  const [queue] = await query<{ events: number; waiting: number; before: number }>(
    `SELECT count(*)::int AS events, sum(q.waiting)::int AS waiting, sum(q.before)::int AS before FROM inbox o CROSS JOIN LATERAL (
       SELECT count(*) AS waiting, count(*) FILTER (WHERE l.handled_at < o.handled_at) AS before FROM inbox l
        WHERE l.account = $2 AND l.state = 'done' AND l.received_at < o.received_at AND l.handled_at > o.received_at) q
      WHERE o.account = ANY($1) AND o.state = 'done' AND q.waiting > 100`,
    [quiet.map((ledger) => ledger.account), loud.account],
  );
  const [poison] = await query<{ tries: number; state: string }>(`SELECT tries, state FROM inbox WHERE event_id = 'evt_other_poison'`);
  say('F17', {
    loud: LOUD,
    backlog_at_the_end_of_delivery: backlog!.left,
    loud_p95_s: loud95!.p95,
    others: others95!.events,
    others_p95_s: others95!.p95,
    others_beside_a_queue: queue,
    poison,
    page_reads: reads,
    page_reads_waiting_at_most: most,
    pool_timeouts: timeouts.length,
  });
  mustHaveFired({
    poison: poison!.tries,
    backlog: [backlog!.left, LOUD / 10],
    'events of others beside a queue': [queue!.events, 2 * QUIET],
    'page reads': [reads, 100],
    'reads that had to wait for a connection': most,
  });
  expect(timeouts).toEqual([]);
  expect(others95!.p95).toBeLessThan(5);
  // However fast the machine: most of what the loud one had waiting when another's event came was handed on after it.
  expect(queue!.before / queue!.waiting).toBeLessThan(0.33);
});

describe('F17: an event that was given up', () => {
  test('is dead after ten tries, counted for its workspace alone, and nothing else waits for it', async () => {
    await until(async () => (await stateOf('evt_poison')).state === 'dead');
    expect(await stateOf('evt_poison')).toEqual({ state: 'dead', tries: 10 });
    const { count, events } = await listTroubled(merchant);
    expect(count).toBe(1);
    expect(events).toMatchObject([{ event: 'evt_poison', type: 'customer.updated', object: 'cus_evt_poison', tries: 10, dead: true }]);
    expect(events[0]!.error).toMatch(/violates check constraint/);
    expect(await findConnection(merchant)).toMatchObject({ troubled: 1 });
    const other = await merchantForJob(quiet[1]!, 'test');
    expect(await listTroubled(other)).toEqual({ count: 0, events: [] });
    expect(await findConnection(other)).toMatchObject({ troubled: 0 });
    await expect(retryDead(other, 'evt_poison')).rejects.toMatchObject({ code: 'not_found' });
    expect(await stateOf('evt_poison')).toEqual({ state: 'dead', tries: 10 });
  });

  test('is handed on again by who may repair, and by nobody else', async () => {
    await until(async () => (await stateOf('evt_poison')).state === 'dead');
    for (const role of ['viewer', 'support'] as const)
      await expect(retryDead(makeMerchant({ ...merchant, can: capabilitiesOf(role) }), 'evt_poison')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(retryDead(merchant, 'evt_nothing')).rejects.toMatchObject({ code: 'not_found' });
    expect(await retryDead(merchant, 'evt_fine')).toBe('not_dead');
    expect(await stateOf('evt_poison')).toEqual({ state: 'dead', tries: 10 });
    expect(await retriesAudited('evt_poison')).toBe(0);
  });

  test('asked twenty times at once is tried again once; given up again, it keeps its count', async () => {
    await until(async () => (await stateOf('evt_poison')).state === 'dead');
    const answers = await Promise.all(Array.from({ length: 20 }, () => retryDead(merchant, 'evt_poison')));
    expect(answers.filter((answer) => answer === 'again')).toHaveLength(1);
    expect(await retriesAudited('evt_poison')).toBe(1);
    expect(await listTroubled(merchant)).toMatchObject({ count: 1 });
    await until(async () => (await stateOf('evt_poison')).state === 'dead', 30_000);
    expect(await stateOf('evt_poison')).toEqual({ state: 'dead', tries: 20 });
  });

  test('once repaired, again by the operator’s command, it takes effect and is troubled no more', async () => {
    await until(async () => (await stateOf('evt_poison')).state === 'dead', 30_000);
    const before = await retriesAudited('evt_poison');
    await query('ALTER TABLE customers DROP CONSTRAINT refuses');
    expect(await admin('--account', loud.account, '--event', 'evt_nothing')).toMatchObject({ code: 1, err: expect.stringMatching(/evt_nothing is not among/) });
    expect(await admin('--account', 'acct_none')).toMatchObject({ code: 1, err: expect.stringMatching(/not connected/) });
    expect(await admin('--account', loud.account)).toMatchObject({ code: 0, out: `${loud.account} test: evt_poison is tried again.\n` });
    await until(async () => (await stateOf('evt_poison')).state === 'done', 30_000);
    expect(await query(`SELECT name FROM customers WHERE id = 'cus_evt_poison'`)).toEqual([{ name: 'Poison' }]);
    expect(await listTroubled(merchant)).toEqual({ count: 0, events: [] });
    expect(await retriesAudited('evt_poison')).toBe(before + 1);
    expect(await admin('--account', loud.account)).toMatchObject({ code: 0, out: 'No event was given up.\n' });
  });

  test('the pages’ own login may set a dead event of its workspace back to kept, and nothing else of the inbox', async () => {
    const tries = [
      `UPDATE inbox SET state = 'kept' WHERE event_id = 'evt_fine' RETURNING 1`,
      `UPDATE inbox SET state = 'kept' WHERE account = '${quiet[0]!.account}' RETURNING 1`,
    ];
    for (const sql of tries) expect(await app.as(loud, (tx) => tx.query(sql))).toEqual([]);
    for (const column of ['body', 'tries', 'type', 'workspace_id', 'last_error', 'received_at'])
      await expect(
        app.as(loud, (tx) => tx.query(`UPDATE inbox SET ${column} = ${column} WHERE event_id = 'evt_fine'`)),
        column,
      ).rejects.toThrow(/permission denied/);
    await query(`UPDATE inbox SET state = 'dead', tries = 10 WHERE event_id = 'evt_fine'`);
    await expect(app.as(loud, (tx) => tx.query(`UPDATE inbox SET state = 'done' WHERE event_id = 'evt_fine'`))).rejects.toThrow(/row-level security/);
    expect(await app.as(quiet[0]!, (tx) => tx.query(`UPDATE inbox SET state = 'kept' WHERE event_id = 'evt_fine' RETURNING 1`))).toEqual([]);
    expect(await stateOf('evt_fine')).toEqual({ state: 'dead', tries: 10 });
  });
});

/** Through the lane that shares its process with the pages. */
async function deliver(ledger: Ledger, id: string, name: string): Promise<void> {
  const body = JSON.stringify(eventOf({ id, account: ledger.account, object: customerOf(`cus_${id}`, { name }) }));
  expect((await ingest(body, sign(body))).status).toBe(200);
}

async function open(ledger: Ledger): Promise<number> {
  const [row] = await query<{ open: number }>(`SELECT count(*)::int AS open FROM inbox WHERE state = 'kept' AND account = $1 AND event_id <> 'evt_poison'`, [
    ledger.account,
  ]);
  return row!.open;
}

async function stateOf(event: string): Promise<{ state: string; tries: number }> {
  const [row] = await query<{ state: string; tries: number }>('SELECT state, tries FROM inbox WHERE event_id = $1', [event]);
  return row!;
}

async function retriesAudited(event: string): Promise<number> {
  const [row] = await query<{ count: number }>(`SELECT count(*)::int FROM audit_entry WHERE body ->> 'act' = 'event.retried' AND body #>> '{object,id}' = $1`, [
    event,
  ]);
  return row!.count;
}

async function until(condition: () => Promise<boolean>, ms = 20_000): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > ms) throw new Error(`It did not come to pass within ${ms} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function admin(...given: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...house.ground.env, PATH: process.env['PATH'] ?? '', NODE_ENV: 'test' as const };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, '../../scripts/admin.ts'), 'retry-dead', ...given], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}
