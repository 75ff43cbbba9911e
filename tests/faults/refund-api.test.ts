// F6 again via the API, short: fifty parallel requests under one idempotency key, page and program at once. Exactly one refund each, and no POST that Stripe had to refuse.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sleep } from '#lib/clock.ts';
import type { Merchant } from '#lib/merchant.ts';
import { perform } from '#lib/perform/run.ts';
import { closePrisma } from '#lib/prisma.ts';
import { postApi, type Reply } from '#tests/api.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { atWork, giveKey, join, PASSWORD } from '#tests/merchants.ts';
import { confirmPassword } from '#lib/access/step-up.ts';
import { say } from './house.ts';

const CHARGES = 5;
const REQUESTS = 50;
const ROUNDS = 12;

let world: Connected;
let owner: Merchant;
/** A key takes a hundred requests a minute. */
let keys: string[];
let taken = 0;
let postsBefore = 0;

beforeAll(async () => {
  world = await startConnected({ max: 24 });
  const { workspace } = world.merchant;
  owner = await atWork((await join('owner', workspace)).person, workspace);
  await confirmPassword(owner, PASSWORD, async () => {});
  keys = [];
  for (let count = 0; count < 40; count += 1) keys.push((await giveKey(workspace, false, ['refund'])).key);
});
afterAll(async () => {
  await closePrisma();
  await world?.stop();
});
beforeEach(async () => {
  postsBefore = (await posts()).length;
});

test(`${CHARGES} charges, ${REQUESTS} parallel requests each under one key: one refund a charge, ${REQUESTS} equal answers`, async () => {
  const payments = await Promise.all(Array.from({ length: CHARGES }, () => world.paid(10_000)));
  let inUse = 0;
  let replayed = 0;
  const answers = await Promise.all(
    payments.map((payment) => {
      const token = randomUUID();
      return Promise.all(
        Array.from({ length: REQUESTS }, async () => {
          for (;;) {
            const answer = await refund(payment, 4_000, token);
            if (answer.headers.get('idempotent-replayed')) replayed += 1;
            if (answer.status !== 409) return answer;
            inUse += 1;
            await sleep(250);
          }
        }),
      );
    }),
  );
  say('api, one key', { charges: CHARGES, requests: CHARGES * REQUESTS, met_in_use: inUse, replayed, posts: (await posts()).length - postsBefore });
  expect(inUse).toBeGreaterThan(0);
  expect(replayed).toBe(CHARGES * (REQUESTS - 1));
  for (const ofOne of answers) {
    expect(ofOne[0]!.status).toBe(200);
    for (const answer of ofOne) expect([answer.status, answer.text]).toEqual([200, ofOne[0]!.text]);
  }
  for (const payment of payments) expect((await refundsOf(payment)).map((one) => one['amount'])).toEqual([4_000]);
  await expectPosts(CHARGES);
}, 60_000);

describe('page and program at once on one charge', () => {
  test('under keys of their own: one refund, the other refused here', async () => {
    const won = { page: 0, api: 0 };
    let waitedTogether = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const payment = await world.paid(8_000);
      const asPage = () => perform(owner, 'refund_payment', { payment: payment.intent, amount: 8_000n, seenLeft: 8_000n }, { clientToken: randomUUID() });
      const [page, api] = await together(payment, asPage, () => refund(payment, 8_000), round % 2 === 0);
      waitedTogether += 1;
      const byPage = page.kind === 'accepted';
      won[byPage ? 'page' : 'api'] += 1;
      if (byPage) expect(['refund_in_flight', 'charge_already_refunded']).toContain((api.body['error'] as { code: string }).code);
      else expect(['in_flight', 'changed', 'unavailable']).toContain(page.kind);
      expect(api.status === 200).toBe(!byPage);
      expect((await refundsOf(payment)).map((one) => one['amount'])).toEqual([8_000]);
    }
    say('page and api, two keys', { rounds: ROUNDS, waited_together: waitedTogether, ...won });
    expect(won).toEqual({ page: ROUNDS / 2, api: ROUNDS / 2 });
    await expectPosts(ROUNDS);
  }, 60_000);

  test('under one key: one refund, which both tell of', async () => {
    let waitedTogether = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const payment = await world.paid(8_000);
      const token = randomUUID();
      // What the page asks for beside the program's own words is no part of the intent.
      const asPage = () => perform(owner, 'refund_payment', { payment: payment.intent, amount: '3000', seenLeft: '8000' }, { clientToken: token });
      const [page, api] = await together(payment, asPage, () => refund(payment, 3_000, token), round % 2 === 0);
      waitedTogether += 1;
      expect(api.status).toBe(200);
      expect(page).toMatchObject({ kind: 'accepted', object: api.body['id'] });
      expect((await refundsOf(payment)).map((one) => one['amount'])).toEqual([3_000]);
    }
    say('page and api, one key', { rounds: ROUNDS, waited_together: waitedTogether });
    await expectPosts(ROUNDS);
  }, 60_000);

  test('two partials of 60 %: the second is refused here', async () => {
    const payment = await world.paid(10_000);
    const asPage = () => perform(owner, 'refund_payment', { payment: payment.intent, amount: 6_000n }, { clientToken: randomUUID() });
    const [page, api] = await together(payment, asPage, () => refund(payment, 6_000), true);
    expect([page.kind === 'accepted', api.status === 200].filter(Boolean)).toHaveLength(1);
    expect((await refundsOf(payment)).map((one) => one['amount'])).toEqual([6_000]);
    await expectPosts(1);
  });
});

/** Both stand before the charge's lock, in this order, before either may take it: otherwise the run proves nothing and fails. */
async function together<A, B>(payment: Paid, page: () => Promise<A>, api: () => Promise<B>, pageFirst: boolean): Promise<[A, B]> {
  const holder = new pg.Client({ connectionString: world.urls.ownerUrl });
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query(`SELECT set_config('app.workspace', $1, true)`, [world.ledger.workspace]);
    await holder.query('SELECT FROM charges WHERE id = $1 FOR UPDATE', [payment.charge]);
    const stands = (count: number) => expect.poll(waiting, { timeout: 1_200, interval: 10 }).toBe(count);
    const first = pageFirst ? page() : api();
    await stands(1);
    const second = pageFirst ? api() : page();
    const both = Promise.all([first, second]);
    await stands(2);
    await holder.query('COMMIT');
    await both;
    return (await Promise.all(pageFirst ? [first, second] : [second, first])) as [A, B];
  } finally {
    await holder.end();
  }
}

async function waiting(): Promise<number> {
  const { rows } = await world.owner.query<{ count: number }>(
    'SELECT count(DISTINCT l.pid)::int AS count FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()',
  );
  return rows[0]!.count;
}

function refund(payment: Paid, amount: number, token: string = randomUUID()): Promise<Reply> {
  return postApi(keys[taken++ % keys.length]!, 'refunds', { payment_intent: payment.intent, amount }, token);
}

async function refundsOf(payment: Paid): Promise<Record<string, unknown>[]> {
  return (await world.truth('refund')).filter((one) => one['charge'] === payment.charge);
}

function posts() {
  return world.calls('POST', '/v1/refunds');
}

async function expectPosts(count: number): Promise<void> {
  const calls = (await posts()).slice(postsBefore);
  expect(calls.map((call) => call.status)).toEqual(Array.from({ length: count }, () => 200));
}
