// F9, F13, F17 (INVARIANTS §5.1), and what a payload does to a fetch in flight: everything that needs no Stripe to answer.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { entries } from '#lib/catalogue/index.ts';
import { drain } from '#lib/inbox/drain.ts';
import { ingest } from '#lib/inbox/ingest.ts';
import { take } from '#lib/mirror/lease.ts';
import { markOwed, type Ref } from '#lib/mirror/owe.ts';
import { payWith } from '#lib/mirror/pay.ts';
import { evidenceOfEvent, writeObjects, type Evidence } from '#lib/mirror/write.ts';
import { openGround, type Ground } from './ground.ts';
import { mustHaveFired, scaled } from './scale.ts';
import { customerOf, eventOf, nowSeconds, sign } from './signed.ts';

let ground: Ground;
beforeAll(async () => (ground = await openGround()));
afterAll(() => ground?.close());
beforeEach(async () => {
  await ground.owner.query(`TRUNCATE inbox, work, account_route, connection, payments, ${entries.map((entry) => entry.collection).join(', ')}`);
});

const deliver = async (of: Parameters<typeof eventOf>[0], secret?: string) => {
  const body = JSON.stringify(eventOf(of));
  const { status } = await ingest(body, sign(body, secret));
  expect(status).toBe(200);
};
const drainAll = async () => {
  while ((await drain()) > 0);
};
const query = async (sql: string, params: unknown[] = []) => (await ground.owner.query(sql, params)).rows;
const at = (seconds: number, kind: Evidence['kind'] = 'fetch'): Evidence => ({
  kind,
  low: new Date(seconds * 1000),
  high: new Date(seconds * 1000 + 1000),
  source: kind,
});

describe('F13: mode and account', () => {
  test('the same ids in test and live never meet', async () => {
    const test_ = await ground.connect('acct_one');
    const live = await ground.connect('acct_one', { livemode: true });
    expect(live.workspace).not.toBe(test_.workspace);
    await deliver({ id: 'evt_same', object: customerOf('cus_same', { name: 'Test' }) });
    await deliver({ id: 'evt_same', livemode: true, object: customerOf('cus_same', { name: 'Live' }) }, 'whsec_live_one');
    await drainAll();
    expect(await query('SELECT workspace_id, livemode, name FROM customers ORDER BY livemode')).toEqual([
      { workspace_id: test_.workspace, livemode: false, name: 'Test' },
      { workspace_id: live.workspace, livemode: true, name: 'Live' },
    ]);
  });

  test('of every mirrored type the same ids in test and live stay apart, whichever comes first; what test shows owes nothing in live', async () => {
    const [inTest, inLive] = [await ground.connect('acct_one'), await ground.connect('acct_one', { livemode: true })];
    const shown = entries.filter((entry) => entry.listing.how !== 'embedded');
    for (const [index, { type }] of shown.entries())
      for (const livemode of index % 2 === 0 ? [true, false] : [false, true]) {
        const object = { id: `x_${type}`, object: type, created: nowSeconds(), amount: livemode ? 2 : 1, currency: 'eur', livemode, status: 'succeeded' };
        await deliver({ id: `evt_${type}`, type: `${type}.updated`, livemode, object }, livemode ? 'whsec_live_one' : undefined);
      }
    // Of one type more events come in test: what they owe is counted there alone.
    const charge = { id: 'x_charge', object: 'charge', created: nowSeconds(), amount: 1, currency: 'eur', livemode: false, status: 'succeeded' };
    for (let more = 0; more < 3; more += 1) {
      await drainAll();
      await deliver({ type: 'charge.updated', object: charge });
    }
    await drainAll();
    for (const { collection, type } of shown)
      expect(
        await query(`SELECT workspace_id, livemode, data -> 'livemode' AS said FROM ${collection} WHERE id = 'x_${type}' ORDER BY livemode`),
        collection,
      ).toEqual([
        { workspace_id: inTest.workspace, livemode: false, said: false },
        { workspace_id: inLive.workspace, livemode: true, said: true },
      ]);
    expect(await query('SELECT DISTINCT workspace_id, livemode FROM work ORDER BY livemode')).toEqual([
      { workspace_id: inTest.workspace, livemode: false },
      { workspace_id: inLive.workspace, livemode: true },
    ]);
    const owed = (await query(`SELECT dirty_seq FROM work WHERE id = 'x_charge' ORDER BY livemode`)).map((row) => Number(row.dirty_seq));
    expect(owed[0]).toBeGreaterThan(owed[1]!);
    mustHaveFired({ types: [shown.length, 10], events: [Number((await query('SELECT count(*) FROM inbox'))[0]!.count), 2 * shown.length] });
  });

  test('a live event of an account that is connected for test alone is nobody’s, and the other way round', async () => {
    await ground.connect('acct_test');
    await ground.connect('acct_live', { livemode: true });
    await deliver({ id: 'evt_a', account: 'acct_test', livemode: true }, 'whsec_live_one');
    await deliver({ id: 'evt_b', account: 'acct_live' });
    await drainAll();
    expect(await query('SELECT event_id, state, workspace_id FROM inbox ORDER BY 1')).toEqual([
      { event_id: 'evt_a', state: 'unrouted', workspace_id: null },
      { event_id: 'evt_b', state: 'unrouted', workspace_id: null },
    ]);
    expect(await query('SELECT 1 FROM customers')).toEqual([]);
    expect(await query('SELECT 1 FROM work')).toEqual([]);
  });

  test('an unknown account, or none, is kept as unrouted and answered 200; what comes later is handed on', async () => {
    await deliver({ account: 'acct_stranger', id: 'evt_a' });
    await deliver({ account: undefined, id: 'evt_b' });
    await drainAll();
    expect(await query('SELECT event_id, account, state, workspace_id FROM inbox ORDER BY 1')).toEqual([
      { event_id: 'evt_a', account: 'acct_stranger', state: 'unrouted', workspace_id: null },
      { event_id: 'evt_b', account: '', state: 'unrouted', workspace_id: null },
    ]);
    expect(await query('SELECT 1 FROM customers')).toEqual([]);
  });

  test('an event from before this generation only points at its object', async () => {
    await ground.connect('acct_later');
    await ground.owner.query(`UPDATE connection SET created_at = clock_timestamp() + interval '1 hour'`);
    await deliver({ account: 'acct_later', object: customerOf('cus_old') });
    await drainAll();
    expect(await query('SELECT 1 FROM customers')).toEqual([]);
    expect(await query(`SELECT type, id FROM work WHERE dirty_seq > clean_seq`)).toEqual([{ type: 'customer', id: 'cus_old' }]);
  });
});

