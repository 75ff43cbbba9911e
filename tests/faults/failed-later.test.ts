// A refund that comes to nothing days after its answer: learned by event or by poll, written down, audited and told once, whoever hears of it first.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { capabilitiesOf } from '#lib/access/roles.ts';
import { db } from '#lib/db.ts';
import { makeMerchant, type Merchant } from '#lib/merchant.ts';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { completeDue } from '#lib/perform/complete.ts';
import { followRefunds } from '#lib/perform/follow.ts';
import { perform } from '#lib/perform/run.ts';
import { refundableOf } from '#lib/perform/refundable.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { until } from '#tests/faults/completed.ts';
import { say } from '#tests/faults/house.ts';

let world: Connected;
let dana: Merchant;
let sam: Merchant;

beforeAll(async () => {
  world = await startConnected({ factor: 0.05 });
  dana = await person('dana@example.com', 'owner');
  sam = await person('sam@example.com', 'support');
  await world.owner.query(`INSERT INTO refund_limit (workspace_id, role, currency, each) VALUES ($1, 'support', 'eur', 100000)`, [world.ledger.workspace]);
});
afterAll(() => world?.stop());
beforeEach(() => world.owner.query('DELETE FROM mail'));
afterEach(() => world.calm());

test('found by the poll, with its event lost: failed, told once, audited as failed afterwards', async () => {
  const { payment, refund, operation } = await asked(sam, 'pm_card_pendingRefund');
  await play('fail-refund', refund, { reason: 'declined' });
  const reads = (await world.calls('GET', `/v1/refunds/${refund}`)).length;
  await due(operation);
  await until(async () => (await completeDue(), (await stateOf(operation)) === 'failed'));
  expect((await world.calls('GET', `/v1/refunds/${refund}`)).length, 'the poll asked').toBeGreaterThan(reads);
  for (let passes = 0; passes < 3; passes += 1) await completeDue();
  expect(await mails()).toEqual([['sam@example.com', expect.stringContaining('declined')]]);
  expect((await actsOf(operation)).slice(-1)).toEqual(['refund.failed']);
  // Refund and charge came with the poll, of one moment.
  expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 9_000n });
});

test('its poll, its event and a person’s page racing, twelve times: one mail each', async () => {
  const all: Awaited<ReturnType<typeof asked>>[] = [];
  for (let made = 0; made < 12; made += 1) all.push(await asked(sam, 'pm_card_pendingRefund'));
  for (const { refund } of all) await play('fail-refund', refund);
  const pollsBefore = await polls();
  await Promise.all(
    all.map(async ({ refund, operation }) => {
      await due(operation);
      await Promise.all([
        completeDue({ limit: 12 }),
        confirmNow(world.ledger, [{ type: 'refund', id: refund }]).then(() => followRefunds(false)),
        followRefunds(true),
      ]);
    }),
  );
  await until(async () => (await completeDue(), (await Promise.all(all.map(({ operation }) => stateOf(operation)))).every((state) => state === 'failed')));
  await followRefunds(true);
  expect((await mails()).length).toBe(12);
  for (const { operation } of all) expect((await actsOf(operation)).filter((act) => act === 'refund.failed')).toHaveLength(1);
  const polled = (await polls()) - pollsBefore;
  say('late failures, poll against event', { failures: all.length, polled, mails: (await mails()).length });
  expect(polled).toBeGreaterThan(0);

  async function polls(): Promise<number> {
    let sum = 0;
    for (const { refund } of all) sum += (await world.calls('GET', `/v1/refunds/${refund}`)).length;
    return sum;
  }
}, 60_000);

test('the money is left again only once charge and refund were read', async () => {
  const { payment, refund, operation } = await asked(dana, 'pm_card_visa');
  await play('fail-refund', refund);
  await confirmNow(world.ledger, [{ type: 'refund', id: refund }]);
  await until(async () => (await completeDue(), (await stateOf(operation)) === 'failed'));
  // The larger of two sums: the charge still says that it is gone.
  await world.owner.query(`UPDATE charges SET amount_refunded = 5000, confirmed = false WHERE id = $1`, [payment.charge]);
  expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 4_000n });
  // Asked for now, both are read first, and it goes out.
  const again = await perform(dana, 'refund_payment', { payment: payment.intent, amount: 9_000n, again: true }, { clientToken: randomUUID(), waitMs: 5_000 });
  expect(again).toMatchObject({ kind: 'accepted', amount: 9_000n });
});

