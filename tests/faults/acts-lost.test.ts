// F7 for the acts that make no object: canceling a refund, giving access back. Each fault once, and a process that dies before and after each transaction.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { perform, type Outcome } from '#lib/perform/run.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { completed, stored, until } from '#tests/faults/completed.ts';
import { say } from '#tests/faults/house.ts';
import { startProcess } from '#tests/world.ts';

let world: Connected;

beforeAll(async () => {
  world = await startConnected({ factor: 0.05 });
});
afterAll(() => world?.stop());
afterEach(() => world.calm());

describe('canceling a refund', () => {
  const faults: [string, number, { ms?: number; effect?: boolean }, string][] = [
    ['reset_before', 2, {}, 'succeeded'],
    ['reset_after', 2, {}, 'succeeded'],
    ['hang', 1, { ms: 1_800 }, 'succeeded'],
    ['error_500', 2, {}, 'succeeded'],
    ['error_500', 3, {}, 'failed'],
    ['stored_500', 1, { effect: true }, 'succeeded'],
    ['stored_500', 1, {}, 'failed'],
    ['in_use_409', 5, {}, 'succeeded'],
    ['rate_limit_429', 6, {}, 'succeeded'],
  ];
  test.each(faults)('%s × %i %j ends as %s', async (kind, times, more, end) => {
    const { id } = await waiting();
    const token = randomUUID();
    await world.order(kind, times, { match: `POST /v1/refunds/${id}/cancel`, ...more });
    await cancel(id, token, 300);
    expect(await completed(world, token)).toMatchObject({ state: end });
    expect(await world.fired(kind), 'the fault fired').toBe(times);
    expect(await statusOf(id)).toBe(end === 'succeeded' ? 'canceled' : 'requires_action');
    await until(async () => (await calls(id)).length > 0);
    expect(new Set((await calls(id)).map((call) => call.idempotency_key)).size, 'one key').toBe(1);
    // What is left undone is known for certain by reading: it can be asked for again, and nobody has to decide.
    if (end === 'failed') expect(await cancel(id)).toMatchObject({ kind: 'accepted', status: 'canceled' });
  });

  test('25 hours later nothing is sent any more: it is read, and over', async () => {
    const { id } = await waiting();
    const token = randomUUID();
    await world.order('reset_before', 2, { match: `POST /v1/refunds/${id}/cancel` });
    await cancel(id, token, 0);
    await until(async () => (await stored(world, token))?.state === 'unknown');
    expect(await world.fired('reset_before')).toBe(2);
    const before = (await calls(id)).length;
    await world.owner.query(`UPDATE operation SET first_sent_at = first_sent_at - interval '25 hours' WHERE client_token = $1`, [`test:${token}`]);
    expect(await completed(world, token)).toMatchObject({ state: 'failed' });
    expect((await calls(id)).length).toBe(before);
    expect(await statusOf(id)).toBe('requires_action');
  });

  test('what moved on meanwhile ends refused, and nothing is canceled', async () => {
    const { id } = await waiting();
    const token = randomUUID();
    await world.order('reset_before', 2, { match: `POST /v1/refunds/${id}/cancel` });
    await cancel(id, token, 0);
    await until(async () => (await stored(world, token))?.state === 'unknown');
    expect(await world.fired('reset_before')).toBe(2);
    for (const act of ['give-refund-details', 'settle-refund']) await play(act, id);
    expect(await completed(world, token)).toMatchObject({ state: 'failed' });
    expect(await statusOf(id)).toBe('succeeded');
  });

  test('asked twice at once with two tokens it is one act', async () => {
    const { id } = await waiting();
    await world.order('slow', 1, { match: `POST /v1/refunds/${id}/cancel`, ms: 400 });
    const [first, second] = await Promise.all([cancel(id), cancel(id)]);
    expect(await world.fired('slow')).toBe(1);
    expect(first).toMatchObject({ kind: 'accepted', status: 'canceled' });
    expect(second).toEqual(first);
    expect((await calls(id)).map((call) => call.status)).toEqual([200]);
  });

  test('a refund that is not in the ledger is not found, and nothing is stored or asked', async () => {
    const token = randomUUID();
    await expect(cancel('re_elsewhere', token)).rejects.toMatchObject({ code: 'not_found', param: 'refund' });
    expect(await stored(world, token)).toBeNull();
    expect(await calls('re_elsewhere')).toEqual([]);
  });

  test('dying at any of its transactions it is done once', async () => {
    const ask = async () => {
      const { id } = await waiting();
      return { id, ask: { kind: 'cancel_refund', input: { refund: id } }, token: randomUUID() };
    };
    const alive = await ask();
    const lives = await child(alive.ask, alive.token, 0);
    expect(lives.outcome).toBe('accepted');
    const dead = [];
    for (let place = 1; place <= lives.places; place += 1) {
      const each = await ask();
      dead.push({ ...each, ...(await child(each.ask, each.token, place)) });
    }
    expect(dead.filter((one) => one.killed).length, 'children that died').toBe(lives.places);
    let begun = 0;
    for (const { id, token } of dead) {
      const began = (await stored(world, token)) !== null;
      if (began) expect(await completed(world, token)).toMatchObject({ state: 'succeeded' });
      begun += began ? 1 : 0;
      expect(await statusOf(id)).toBe(began ? 'canceled' : 'requires_action');
      expect((await calls(id)).filter((call) => call.status === 200).length).toBeLessThanOrEqual(2);
      expect(new Set((await calls(id)).map((call) => call.idempotency_key)).size).toBeLessThanOrEqual(1);
    }
    say('canceling, killed at each place', { places: lives.places, died: dead.length, begun });
    expect(begun).toBeGreaterThanOrEqual(lives.places - 2);
  }, 90_000);
});

