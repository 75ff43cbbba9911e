// F11: every handler throws on its first try, after each statement it awaits, at its commit and after it. The effect is there exactly once after the retry.
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StripeObject } from '#lib/catalogue/define.ts';
import { accountEvents, carried } from '#lib/catalogue/events.ts';
import { entries, findEntry } from '#lib/catalogue/index.ts';
import { useDatabase } from '#lib/db.ts';
import { drain } from '#lib/inbox/drain.ts';
import { ingest } from '#lib/inbox/ingest.ts';
import { take } from '#lib/mirror/lease.ts';
import { markOwed } from '#lib/mirror/owe.ts';
import { writeObjects } from '#lib/mirror/write.ts';
import { CHANGED } from '#lib/publish.ts';
import { startSandbox, type Sandbox } from '#tests/sandbox.ts';
import { openShop } from '#tests/shop.ts';
import { openGround, type Ground } from './ground.ts';
import { inLanes, say } from './house.ts';
import { mustHaveFired, scaled } from './scale.ts';
import { eventOf, nowSeconds, sign } from './signed.ts';
import { planOf, throwing, type Plan } from './throwing.ts';

type Event = { type: string; created: number; data: { object: Record<string, unknown> } };
type Trial = { readonly family: string; readonly account: string; readonly plan: Plan };

let ground: Ground;
let sandbox: Sandbox;
let listener: pg.Client;
let restore: () => Promise<void>;
let events: Map<string, Event>;
const plans = new Map<string, Plan>();
const heard: { a: string; ids: string[] }[] = [];

beforeAll(async () => {
  [ground, sandbox] = await Promise.all([openGround({ TIME_FACTOR: '0.001' }), startSandbox()]);
  // The claim of an event names its account, and with it whose transaction this is.
  const watched = throwing(ground.worker, (sql, params) => (sql.includes('FOR UPDATE SKIP LOCKED') ? plans.get(String(params[1])) : undefined));
  restore = useDatabase({ main: { ...watched, close: async () => {} } });
  listener = new pg.Client({ connectionString: ground.urls.workerUrl });
  await listener.connect();
  listener.on('notification', ({ payload }) => heard.push(JSON.parse(payload!) as { a: string; ids: string[] }));
  await listener.query(`LISTEN ${CHANGED}`);
  events = await eventsOfEachFamily();
});
afterAll(async () => {
  await listener?.end();
  await restore?.();
  await ground?.close();
  await sandbox?.stop();
});

test('F11: thrown at each await, the effect of every kind of event is there once', { timeout: scaled(120_000, 600_000) }, async () => {
  const calm = await play([...events.keys()].map((family) => trial(family, planOf('never'))));
  const statements = new Map(calm.map(({ family, plan }) => [family, plan.statements]));
  for (const [family, count] of statements) expect([family, count >= 4]).toEqual([family, true]);
  const thrown = await play(
    [...statements].flatMap(([family, count]) =>
      [...Array.from({ length: count }, (_, index) => index + 1), 'commit' as const, 'answer' as const].map((at) => trial(family, planOf(at))),
    ),
  );
  // What PostgreSQL ends by itself is tried again in the same breath, as a deadlock is.
  const deadlocked = await play([...statements].flatMap(([family, count]) => [2, count].map((at) => trial(family, planOf(at, deadlock)))));
  const states = await statesOf([...calm, ...thrown, ...deadlocked]);
  const noticed = calm.reduce((sum, { account }) => sum + (states.get(account)!['notices']?.length ?? 0), 0);
  const expected = new Map(calm.map(({ family, account }) => [family, states.get(account)!]));

  say('F11', {
    families: events.size,
    notices_of_a_calm_run: noticed,
    handlers_statements: [...statements.values()].reduce((sum, count) => sum + count, 0),
    thrown: fired(thrown),
    deadlocks: fired(deadlocked),
  });
  mustHaveFired({
    throws: [fired(thrown), thrown.length],
    deadlocks: [fired(deadlocked), deadlocked.length],
    families: [events.size, Object.keys(carried).length],
    notices: [noticed, 10],
  });
  for (const { family, account, plan } of [...thrown, ...deadlocked])
    expect({ family, at: plan.at, ...states.get(account)! }).toEqual({ family, at: plan.at, ...expected.get(family)! });
  // A try that was thrown back is counted, one whose commit went through or that PostgreSQL ended is none.
  const tries = await triesOf();
  for (const { account, plan } of [...calm, ...thrown, ...deadlocked]) {
    const second = typeof plan.at === 'number' || plan.at === 'commit';
    expect([account, tries.get(account)]).toEqual([account, second && !deadlocked.some((one) => one.account === account) ? 2 : 1]);
  }
});

