// F5: a worker that stands still (SIGSTOP) between its fetch and its write, past its lease, while another takes over. When it goes on, its write touches no row.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ledger } from '#lib/ledger.ts';
import { markOwed } from '#lib/mirror/owe.ts';
import { startProcess, type Process } from '#tests/world.ts';
import { openHouse, say, type House } from './house.ts';
import { until } from './load.ts';
import { mustHaveFired, scaled } from './scale.ts';
import { quiet } from './stripe.ts';

/** The lease is 1 s at this tempo; in the long form 30 s, as in production. */
const TEMPO = { TIME_FACTOR: scaled('0.03', '1') };
const LEASE_MS = scaled(1_000, 30_000);
const STOPPED_MS = scaled(2_000, 40_000);
/** The answer leaves Stripe while its asker already stands still. */
const ANSWER_MS = scaled(1_200, 8_000);

let house: House;
const extra: Process[] = [];
beforeAll(async () => {
  house = await openHouse({ workers: 0, env: TEMPO });
  // A worker that stands still in the middle of a transaction keeps its locks until PostgreSQL ends that: after 15 s, here shrunk like all else.
  const database = new URL(house.ground.urls.ownerUrl).pathname.slice(1);
  await query(`ALTER ROLE counterpart_worker IN DATABASE "${database}" SET idle_in_transaction_session_timeout = '${scaled('1s', '15s')}'`);
  // Counts each write that turns a row back, whoever makes it and however briefly it stands.
  await query('CREATE TABLE turned_back (type text, id text)');
  await query('GRANT INSERT ON turned_back TO PUBLIC');
  await query(`CREATE FUNCTION note_turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF (NEW.data #>> '{metadata,v}')::int < (OLD.data #>> '{metadata,v}')::int THEN INSERT INTO turned_back VALUES (TG_TABLE_NAME, NEW.id); END IF; RETURN NULL; END $$`);
  await query('CREATE TRIGGER note_turn AFTER UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION note_turn()');
});
afterAll(async () => {
  for (const worker of extra) {
    worker.kill('SIGCONT');
    await worker.stop();
  }
  await house?.close();
});

const query = async <T = Record<string, unknown>>(sql: string, params: unknown[] = []) => (await house.ground.owner.query(sql, params)).rows as T[];
const fired = async () => (await house.stripe.control<{ kind: string; fired: number }[]>('GET faults')).find((fault) => fault.kind === 'hang')!.fired;
const row = async (ledger: Ledger) =>
  (await query(`SELECT id, data #>> '{metadata,v}' AS v, confirmed, xmin::text FROM customers WHERE workspace_id = $1`, [ledger.workspace]))[0];

async function worker(env: Record<string, string> = {}): Promise<Process> {
  const started = await startProcess('processes/worker.ts', { ...house.ground.env, LOG_LEVEL: 'debug', ...env }, /ready worker/);
  extra.push(started);
  return started;
}

/** Stops a worker once the call that hangs is under way. */
async function stopInCall(slow: Process): Promise<void> {
  await until(async () => (await fired()) > 0);
  slow.kill('SIGSTOP');
}

test('a refetch that comes back late touches no row', { timeout: scaled(60_000, 300_000) }, async () => {
  const { stripe, ground } = house;
  const account = await stripe.account('stopped');
  const merchant = stripe.merchant(account);
  const slow = await worker();
  const ledger = await house.connect(account);
  const customer = await merchant.customers.create({ name: 'Ada', metadata: { v: '1' } });
  await quiet(ground, stripe);

  // The answer is of version 2; version 3 is never told by an event.
  await stripe.control('POST faults', { kind: 'hang', times: 1, match: 'GET /v1/customers/*', ms: ANSWER_MS });
  await stripe.control('POST delivery', { drop: 1 });
  await merchant.customers.update(customer.id, { metadata: { v: '2' } });
  await ground.worker.as(ledger, (tx) => markOwed(tx, ledger, [{ type: 'customer', id: customer.id }], { soon: true }));
  await stopInCall(slow);
  const stoppedAt = performance.now();
  await merchant.customers.update(customer.id, { metadata: { v: '3' } });
  await worker();
  await until(async () => (await row(ledger))?.['v'] === '3', scaled(20_000, 120_000));
  await pause(STOPPED_MS - (performance.now() - stoppedAt));
  const before = await row(ledger);
  const [lease] = await query<{ tokens: number }>(`SELECT token::int AS tokens FROM work WHERE kind = 'object' AND account = $1 AND id = $2`, [
    account,
    customer.id,
  ]);

  slow.kill('SIGCONT');
  await until(async () => slow.output().includes('came late'));
  await quiet(ground, stripe);
  const refused = slow.output().split('came late').length - 1;
  const turned = await query('SELECT * FROM turned_back');
  say('F5 refetch', {
    stopped_ms: Math.round(performance.now() - stoppedAt),
    lease_ms: LEASE_MS,
    hangs: await fired(),
    tokens: lease!.tokens,
    late_write_refused: refused,
  });
  mustHaveFired({ hangs: await fired(), leases_taken_over: [lease!.tokens, 2], late_write_refused: refused });
  expect(turned).toEqual([]);
  expect(await row(ledger)).toMatchObject({ v: '3', confirmed: true });
  expect(before).toMatchObject({ v: '3' });
});

test.each([
  ['answer', 'came late', '6'],
  ['failure', 'reading a history failed', '0.1'],
])(
  'of a history that another has read meanwhile a late %s touches no row and says nothing',
  { timeout: scaled(90_000, 300_000) },
  async (what, said, timeouts) => {
    const { stripe, ground } = house;
    await stripe.control('DELETE faults');
    await stripe.control('POST delivery', { drop: 1 });
    for (const former of extra.splice(0)) await former.stop();
    const account = await stripe.account(`stopped-history-${what}`);
    const merchant = stripe.merchant(account);
    const customer = await merchant.customers.create({ name: 'Ada', metadata: { v: '1' } });
    await stripe.control('POST faults', { kind: 'hang', times: 1, match: 'GET /v1/customers', ms: ANSWER_MS });
    const slow = await worker({ CALL_TIMEOUT_FACTOR: timeouts });
    const ledger = await house.connect(account);
    await stopInCall(slow);
    const stoppedAt = performance.now();
    await merchant.customers.update(customer.id, { metadata: { v: '2' } });
    // The stop is shorter than a call may take: the places of the calls it has under way are taken for over.
    await query(`UPDATE rate_bucket SET flights = '{}' WHERE account = $1`, [account]);
    await worker();
    await until(async () => (await query(`SELECT 1 FROM connection WHERE account = $1 AND state = 'live'`, [account])).length === 1, 120_000);
    await pause(STOPPED_MS - (performance.now() - stoppedAt));
    const state = () => query(`SELECT type, state, cursor, rows, note, xmin::text FROM backfill WHERE account = $1 ORDER BY type`, [account]);
    const before = { row: await row(ledger), history: await state() };
    slow.kill('SIGCONT');
    await until(async () => slow.output().includes(said));
    await quiet(ground, stripe);
    const late = slow.output().split(said).length - 1;
    say(`F5 history, late ${what}`, { stopped_ms: Math.round(performance.now() - stoppedAt), lease_ms: LEASE_MS, hangs: await fired(), late });
    mustHaveFired({ hangs: await fired(), late });
    expect({ row: await row(ledger), history: await state() }).toEqual(before);
    expect(before.row).toMatchObject({ v: '2' });
    expect(await query('SELECT * FROM turned_back')).toEqual([]);
  },
);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