describe('what an event does', () => {
  test('money is shown at once, unconfirmed, and owes itself and its neighbours; the event is done with its effect', async () => {
    const ledger = await ground.connect('acct_one');
    const charge = {
      id: 'ch_1',
      object: 'charge',
      created: nowSeconds(),
      amount: 500,
      amount_captured: 500,
      amount_refunded: 0,
      currency: 'eur',
      status: 'succeeded',
      captured: true,
      payment_intent: 'pi_1',
      balance_transaction: 'txn_1',
    };
    await deliver({ id: 'evt_c', type: 'charge.succeeded', object: charge });
    await drainAll();
    expect(await query('SELECT id, confirmed, as_of_source FROM charges')).toEqual([{ id: 'ch_1', confirmed: false, as_of_source: 'evt_c' }]);
    expect(await query(`SELECT type, id FROM work WHERE dirty_seq > clean_seq ORDER BY type`)).toEqual([
      { type: 'balance_transaction', id: 'txn_1' },
      { type: 'charge', id: 'ch_1' },
      { type: 'payment_intent', id: 'pi_1' },
    ]);
    expect(await query('SELECT id, amount, confirmed FROM payments')).toEqual([{ id: 'pi_1', amount: '500', confirmed: false }]);
    expect(await query('SELECT state, workspace_id, generation, tries FROM inbox')).toEqual([
      { state: 'done', workspace_id: ledger.workspace, generation: 1, tries: 1 },
    ]);
    expect(await query('SELECT last_event_at IS NOT NULL AS seen FROM connection')).toEqual([{ seen: true }]);
  });

  test('an owed neighbour that is money is doubted until its refetch', async () => {
    const ledger = await ground.connect('acct_one');
    const charge = { id: 'ch_1', object: 'charge', created: 1, amount: 500, currency: 'eur', status: 'succeeded' };
    await ground.worker.as(ledger, (tx) => writeObjects(tx, ledger, [charge], at(nowSeconds() - 100)));
    expect(await query('SELECT confirmed FROM charges')).toEqual([{ confirmed: true }]);
    await deliver({
      type: 'refund.created',
      object: { id: 're_1', object: 'refund', created: nowSeconds(), amount: 100, currency: 'eur', status: 'pending', charge: 'ch_1' },
    });
    await drainAll();
    expect(await query('SELECT confirmed FROM charges')).toEqual([{ confirmed: false }]);
  });

  test('unknown types and unmirrored ones are ignored, their neighbours still owed', async () => {
    await ground.connect('acct_one');
    await deliver({ id: 'evt_x', type: 'wormhole.opened', object: { id: 'w_1', object: 'wormhole' } });
    await deliver({
      id: 'evt_y',
      type: 'credit_note.created',
      object: { id: 'cn_1', object: 'credit_note', invoice: 'in_1', customer: 'cus_1', refunds: [{ refund: 're_1' }] },
    });
    await deliver({
      id: 'evt_z',
      type: 'invoice.upcoming',
      object: { object: 'invoice', customer: 'cus_1', parent: { subscription_details: { subscription: 'sub_1' } } },
    });
    await drainAll();
    expect(await query('SELECT event_id, state FROM inbox ORDER BY 1')).toEqual([
      { event_id: 'evt_x', state: 'ignored' },
      { event_id: 'evt_y', state: 'ignored' },
      { event_id: 'evt_z', state: 'ignored' },
    ]);
    expect((await query(`SELECT type || ' ' || id AS ref FROM work ORDER BY 1`)).map((row) => row.ref)).toEqual([
      'customer cus_1',
      'invoice in_1',
      'refund re_1',
      'subscription sub_1',
    ]);
    expect(await query('SELECT 1 FROM invoices')).toEqual([]);
  });

  test('a deauthorisation suspends the connection and touches no mirrored row', async () => {
    await ground.connect('acct_one');
    await deliver({ type: 'account.application.deauthorized', api_version: null, object: { id: 'ca_test', object: 'application', name: 'Counterpart' } });
    await drainAll();
    expect(await query('SELECT state FROM connection')).toEqual([{ state: 'suspended' }]);
    expect(await query('SELECT paused FROM account_route')).toEqual([{ paused: true }]);
    expect(await query('SELECT state FROM inbox')).toEqual([{ state: 'done' }]);
  });
});