test('F11: thrown at each await of a transaction that many events share, each takes its effect once', { timeout: scaled(60_000, 300_000) }, async () => {
  // What may differ is left out: one by one they owe a neighbour more often than together.
  const shown = (state: Record<string, unknown[]>) => Object.fromEntries(Object.entries(state).filter(([table]) => !['work', 'notices'].includes(table)));
  const together = async (plans: readonly Plan['at'][]) => {
    const trials = plans.map((at) => trial('all', planOf(at)));
    await inLanes(trials, 4, stageAll);
    await drainAll();
    return trials;
  };
  const [calm] = await together(['never']);
  const count = calm!.plan.statements;
  const thrown = await together([...Array.from({ length: count }, (_, index) => index + 1), 'commit', 'answer']);
  const states = await statesOf([calm!, ...thrown]);
  const expected = shown(states.get(calm!.account)!);
  const events = expected['inbox']!.length;
  say('F11 together', { events, statements: count, thrown: fired(thrown) });
  mustHaveFired({ throws: [fired(thrown), thrown.length], 'statements of one transaction': [count, 10], 'events of it': [events, 20] });
  for (const { account, plan } of thrown) expect({ at: plan.at, ...shown(states.get(account)!) }).toEqual({ at: plan.at, ...expected });
});

test('F11: thrown while the failure itself is written down, the event waits as it was and is handed on later', async () => {
  const [family] = events.keys();
  const made = trial(family!, planOf(3));
  const noting = planOf(1);
  const both = throwing(
    throwing(ground.worker, (_sql, params) => (params[1] === made.account && made.plan.fired > 0 ? noting : undefined)),
    (sql, params) => (sql.includes('FOR UPDATE SKIP LOCKED') && params[1] === made.account ? made.plan : undefined),
  );
  const back = useDatabase({ main: { ...both, close: async () => {} } });
  await stage(made);
  await expect(drain()).rejects.toThrow('thrown by the test');
  mustHaveFired({ handler: made.plan.fired, noting: noting.fired });
  await drainAll();
  await back();
  const calm = trial(family!, planOf('never'));
  await play([calm]);
  const states = await statesOf([made, calm]);
  expect(states.get(made.account)).toEqual(states.get(calm.account));
});

const deadlock = () => Object.assign(new Error('deadlock detected'), { code: '40P01' });
const fired = (trials: readonly Trial[]) => trials.reduce((sum, { plan }) => sum + plan.fired, 0);

let accounts = 0;
function trial(family: string, plan: Plan): Trial {
  const account = `acct_trial${(accounts += 1)}`;
  plans.set(account, plan);
  return { family, account, plan };
}

async function play(trials: readonly Trial[]): Promise<readonly Trial[]> {
  await inLanes(trials, 4, stage);
  await drainAll();
  return trials;
}

/** A connection that knows an older copy of the event's object, with a refetch of it under way; then the event arrives. */
async function stage({ family, account }: Trial): Promise<void> {
  const event = events.get(family)!;
  const ledger = await ground.connect(account);
  const object = event.data.object as StripeObject;
  if (findEntry(object.object) && typeof object.id === 'string') {
    const at = new Date((event.created - 1_000) * 1_000);
    await ground.worker.as(ledger, async (tx) => {
      await writeObjects(tx, ledger, [{ ...object, deleted: false }], { kind: 'fetch', low: at, high: at, source: 'fetch' });
      await markOwed(tx, ledger, [{ type: object.object, id: object.id }], { soon: true });
      await take(tx, ledger, 'object', [{ type: object.object, id: object.id }]);
    });
  }
  await deliver(event, account);
}

/** Every kind of event but those that move the connection, which share no transaction. */
async function stageAll({ account }: Trial): Promise<void> {
  await ground.connect(account);
  for (const event of events.values()) if (!accountEvents.includes(event.type)) await deliver(event, account);
}

async function deliver(event: Event, account: string): Promise<void> {
  const body = JSON.stringify({ ...event, account });
  expect((await ingest(body, sign(body))).status).toBe(200);
}

