// What waits for a person, over a real account: a refund that failed afterwards leaves the list when it is refunded again or said to be done, and no sooner.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { db } from '#lib/db.ts';
import { makeMerchant, type Merchant } from '#lib/merchant.ts';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { capabilitiesOf } from '#lib/access/roles.ts';
import { attend } from '#lib/perform/attend.ts';
import { perform } from '#lib/perform/run.ts';
import { type Connected, type Paid, startConnected } from '#tests/connected.ts';
import { listNeeding } from './needs-you.ts';
import { refundMoments } from './refund-moments.ts';
import { findRefund } from './refund.ts';

let world: Connected;
let viewer: Merchant;

beforeAll(async () => {
  world = await startConnected();
  viewer = makeMerchant({ ...world.merchant, can: capabilitiesOf('viewer') });
}, 120_000);
afterAll(() => world?.stop());

describe('what waits for a person', () => {
  it('is nothing while refunds succeed, are pending, or are refused at once', async () => {
    const payment = await world.paid(9_000);
    await refund(payment, 1_000);
    expect(await words()).toEqual([]);
  });

  it('is a refund that failed afterwards, until the same amount is refunded again', async () => {
    const payment = await world.paid(20_000);
    const first = await refund(payment, 5_000);
    await fail(first);
    expect(await words()).toEqual(['failed_afterwards']);
    const story = (await findRefund(world.ledger, first))!;
    expect(story.word).toBe('failed_afterwards');
    expect(story.payment?.id).toBe(payment.intent);
    expect((await findRefund(world.ledger, `op_${story.operation!.id}`))!.id).toBe(first);
    expect(refundMoments(story).map(({ kind }) => kind)).toEqual(['failed', 'accepted', 'asked']);
    expect(refundMoments(story)[0]).toMatchObject({ failureReason: 'expired_or_canceled_card', told: 'owners' });
    await refund(payment, 4_000);
    expect(await words()).toEqual(['failed_afterwards']);
    await later();
    await refund(payment, 5_000);
    expect(await words()).toEqual([]);
  });

  it('is also one made in Stripe, and leaves when a person says so, once and audited', async () => {
    const payment = await world.paid(20_000);
    const made = (await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 2_000 }))['id'] as string;
    await fail(made);
    expect(await words()).toEqual(['failed_afterwards']);
    await expect(attend(viewer, made, '')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(attend(world.merchant, 're_nobody', '')).rejects.toMatchObject({ code: 'not_found' });
    await expect(attend(world.merchant, made, 'x'.repeat(501))).rejects.toMatchObject({ code: 'unprocessable' });
    expect(await words()).toEqual(['failed_afterwards']);
    const both = await Promise.all([attend(world.merchant, made, ' Paid in cash '), attend(world.merchant, made, '')]);
    expect(both.toSorted()).toEqual(['already', 'done']);
    expect(await words()).toEqual([]);
    const story = (await findRefund(world.ledger, made))!;
    expect(refundMoments(story)[0]).toMatchObject({ kind: 'attended' });
    const { entries } = await db.as(world.ledger, (tx) =>
      tx.one<{ entries: bigint }>(`SELECT count(*) AS entries FROM audit_entry WHERE workspace_id = $1 AND body ->> 'act' = 'refund.attended'`, [
        world.ledger.workspace,
      ]),
    );
    expect(entries).toBe(1n);
  });

  it('says of one that did not fail that there is nothing to see to', async () => {
    const payment = await world.paid(3_000);
    expect(await attend(world.merchant, await refund(payment, 1_000), '')).toBe('not_failed');
  });

  it('is one whose customer must act, and it leaves when it is canceled', async () => {
    const payment = await world.paid(20_000, 'eur');
    const id = await refund(payment, 3_000);
    await world.sandbox.control('act', { account: world.ledger.account, livemode: false, act: 'require-refund-action', id });
    await read(id);
    expect(await words()).toEqual(['requires_action']);
    await perform(world.merchant, 'cancel_refund', { refund: id }, { clientToken: randomUUID() });
    await read(id);
    expect(await words()).toEqual([]);
    const story = (await findRefund(world.ledger, id))!;
    expect(story.word).toBe('canceled');
    expect(refundMoments(story).map(({ kind }) => kind)).toContain('cancel_asked');
  });
});

async function refund({ intent }: Paid, amount: number): Promise<string> {
  const outcome = await perform(world.merchant, 'refund_payment', { payment: intent, amount, reason: 'duplicate', again: true }, { clientToken: randomUUID() });
  if (outcome.kind !== 'accepted' || !outcome.object)
    throw new Error(JSON.stringify(outcome, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
  return outcome.object;
}

async function fail(id: string): Promise<void> {
  await world.sandbox.control('act', { account: world.ledger.account, livemode: false, act: 'fail-refund', id });
  await read(id);
}

/** As the mirror has it after an event. */
async function read(id: string): Promise<void> {
  await confirmNow(world.ledger, [{ type: 'refund', id }]);
  const { rows } = await world.owner.query<{ id: string | null }>('SELECT failure_balance_transaction AS id FROM refunds WHERE id = $1', [id]);
  if (rows[0]?.id) await confirmNow(world.ledger, [{ type: 'balance_transaction', id: rows[0].id }]);
}

/** Stripe's stamps are whole seconds. */
function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_100));
}

async function words(): Promise<string[]> {
  return (await listNeeding(world.ledger)).map(({ word }) => word);
}