describe('a payload that lands while a fetch is under way', () => {
  const ref: Ref = { type: 'customer', id: 'cus_one' };
  test.each([
    ['its lease still runs', `lease_until`],
    ['its lease has run out unnoticed', `clock_timestamp() - interval '1 minute'`],
  ])('voids it: %s', async (_when, lease) => {
    const ledger = await ground.connect('acct_one');
    const taken = await ground.worker.as(ledger, async (tx) => {
      await markOwed(tx, ledger, [ref], { soon: true });
      return take(tx, ledger, 'object', [ref]);
    });
    expect(taken).toHaveLength(1);
    await ground.owner.query(`UPDATE work SET lease_until = ${lease}`);
    await deliver({ object: customerOf('cus_one', { name: 'Newer' }) });
    await drainAll();
    const older = { object: { ...customerOf('cus_one', { name: 'Older' }), id: 'cus_one', object: 'customer' }, evidence: at(nowSeconds() - 2) };
    expect(await payWith(ledger, taken, [older])).toEqual([]);
    expect(await query('SELECT name FROM customers')).toEqual([{ name: 'Newer' }]);
    expect(await query('SELECT dirty_seq > clean_seq AS owed, lease_until FROM work')).toEqual([{ owed: true, lease_until: null }]);
  });
});