async function drainAll(): Promise<void> {
  for (;;) {
    await drain();
    const { rows } = await ground.owner.query(`SELECT 1 FROM inbox WHERE state = 'kept' LIMIT 1`);
    if (rows.length === 0) return;
  }
}

/** Everything an event may touch, as it stands now, without what differs from one account to the next. */
async function statesOf(trials: readonly Trial[]): Promise<Map<string, Record<string, unknown[]>>> {
  await settledNotices();
  const states = new Map<string, Record<string, unknown[]>>(trials.map(({ account }) => [account, {}]));
  const note = (account: string, what: string, row: unknown) => {
    const state = states.get(account);
    if (state) (state[what] ??= []).push(row);
  };
  for (const [table, sql] of Object.entries(tables)) {
    const { rows } = await ground.owner.query<{ row: unknown; account: string }>(`${sql} ORDER BY 2, 1`);
    for (const { row, account } of rows) note(account, table, row);
  }
  for (const { a, ids } of heard)
    note(
      a,
      'notices',
      ids.map((id) => id.replace(a, 'its account')),
    );
  return states;
}

const tables: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['payments', ...entries.map((entry) => entry.collection)].map((table) => [
      table,
      `SELECT to_jsonb(t) - '{workspace_id,account,mirrored_at}'::text[] AS row, account FROM ${table} t`,
    ]),
  ),
  work: `SELECT jsonb_build_object('kind', kind, 'ref', type || ' ' || id, 'dirty', dirty_seq, 'clean', clean_seq, 'token', token, 'leased', lease_until IS NOT NULL) AS row, account FROM work`,
  inbox: `SELECT jsonb_build_object('state', state, 'error', last_error, 'deliveries', deliveries, 'generation', generation) AS row, account FROM inbox`,
  connection: `SELECT jsonb_build_object('state', state, 'facts', facts, 'seen', last_event_at IS NOT NULL) AS row, account FROM connection`,
  route: `SELECT jsonb_build_object('paused', paused) AS row, account FROM account_route`,
  audit: `SELECT jsonb_build_object('act', a.body ->> 'act') AS row, c.account FROM audit_entry a JOIN connection c USING (workspace_id)`,
};

/** Notices come in order: once the last one is heard, all are. */
async function settledNotices(): Promise<void> {
  await ground.owner.query(`SELECT pg_notify($1, $2)`, [CHANGED, JSON.stringify({ a: 'last', ids: [] })]);
  const start = performance.now();
  while (heard.at(-1)?.a !== 'last') {
    if (performance.now() - start > 10_000) throw new Error('The last notice was not heard.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function triesOf(): Promise<Map<string, number>> {
  const { rows } = await ground.owner.query<{ account: string; tries: number }>('SELECT account, tries FROM inbox');
  return new Map(rows.map((row) => [row.account, row.tries]));
}

/** Real events of a shop, the latest of each family (long: of each name), and one made by hand for every family that a shop has none of. */
async function eventsOfEachFamily(): Promise<Map<string, Event>> {
  const { stripe } = await openShop(sandbox, 'Handlers', 6);
  const found = new Map<string, Event>();
  for await (const event of stripe.events.list({ limit: 100 })) {
    const plain = JSON.parse(JSON.stringify(event)) as Event;
    if (!found.has(plain.type)) found.set(plain.type, plain);
  }
  const chosen = new Map<string, Event>();
  for (const [type, names] of Object.entries(carried)) {
    const real = names.filter((name) => found.has(name));
    for (const name of scaled(real.slice(0, 1), real)) chosen.set(name, found.get(name)!);
    if (real.length === 0) chosen.set(names[0]!, eventOf({ type: names[0]!, object: byHand(type), created: nowSeconds() }) as unknown as Event);
  }
  chosen.set('account.application.deauthorized', eventOf({ type: 'account.application.deauthorized', object: byHand('application') }) as unknown as Event);
  chosen.set('wormhole.opened', eventOf({ type: 'wormhole.opened', object: { id: 'w_1', object: 'wormhole' } }) as unknown as Event);
  return chosen;
}

function byHand(type: string): Record<string, unknown> {
  return { id: `${type}_1`, object: type, created: 1_700_000_000, amount: 500, currency: 'eur', customer: 'cus_1', invoice: 'in_1', charge: 'ch_1' };
}