// Last: it ends the connection at Stripe, again and again.
describe('giving access back', () => {
  test('dying at any of its transactions it is done once a generation', async () => {
    let generation = 1;
    const ask = async () => {
      generation += 1;
      await newGeneration(generation);
      return {
        generation,
        ask: { kind: 'deauthorize', input: { account: world.ledger.account, generation } },
        token: `deauthorize ${world.ledger.account} test ${generation}`,
      };
    };
    const lives = await child((await ask()).ask, randomUUID(), 0);
    expect(lives.outcome).toBe('done');
    let [died, begun, already] = [0, 0, await granted()];
    for (let place = 1; place <= lives.places; place += 1) {
      const each = await ask();
      const { killed } = await child(each.ask, randomUUID(), place);
      died += killed ? 1 : 0;
      const began = (await stored(world, each.token)) !== null;
      if (began) expect(await completed(world, each.token)).toMatchObject({ state: 'succeeded' });
      begun += began ? 1 : 0;
      expect(await granted(), `deauthorized once, place ${place}`).toBe(already + (began ? 1 : 0));
      already = await granted();
    }
    say('giving access back, killed at each place', { places: lives.places, died, begun });
    expect(died).toBe(lives.places);
    expect(begun).toBeGreaterThanOrEqual(lives.places - 3);
  }, 90_000);

  /** Calls that ended access. A replayed answer under the same key ends nothing. */
  async function granted(): Promise<number> {
    const all = await world.sandbox.control<{ idempotency_key: string | null; status: number }[]>('requests?path=/oauth/deauthorize');
    return new Set(all.filter((call) => call.status === 200).map((call) => call.idempotency_key)).size;
  }
});

async function waiting(): Promise<{ payment: Paid; id: string }> {
  const payment = await world.paid(9_000);
  const id = String((await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 4_000 }))['id']);
  await play('require-refund-action', id);
  await confirmNow(world.ledger, [{ type: 'refund', id }]);
  return { payment, id };
}

function play(act: string, id: string): Promise<unknown> {
  return world.sandbox.control('act', { account: world.ledger.account, livemode: false, act, id });
}

function cancel(id: string, token: string = randomUUID(), waitMs = 5_000): Promise<Outcome> {
  return perform(world.merchant, 'cancel_refund', { refund: id }, { clientToken: token, waitMs });
}

function calls(id: string) {
  return world.calls('POST', `/v1/refunds/${id}/cancel`);
}

async function statusOf(id: string): Promise<unknown> {
  return (await world.truth('refund')).find((one) => one['id'] === id)?.['status'];
}

async function child(ask: { kind: string; input: unknown }, token: string, place: number) {
  const { workspace, account } = world.ledger;
  const running = await startProcess(
    'tests/faults/refund-child.ts',
    { ...world.environment, LEDGER: JSON.stringify({ workspace, account }), ASK: JSON.stringify(ask), TOKEN: token, DIES_AT: String(place) },
    /ready/,
  );
  if (running.child.exitCode === null && running.child.signalCode === null) await new Promise((resolve) => running.child.once('exit', resolve));
  const output = running.output();
  return {
    killed: running.child.signalCode === 'SIGKILL',
    outcome: /outcome (\w+)/.exec(output)?.[1],
    places: Number(/transactions (\d+)/.exec(output)?.[1] ?? 0) * 2,
  };
}

/** As after a reconnect: access is there again, under a connection of its own that is about to be given back. */
async function newGeneration(generation: number): Promise<void> {
  const { workspace, account } = world.ledger;
  await world.sandbox.control('grant', { account, livemode: false });
  await world.owner.query(`UPDATE connection SET state = 'disconnected' WHERE account = $1`, [account]);
  await world.owner.query(
    `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts) VALUES ($1, $2, false, $3, 'awaiting_confirmation', 'read_write', '{}')`,
    [workspace, account, generation],
  );
}