describe('F9: tombstones', () => {
  const UPDATES = scaled(5, 50);
  const deletable = entries.filter((entry) => entry.deletion === 'tombstone' && entry.listing.how !== 'embedded').map((entry) => entry.type);
  const one = (type: string, id: string, more: Record<string, unknown> = {}) => ({
    id,
    object: type,
    created: 1_700_000_000,
    amount: 1,
    currency: 'eur',
    ...more,
  });

  test.each(entries.map((entry) => [entry.type, entry] as const))('%s stays deleted through older and newer updates and a stale page', async (type, entry) => {
    const ledger = await ground.connect('acct_one');
    const now = nowSeconds();
    const write = (object: ReturnType<typeof one>, evidence: Evidence) => ground.worker.as(ledger, (tx) => writeObjects(tx, ledger, [object], evidence));
    await write(one(type, 'x_seen', { description: 'as it was' }), at(now - 1_000));
    // Deleted by an answer, and an id never seen before is deleted as well.
    await write(one(type, 'x_seen', { deleted: true }), at(now - 500));
    await write({ id: 'x_unseen', object: type, deleted: true } as never, at(now - 500));
    for (let update = 0; update < UPDATES; update += 1)
      for (const id of ['x_seen', 'x_unseen'])
        await write(
          one(type, id, { description: `late ${update}` }),
          evidenceOfEvent({ id: `evt_${update}`, created: now - 2_000 + Math.floor((update * 3_000) / UPDATES) }),
        );
    for (const id of ['x_seen', 'x_unseen']) await write(one(type, id, { description: 'page' }), at(now, 'page'));
    const rows = await query(`SELECT id, deleted_at IS NOT NULL AS deleted, data ->> 'description' AS description FROM ${entry.collection} ORDER BY id`);
    expect(rows).toEqual([
      { id: 'x_seen', deleted: true, description: 'as it was' },
      { id: 'x_unseen', deleted: true, description: null },
    ]);
  });

  test.each(deletable)('%s.deleted buries at once, whatever its stamp', async (type) => {
    const ledger = await ground.connect('acct_one');
    const entry = entries.find((found) => found.type === type)!;
    await ground.worker.as(ledger, (tx) => writeObjects(tx, ledger, [one(type, 'x_1', { description: 'last' })], at(nowSeconds() + 100)));
    await deliver({ type: `${type}.deleted`, created: nowSeconds() - 200, api_version: '2016-07-06', object: { id: 'x_1', object: type } });
    for (let update = 0; update < UPDATES; update += 1)
      await deliver({
        type: `${type}.updated`,
        created: nowSeconds() - 100 + Math.floor((update * 100) / UPDATES),
        object: one(type, 'x_1', { description: 'late' }),
      });
    await drainAll();
    expect(await query(`SELECT deleted_at IS NOT NULL AS deleted, data ->> 'description' AS description FROM ${entry.collection} WHERE id = 'x_1'`)).toEqual([
      { deleted: true, description: 'last' },
    ]);
    expect(await query(`SELECT state FROM inbox WHERE state <> 'done'`)).toEqual([]);
  });
});

describe('F17: one bad event, one loud account', () => {
  test('a poison event is tried alone and given up; everything else goes on', async () => {
    await ground.connect('acct_one');
    const deep = JSON.stringify(eventOf({ id: 'evt_poison', object: customerOf('cus_bad', { metadata: 'DEEP' }) })).replace(
      '"DEEP"',
      '{"a":'.repeat(200) + '1' + '}'.repeat(200),
    );
    expect((await ingest(deep, sign(deep))).status).toBe(200);
    for (let index = 0; index < 20; index += 1) await deliver({ object: customerOf(`cus_${index}`) });
    await drainAll();
    expect(await query(`SELECT count(*)::int AS done FROM inbox WHERE state = 'done'`)).toEqual([{ done: 20 }]);
    expect(await query(`SELECT state, tries FROM inbox WHERE event_id = 'evt_poison'`)).toEqual([{ state: 'kept', tries: 1 }]);
    for (let tries = 1; tries < 10; tries += 1) {
      await ground.owner.query('UPDATE inbox SET next_at = clock_timestamp()');
      await drainAll();
    }
    expect(await query(`SELECT state, tries FROM inbox WHERE event_id = 'evt_poison'`)).toEqual([{ state: 'dead', tries: 10 }]);
  });

  test('an account with 500 events delays no other: its neighbour is served in the first round', async () => {
    await ground.connect('acct_loud');
    await ground.connect('acct_quiet');
    for (let index = 0; index < 500; index += 1) await deliver({ account: 'acct_loud', object: customerOf(`cus_${index}`) });
    for (let index = 0; index < 5; index += 1) await deliver({ account: 'acct_quiet', object: customerOf(`cus_${index}`) });
    await drain();
    expect(await query(`SELECT count(*)::int AS left FROM inbox WHERE account = 'acct_quiet' AND state <> 'done'`)).toEqual([{ left: 0 }]);
    const [{ left }] = (await query(`SELECT count(*)::int AS left FROM inbox WHERE account = 'acct_loud' AND state = 'kept'`)) as [{ left: number }];
    expect(left).toBeGreaterThan(400);
    await drainAll();
    expect(await query(`SELECT state, count(*)::int FROM inbox GROUP BY state`)).toEqual([{ state: 'done', count: 505 }]);
  });

  test('two workers share one queue without handing anything on twice', async () => {
    await ground.connect('acct_one');
    for (let index = 0; index < 200; index += 1) await deliver({ object: customerOf(`cus_${index % 40}`, { name: `v${index}` }) });
    await Promise.all([drainAll(), drainAll(), drainAll()]);
    expect(await query(`SELECT state, max(tries) AS tries, count(*)::int FROM inbox GROUP BY state`)).toEqual([{ state: 'done', tries: 1, count: 200 }]);
  });
});