test('canceled here: whoever asked is told of it, unless they did it themselves; its own operation hears at once', async () => {
  for (const [by, to] of [
    [dana, ['sam@example.com']],
    [sam, []],
  ] as const) {
    await world.owner.query('DELETE FROM mail');
    const { payment, refund, operation } = await asked(sam, 'pm_card_pendingRefund');
    await play('require-refund-action', refund);
    await confirmNow(world.ledger, [{ type: 'refund', id: refund }]);
    expect(await perform(by, 'cancel_refund', { refund }, { clientToken: randomUUID(), waitMs: 5_000 })).toMatchObject({
      kind: 'accepted',
      status: 'canceled',
    });
    // What the confirming worker does with what the act left owed.
    const { rowCount } = await world.owner.query(`SELECT FROM work WHERE kind = 'object' AND type = 'refund' AND id = $1 AND dirty_seq > clean_seq`, [refund]);
    expect(rowCount).toBe(1);
    await confirmNow(world.ledger, [{ type: 'refund', id: refund }]);
    await until(async () => (await followRefunds(false), (await stateOf(operation)) === 'canceled'));
    expect((await mails()).map(([address]) => address)).toEqual(to);
    expect((await actsOf(operation)).slice(-1)).toEqual(['refund.canceled']);
    await confirmNow(world.ledger, [
      { type: 'refund', id: refund },
      { type: 'charge', id: payment.charge },
    ]);
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 9_000n });
  }
});

test('a poll the mirror cannot take changes nothing that is known already', async () => {
  const { refund, operation } = await asked(sam, 'pm_card_pendingRefund');
  await world.order('slow', 1, { match: `GET /v1/refunds/${refund}`, ms: 400 });
  await due(operation);
  const polling = completeDue();
  await until(async () => (await world.fired('slow')) === 1);
  // Written down by another as failed, while the poll brings an older word.
  await world.owner.query(`UPDATE operation SET state = 'failed', stripe_status = 'failed' WHERE id = $1`, [operation]);
  await world.owner.query(`UPDATE refunds SET status = 'failed' WHERE id = $1`, [refund]);
  await world.owner.query('ALTER TABLE refunds ADD CONSTRAINT refuses CHECK (amount <> 5000) NOT VALID');
  await polling;
  await until(async () => (await world.owner.query('SELECT FROM work WHERE id = $1 AND lease_until IS NULL', [operation])).rowCount === 1);
  expect(await stateOf(operation)).toBe('failed');
  // Moved back and forth it would be told, and told again.
  expect([await mails(), await actsOf(operation)]).toEqual([[], ['refund.asked', 'refund.sent']]);
  await world.owner.query('ALTER TABLE refunds DROP CONSTRAINT refuses');
});

async function asked(by: Merchant, method: string): Promise<{ payment: Paid; refund: string; operation: string }> {
  const payment = await world.paid(9_000, 'eur', method);
  const outcome = await perform(by, 'refund_payment', { payment: payment.intent, amount: 5_000n }, { clientToken: randomUUID(), waitMs: 5_000 });
  if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
  return { payment, refund: outcome.object!, operation: outcome.operation };
}

function play(act: string, id: string, more: Record<string, string> = {}): Promise<unknown> {
  return world.sandbox.control('act', { account: world.ledger.account, livemode: false, act, id, ...more });
}

/** Its next poll is now. */
async function due(operation: string): Promise<void> {
  await world.owner.query(`UPDATE work SET not_before = clock_timestamp(), dirty_seq = GREATEST(dirty_seq, clean_seq + 1) WHERE kind = 'op' AND id = $1`, [
    operation,
  ]);
}

async function stateOf(operation: string): Promise<string | undefined> {
  return (await world.owner.query<{ state: string }>('SELECT state FROM operation WHERE id = $1', [operation])).rows[0]?.state;
}

async function mails(): Promise<[string, string][]> {
  const { rows } = await world.owner.query<{ to_email: string; reason: string }>(
    `SELECT to_email, params ->> 'reason' AS reason FROM mail WHERE template = 'refund_failed' ORDER BY created_at`,
  );
  return rows.map((row) => [row.to_email, row.reason]);
}

async function actsOf(operation: string): Promise<string[]> {
  const rows = await db.as(world.ledger, (tx) =>
    tx.query<{ act: string }>(`SELECT body ->> 'act' AS act FROM audit_entry WHERE workspace_id = $1 AND operation = $2 ORDER BY seq`, [
      world.ledger.workspace,
      operation,
    ]),
  );
  return rows.map((row) => row.act);
}

async function person(email: string, role: 'owner' | 'support'): Promise<Merchant> {
  const id = randomUUID();
  await world.owner.query(`INSERT INTO person (id, email, name, password_hash, email_verified_at) VALUES ($1, $2, $3, '', now())`, [id, email, email]);
  await world.owner.query('INSERT INTO membership (workspace_id, person_id, role) VALUES ($1, $2, $3)', [world.ledger.workspace, id, role]);
  return makeMerchant({ ...world.merchant, actor: { kind: 'person', id, name: email, email, role, session: randomUUID() }, can: capabilitiesOf(role) });
}
