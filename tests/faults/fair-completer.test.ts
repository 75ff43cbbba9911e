// I14 for operations: accounts whose every call hangs, and one that answers. Its operation must not wait for theirs.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ledgerOfRow, merchantForJob } from '#lib/access/job.ts';
import { sleep, stopwatch } from '#lib/clock.ts';
import { db } from '#lib/db.ts';
import type { Ledger } from '#lib/ledger.ts';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { perform } from '#lib/perform/run.ts';
import { startConnected, type Connected } from '#tests/connected.ts';
import { until } from '#tests/faults/completed.ts';
import { holdWire } from '#tests/faults/hold.ts';
import { say } from '#tests/faults/house.ts';
import { startProcess } from '#tests/world.ts';

const HANGING = 8;
const EACH = 6;

let world: Connected;

beforeAll(async () => {
  world = await startConnected({ factor: 0.5 });
});
afterAll(() => world?.stop());

test(`${HANGING} accounts with ${EACH} operations each that hang hold up nobody else’s`, async () => {
  const hanging: Ledger[] = [];
  for (let made = 0; made < HANGING; made += 1) hanging.push(await join());
  for (const ledger of hanging) await waiting(ledger, EACH);
  const wire = await holdWire(world.sandbox.url, new Set(hanging.map(({ account }) => account)));
  const worker = await startProcess(
    'processes/worker.ts',
    { ...world.environment, STRIPE_API_BASE: wire.url, DATABASE_WORKER_URL: world.urls.workerUrl },
    /ready worker/,
  );
  await sleep(3_000);
  const calls = [...wire.held.values()].reduce((sum, each) => sum + each, 0);
  // Void unless every one of them has a call that hangs.
  expect(wire.held.size).toBe(HANGING);
  const [id] = await waiting(world.ledger, 1);
  const elapsed = stopwatch();
  await until(async () => (await stateOf(world.ledger, id!)) === 'succeeded', 8_000);
  const took = Math.round(elapsed());
  const most = Math.max(...wire.held.values());
  say('a completer beside accounts that hang', { accounts: HANGING, operations: HANGING * EACH, callsHeld: calls, mostOfOne: most, tookMs: took });
  expect(took).toBeLessThan(2_500);
  // And none of them took all lanes for itself.
  expect(most).toBeLessThanOrEqual(3);
  wire.release();
  // Nothing was lost to the hanging: each ends by itself.
  await until(async () => (await Promise.all(hanging.map(openOf))).every((open) => open === 0), 40_000);
  for (const ledger of hanging) expect(await refundsOf(ledger.account)).toBe(EACH);
  await worker.stop();
  await wire.close();
}, 90_000);

/** Another account in a workspace of its own. */
async function join(): Promise<Ledger> {
  const { id: account } = await world.sandbox.control<{ id: string }>('accounts', { name: 'Slow', country: 'NO', email: 'slow@example.com', currency: 'eur' });
  await world.sandbox.control('grant', { account, livemode: false });
  const workspace = randomUUID();
  await world.owner.query(`INSERT INTO workspace (id, slug, name, time_zone, locale) VALUES ($1, $2, 'Slow', 'UTC', 'en')`, [
    workspace,
    `slow-${workspace.slice(0, 8)}`,
  ]);
  await asWorkspace(workspace, () =>
    world.owner.query(
      `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts, confirmed_at, live_at) VALUES ($1, $2, false, 1, 'live', 'read_write', '{}', now(), now())`,
      [workspace, account],
    ),
  );
  await world.owner.query('INSERT INTO account_route (account, livemode, workspace_id, generation) VALUES ($1, false, $2, 1)', [account, workspace]);
  return ledgerOfRow({ workspace_id: workspace, account, livemode: false, generation: 1 });
}

/** Refunds asked while access was in doubt, and due now that it is not. */
async function waiting(ledger: Ledger, count: number): Promise<string[]> {
  const merchant = await merchantForJob(ledger, 'test');
  await doubt(ledger, true);
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const payment = await pay(ledger);
    const outcome = await perform(merchant, 'refund_payment', { payment, amount: 500n }, { clientToken: randomUUID() });
    if (outcome.kind !== 'held') throw new Error(outcome.kind);
    ids.push(outcome.operation);
  }
  await doubt(ledger, false);
  await world.owner.query(`UPDATE work SET not_before = clock_timestamp() WHERE kind = 'op' AND account = $1`, [ledger.account]);
  return ids;
}

/** With its connection, and probed just now: a worker's own jobs would lift a pause that nothing stands behind. */
async function doubt(ledger: Ledger, on: boolean): Promise<void> {
  await asWorkspace(ledger.workspace, () =>
    world.owner.query(`UPDATE connection SET state = $2, probed_at = clock_timestamp(), probes = 1 WHERE workspace_id = $1`, [
      ledger.workspace,
      on ? 'suspended' : 'live',
    ]),
  );
  await world.owner.query('UPDATE account_route SET paused = $2 WHERE account = $1', [ledger.account, on]);
}

async function pay(ledger: Ledger): Promise<string> {
  const response = await fetch(`${world.sandbox.url}/v1/payment_intents`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${world.sandbox.stripe['STRIPE_TEST_SECRET_KEY']}`,
      'stripe-account': ledger.account,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'amount=1000&currency=eur&payment_method=pm_card_visa&confirm=true&payment_method_types[0]=card',
  });
  const intent = (await response.json()) as { id: string; latest_charge: string };
  await confirmNow(ledger, [
    { type: 'payment_intent', id: intent.id },
    { type: 'charge', id: intent.latest_charge },
  ]);
  return intent.id;
}

async function stateOf(ledger: Ledger, id: string): Promise<string | undefined> {
  return (await db.as(ledger, (tx) => tx.maybe<{ state: string }>('SELECT state FROM operation WHERE workspace_id = $1 AND id = $2', [ledger.workspace, id])))
    ?.state;
}

async function openOf(ledger: Ledger): Promise<number> {
  const open = await db.as(ledger, (tx) =>
    tx.query(`SELECT id FROM operation WHERE workspace_id = $1 AND state NOT IN ('succeeded', 'failed', 'canceled')`, [ledger.workspace]),
  );
  return open.length;
}

async function refundsOf(account: string): Promise<number> {
  return (await world.sandbox.control<{ objects: unknown[] }>(`oracle?account=${account}&livemode=false&type=refund`)).objects.length;
}

async function asWorkspace<T>(workspace: string, work: () => Promise<T>): Promise<T> {
  await world.owner.query(`SELECT set_config('app.workspace', $1, false)`, [workspace]);
  try {
    return await work();
  } finally {
    await world.owner.query(`SELECT set_config('app.workspace', $1, false)`, [world.ledger.workspace]);
  }
}
