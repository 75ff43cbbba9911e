// Events that share a statement at the door and a transaction on their way on: each still stands for itself (I1, I2, I6, I14).
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { entries } from '#lib/catalogue/index.ts';
import { drain } from '#lib/inbox/drain.ts';
import { ingest } from '#lib/inbox/ingest.ts';
import { openGround, type Ground } from './ground.ts';
import { customerOf, eventOf, nowSeconds, sign } from './signed.ts';

let ground: Ground;
beforeAll(async () => (ground = await openGround()));
afterAll(() => ground?.close());
beforeEach(async () => {
  await ground.owner.query(`TRUNCATE inbox, work, account_route, connection, payments, ${entries.map((entry) => entry.collection).join(', ')}`);
});

const send = async (of: Parameters<typeof eventOf>[0]) => {
  const body = JSON.stringify(eventOf(of));
  return (await ingest(body, sign(body))).status;
};
const query = async (sql: string, params: unknown[] = []) => (await ground.owner.query(sql, params)).rows;
const drainAll = async () => {
  while ((await drain()) > 0);
};

describe('at the door', () => {
  test('150 deliveries at once, a third of them again: each is kept once and counted, in fewer statements than events', async () => {
    const ids = Array.from({ length: 150 }, (_, index) => `evt_${index % 100}`);
    const created = nowSeconds();
    expect(await Promise.all(ids.map((id) => send({ id, created })))).toEqual(ids.map(() => 200));
    expect(await query('SELECT deliveries, count(*)::int FROM inbox GROUP BY deliveries ORDER BY deliveries')).toEqual([
      { deliveries: 1, count: 50 },
      { deliveries: 2, count: 50 },
    ]);
    const [{ commits }] = (await query('SELECT count(DISTINCT xmin::text)::int AS commits FROM inbox')) as [{ commits: number }];
    expect(commits).toBeLessThan(50);
  });

  test('a row that cannot be kept is refused alone; those written with it are there', async () => {
    await ground.owner.query(`ALTER TABLE inbox ADD CONSTRAINT never CHECK (event_id <> 'evt_20')`);
    try {
      const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => send({ id: `evt_${index}` })));
      expect(answers.map((status, index) => [index, status]).filter(([, status]) => status !== 200)).toEqual([[20, 503]]);
      expect(await query('SELECT count(*)::int AS kept FROM inbox')).toEqual([{ kept: 39 }]);
    } finally {
      await ground.owner.query('ALTER TABLE inbox DROP CONSTRAINT never');
    }
  });

  test('keys that read alike when written in a row are two events', async () => {
    const created = nowSeconds();
    expect(
      await Promise.all([send({ id: 'a', account: 'x', created }), send({ id: 'c', account: 'x b', created }), send({ id: 'b c', account: 'x', created })]),
    ).toEqual([200, 200, 200]);
    expect(await query('SELECT account, event_id, deliveries FROM inbox ORDER BY event_id')).toEqual([
      { account: 'x', event_id: 'a', deliveries: 1 },
      { account: 'x', event_id: 'b c', deliveries: 1 },
      { account: 'x b', event_id: 'c', deliveries: 1 },
    ]);
  });
});

