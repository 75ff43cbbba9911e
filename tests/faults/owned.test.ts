// Through every fault at once, workers killed among them: no operation older than 60 s (here 6) is without an owner or a reason, at any moment.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sleep } from '#lib/clock.ts';
import { perform } from '#lib/perform/run.ts';
import { startConnected, type Connected } from '#tests/connected.ts';
import { ends, stored, until } from '#tests/faults/completed.ts';
import { say } from '#tests/faults/house.ts';
import { findUnowned, type Unowned } from '#tests/faults/owned.ts';
import { startProcess, type Process } from '#tests/world.ts';

const FACTOR = 0.1;
const GRACE = 60_000 * FACTOR;
const ASKED = 48;

const faults: [string, number, { ms?: number; effect?: boolean }][] = [
  ['error_500', 6, {}],
  ['stored_500', 2, {}],
  ['stored_500', 2, { effect: true }],
  ['reset_before', 8, {}],
  ['reset_after', 8, {}],
  ['hang', 3, { ms: 2_600 }],
  ['rate_limit_429', 10, {}],
  ['lock_timeout_429', 3, {}],
  ['in_use_409', 4, {}],
];

let world: Connected;

beforeAll(async () => {
  world = await startConnected({ factor: FACTOR });
});
afterAll(() => world?.stop());

test(`${ASKED} refunds through every fault, a worker killed twice: each has an owner or a reason at every look, and ends definite`, async () => {
  const payments = [];
  for (let made = 0; made < ASKED; made += 1) payments.push(await world.paid(9_000));
  let workers: Process[] = [await startWorker(), await startWorker()];
  for (const [kind, times, more] of faults) await world.order(kind, times, more);
  const tokens = payments.map(() => randomUUID());
  const unowned: Unowned[] = [];
  const over = new AbortController();
  let [looks, open, killed] = [0, 0, 0];
  const watching = (async () => {
    for (; !over.signal.aborted; await sleep(150)) {
      unowned.push(...(await findUnowned(world.owner, world.ledger.workspace, GRACE)));
      looks += 1;
      open += (await states(tokens)).filter((state) => state !== undefined && !ends.includes(state)).length > 0 ? 1 : 0;
    }
  })();
  const asking = (async () => {
    for (const [at, payment] of payments.entries())
      await perform(world.merchant, 'refund_payment', { payment: payment.intent, amount: 1_000n }, { clientToken: tokens[at]!, waitMs: 0 });
  })();
  for (let kills = 0; kills < 2; kills += 1) {
    await sleep(1_200);
    workers[0]!.kill('SIGKILL');
    killed += 1;
    workers = [workers[1]!, await startWorker()];
  }
  await asking;
  await until(async () => (await states(tokens)).every((state) => ends.includes(state ?? '')), 60_000);
  await sleep(GRACE + 500);
  over.abort();
  await watching;
  const fired = await world.sandbox.control<{ kind: string; ordered: number; fired: number }[]>('faults');
  const refunds = await world.truth('refund');
  const final = await states(tokens);
  say('owners and reasons', {
    asked: ASKED,
    looks,
    looksWithOpenOnes: open,
    workersKilled: killed,
    fired: Object.fromEntries(fired.map((one) => [one.kind, one.fired])),
    succeeded: final.filter((state) => state === 'succeeded').length,
    needsReview: final.filter((state) => state === 'needs_review').length,
  });
  for (const [kind] of faults) expect(fired.find((one) => one.kind === kind)?.fired ?? 0, kind).toBeGreaterThan(0);
  expect(open).toBeGreaterThan(5);
  expect(unowned).toEqual([]);
  for (const payment of payments) expect(refunds.filter((one) => one['charge'] === payment.charge).length).toBeLessThanOrEqual(1);
  for (const worker of workers) await worker.stop();
}, 150_000);

test('the look itself sees an orphan, and what waits without a word', async () => {
  const ids = [];
  for (const state of ['sending', 'held', 'needs_review', 'queued']) {
    const payment = await world.paid(9_000);
    const token = randomUUID();
    await perform(world.merchant, 'refund_payment', { payment: payment.intent, amount: 1_000n }, { clientToken: token, waitMs: 5_000 });
    const { id } = (await stored(world, token))!;
    await world.owner.query(`UPDATE operation SET state = $2, held_why = NULL, review_why = NULL, created_at = created_at - interval '1 hour' WHERE id = $1`, [
      id,
      state,
    ]);
    if (state === 'held' || state === 'queued')
      await world.owner.query(
        `UPDATE work SET dirty_seq = clean_seq + 1, lease_until = NULL, not_before = clock_timestamp() ${state === 'queued' ? `- interval '1 hour'` : ''} WHERE kind = 'op' AND id = $1`,
        [id],
      );
    ids.push(id);
  }
  const seen = new Map((await findUnowned(world.owner, world.ledger.workspace, GRACE)).map((one) => [one.id, one.why]));
  expect(ids.map((id) => seen.get(id))).toEqual([
    'no work is owed for it',
    'held, and no reason said',
    'in review, and no reason said',
    'nobody took it in its turn',
  ]);
});

function startWorker(): Promise<Process> {
  return startProcess('processes/worker.ts', { ...world.environment, DATABASE_WORKER_URL: world.urls.workerUrl }, /ready worker/);
}

function states(tokens: readonly string[]): Promise<(string | undefined)[]> {
  return world.owner
    .query<{ client_token: string; state: string }>('SELECT client_token, state FROM operation WHERE client_token = ANY($1)', [
      tokens.map((token) => `test:${token}`),
    ])
    .then(({ rows }) => {
      const known = new Map(rows.map((row) => [row.client_token, row.state]));
      return tokens.map((token) => known.get(`test:${token}`));
    });
}