describe('on their way on', () => {
  test('of one object the latest is shown, in whichever order they came, and each event is done', async () => {
    await ground.connect('acct_one');
    const now = nowSeconds();
    for (const at of [40, 80, 60, 20]) await send({ id: `evt_${at}`, created: now - 100 + at, object: customerOf('cus_1', { name: `at ${at}` }) });
    await drainAll();
    expect(await query('SELECT name, as_of_source FROM customers')).toEqual([{ name: 'at 80', as_of_source: 'evt_80' }]);
    expect(await query(`SELECT state, count(*)::int, count(DISTINCT xmin::text)::int AS transactions FROM inbox GROUP BY state`)).toEqual([
      { state: 'done', count: 4, transactions: 1 },
    ]);
    expect(await query('SELECT 1 FROM work WHERE dirty_seq > clean_seq')).toEqual([]);
  });

  test('two of one second that differ owe a refetch; two that are equal owe none', async () => {
    await ground.connect('acct_one');
    const created = nowSeconds();
    for (const [id, name] of [
      ['evt_a', 'first'],
      ['evt_b', 'second'],
    ] as const)
      await send({ id, created, object: customerOf('cus_differ', { name }) });
    for (const id of ['evt_c', 'evt_d']) await send({ id, created, object: customerOf('cus_equal') });
    await drainAll();
    expect(await query('SELECT count(DISTINCT xmin::text)::int AS transactions FROM inbox')).toEqual([{ transactions: 1 }]);
    expect(await query('SELECT type, id FROM work WHERE dirty_seq > clean_seq')).toEqual([{ type: 'customer', id: 'cus_differ' }]);
  });

  test.each(['before', 'after'])('a deletion among them is final when it came %s the updates', async (when) => {
    await ground.connect('acct_one');
    const now = nowSeconds();
    const gone = () => send({ id: 'evt_gone', type: 'customer.deleted', created: now - 50, object: { id: 'cus_1', object: 'customer', deleted: true } });
    if (when === 'before') await gone();
    for (const at of [29, 30]) await send({ id: `evt_${at}`, created: now - 100 + at, object: customerOf('cus_1', { name: `at ${at}` }) });
    if (when === 'after') await gone();
    await drainAll();
    expect(await query('SELECT name, deleted_at IS NOT NULL AS deleted FROM customers')).toEqual([{ name: 'at 30', deleted: true }]);
    expect(await query('SELECT 1 FROM work WHERE dirty_seq > clean_seq')).toEqual([]);
  });

  test('money among them is shown unconfirmed and owed once, whatever the number of events', async () => {
    await ground.connect('acct_one');
    const now = nowSeconds();
    const charge = (at: number) => ({ id: 'ch_1', object: 'charge', created: now, amount: at, currency: 'eur', status: 'succeeded', captured: true });
    for (const at of [10, 20, 30]) await send({ type: 'charge.updated', created: now - 100 + at, object: charge(at) });
    await drainAll();
    expect(await query('SELECT amount::int, confirmed FROM charges')).toEqual([{ amount: 30, confirmed: false }]);
    expect(await query('SELECT type, id FROM work WHERE dirty_seq > clean_seq')).toEqual([{ type: 'charge', id: 'ch_1' }]);
  });

  test('one that cannot be handed on undoes none of those it shared a transaction with, and is tried alone from then on', async () => {
    await ground.connect('acct_one');
    const deep = JSON.stringify(eventOf({ id: 'evt_poison', object: customerOf('cus_bad', { metadata: 'DEEP' }) })).replace(
      '"DEEP"',
      '{"a":'.repeat(200) + '1' + '}'.repeat(200),
    );
    for (let index = 0; index < 9; index += 1) {
      await send({ object: customerOf(`cus_${index}`) });
      if (index === 4) await ingest(deep, sign(deep));
    }
    await drain();
    expect(await query('SELECT state, tries, count(*)::int FROM inbox GROUP BY 1, 2 ORDER BY 1')).toEqual([
      { state: 'done', tries: 1, count: 9 },
      { state: 'kept', tries: 1, count: 1 },
    ]);
    await send({ object: customerOf('cus_next') });
    await send({ object: customerOf('cus_last') });
    await ground.owner.query('UPDATE inbox SET next_at = clock_timestamp()');
    await drain();
    expect(
      await query(
        `SELECT count(DISTINCT i.xmin::text)::int AS transactions FROM inbox i JOIN customers c ON c.id = i.object_id WHERE c.id IN ('cus_next', 'cus_last')`,
      ),
    ).toEqual([{ transactions: 1 }]);
  });
});
