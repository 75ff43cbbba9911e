// What a person decides: a refund in review, one to be withdrawn, one to be canceled; and the mail for one that failed when nobody looked.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { verifyAudit } from '#lib/audit.ts';
import { db } from '#lib/db.ts';
import { capabilitiesOf } from '#lib/access/roles.ts';
import { makeMerchant, type Merchant } from '#lib/merchant.ts';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { completeDue } from '#lib/perform/complete.ts';
import { decideReview } from '#lib/perform/review.ts';
import { perform } from '#lib/perform/run.ts';
import { refundableOf } from '#lib/perform/refundable.ts';
import { withdraw } from '#lib/perform/withdraw.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { completed, stored, until } from '#tests/faults/completed.ts';

let world: Connected;
let dana: Merchant;

beforeAll(async () => {
  world = await startConnected({ factor: 0.05 });
  dana = await person('dana@example.com', 'owner');
});
afterAll(() => world?.stop());
afterEach(() => world.calm());

describe('a refund in review', () => {
  test('found not refunded ends failed, frees its amount and is told with its reason', async () => {
    const payment = await world.paid(9_000);
    const { id, token } = await inReview(payment, 5_000n);
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 4_000n });
    expect(await decideReview(dana, id, { was: 'not' }, 'Looked in Stripe: nothing there.')).toEqual({ kind: 'done' });
    expect(await stored(world, token)).toMatchObject({ state: 'failed', stripe_id: null });
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 9_000n });
    expect(await refund(payment, 5_000n, token)).toMatchObject({ kind: 'refused', code: 'decided_not' });
    const [entry] = await audited(id, 'refund.decided');
    expect(entry).toMatchObject({ actor: { id: dana.actor.id }, before: { state: 'needs_review', why: 'equal_500s' }, after: { decided: 'not_refunded' } });
    expect(entry!.texts).toContain('Looked in Stripe: nothing there.');
    await db.as(world.ledger, async (tx) => expect(await verifyAudit(tx, world.ledger.workspace)).toMatchObject({ ok: true }));
  });

  test('said to be refunded takes the refund that Stripe shows, and no other', async () => {
    const payment = await world.paid(9_000);
    const { id, token } = await inReview(payment, 5_000n);
    const other = await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 1_000 });
    const elsewhere = await world.paid(9_000);
    const foreign = await world.stripe('POST', '/v1/refunds', { charge: elsewhere.charge, amount: 5_000 });
    for (const refund of ['re_nothing', String(other['id']), String(foreign['id']), 'x', '../customers'])
      expect(await decideReview(dana, id, { was: 'refunded', refund }, 'It is there.')).toEqual({ kind: 'refused', why: 'no_such_refund' });
    const made = await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 5_000 });
    expect(await decideReview(dana, id, { was: 'refunded', refund: String(made['id']) }, 'It is there.')).toEqual({ kind: 'done' });
    expect(await stored(world, token)).toMatchObject({ state: 'succeeded', stripe_id: made['id'], found_by: 'person' });
    await confirmNow(world.ledger, [{ type: 'charge', id: payment.charge }]);
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 3_000n });
  });

  test('is read once more first: what Stripe has of it is adopted, whatever was said', async () => {
    const payment = await world.paid(9_000);
    const { id, token } = await inReview(payment, 5_000n);
    const made = await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 5_000, 'metadata[op_id]': id });
    expect(await decideReview(dana, id, { was: 'not' }, 'I saw nothing.')).toEqual({ kind: 'refused', why: 'found', refund: made['id'] });
    expect(await stored(world, token)).toMatchObject({ state: 'succeeded', stripe_id: made['id'] });
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 4_000n });
  });

  test('stays where Stripe cannot be read', async () => {
    const { id, token } = await inReview(await world.paid(9_000), 5_000n);
    await world.order('error_500', 2, { match: 'GET /v1/refunds' });
    expect(await decideReview(dana, id, { was: 'not' }, 'I saw nothing.')).toEqual({ kind: 'refused', why: 'stripe_unavailable' });
    expect(await world.fired('error_500')).toBeGreaterThan(0);
    expect(await stored(world, token)).toMatchObject({ state: 'needs_review' });
  });

  test('is decided once, by whoever comes first, and by nobody who may not', async () => {
    const payment = await world.paid(9_000);
    const { id } = await inReview(payment, 5_000n);
    for (const role of ['support', 'viewer'] as const)
      await expect(decideReview(await person(`${role}@example.com`, role), id, { was: 'not' }, 'x')).rejects.toMatchObject({ code: 'forbidden' });
    for (const reason of ['', ' ', 'x'.repeat(501), 'nul \u0000', '\ud800'])
      await expect(decideReview(dana, id, { was: 'not' }, reason)).rejects.toMatchObject({ code: 'unprocessable' });
    for (const unknown of [randomUUID(), 'op', "' OR 1=1"])
      await expect(decideReview(dana, unknown, { was: 'not' }, 'x')).rejects.toMatchObject({ code: 'not_found' });
    const answers = await Promise.all(Array.from({ length: 5 }, () => decideReview(dana, id, { was: 'not' }, 'Nothing there.')));
    expect(answers.map((answer) => answer.kind).sort()).toEqual(['done', 'refused', 'refused', 'refused', 'refused']);
    expect(await audited(id, 'refund.decided')).toHaveLength(1);
  });
});

describe('withdrawing', () => {
  test('takes back what was held and never sent, and frees its amount', async () => {
    const payment = await world.paid(9_000);
    await pause(true);
    const token = randomUUID();
    await refund(payment, 5_000n, token);
    const { id } = (await stored(world, token))!;
    expect(await withdraw(dana, id)).toBe('withdrawn');
    expect(await withdraw(dana, id)).toBe('too_late');
    await pause(false);
    await completeDue();
    expect(await stored(world, token)).toMatchObject({ state: 'canceled', attempts: 0 });
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 9_000n });
    expect(await refund(payment, 5_000n, token)).toMatchObject({ kind: 'refused', code: 'withdrawn' });
    expect(await refundsOf(payment)).toEqual([]);
  });

  test('never both withdraws and sends: twenty races with the completer', async () => {
    const payments = await Promise.all(Array.from({ length: 20 }, () => world.paid(9_000)));
    await pause(true);
    const tokens = payments.map(() => randomUUID());
    for (const [at, payment] of payments.entries()) await refund(payment, 5_000n, tokens[at]);
    await pause(false);
    await world.owner.query(`UPDATE work SET not_before = clock_timestamp() WHERE kind = 'op' AND dirty_seq > clean_seq`);
    const racing = (async () => {
      for (let passes = 0; passes < 12; passes += 1) await completeDue({ limit: 20 });
    })();
    const answers: string[] = [];
    for (const token of tokens) answers.push(await withdraw(dana, (await stored(world, token))!.id));
    await racing;
    for (const token of tokens) await completed(world, token);
    const made = await Promise.all(payments.map(async (payment) => (await refundsOf(payment)).length));
    expect(made).toEqual(answers.map((answer) => (answer === 'withdrawn' ? 0 : 1)));
    // Void unless both ends of the race were seen.
    expect(new Set(answers).size).toBe(2);
  });

  test('refuses what went out, what may have, and whoever may not', async () => {
    const payment = await world.paid(9_000);
    const token = randomUUID();
    await refund(payment, 1_000n, token);
    const { id } = (await stored(world, token))!;
    expect(await withdraw(dana, id)).toBe('too_late');
    await expect(withdraw(await person('v@example.com', 'viewer'), id)).rejects.toMatchObject({ code: 'forbidden' });
    for (const unknown of [randomUUID(), 'x']) await expect(withdraw(dana, unknown)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('canceling a refund at Stripe', () => {
  const cancel = (id: unknown, token: string = randomUUID(), waitMs = 5_000) => perform(dana, 'cancel_refund', { refund: id }, { clientToken: token, waitMs });

  test('ends one that waits for the customer, and its money is left again', async () => {
    const { payment, id } = await waiting();
    expect(await cancel(id)).toMatchObject({ kind: 'accepted', status: 'canceled', object: id });
    await confirmNow(world.ledger, [
      { type: 'refund', id },
      { type: 'charge', id: payment.charge },
    ]);
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 9_000n });
  });

  test('is refused by Stripe for any other, in its words', async () => {
    const payment = await world.paid(9_000);
    const made = await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 1_000 });
    await confirmNow(world.ledger, [{ type: 'refund', id: String(made['id']) }]);
    expect(await cancel(made['id'])).toMatchObject({ kind: 'refused', message: expect.stringContaining('requires_action') });
    await expect(cancel('ch_1')).rejects.toMatchObject({ code: 'bad_request' });
  });

  test.each(['reset_after', 'reset_before', 'stored_500', 'error_500', 'in_use_409', 'rate_limit_429'])('has one definite end after %s', async (kind) => {
    const { id } = await waiting();
    const token = randomUUID();
    await world.order(kind, 1, { match: `POST /v1/refunds/${id}/cancel` });
    await cancel(id, token, 300);
    expect(await completed(world, token)).toMatchObject({ state: kind === 'stored_500' ? expect.stringMatching(/succeeded|failed/) : 'succeeded' });
    expect(await world.fired(kind)).toBeGreaterThan(0);
    const keys = (await world.calls('POST', `/v1/refunds/${id}/cancel`)).map((call) => call.idempotency_key);
    expect(new Set(keys).size).toBe(1);
  });
});

describe('a refund that fails when nobody looks', () => {
  test('is told once by mail to whoever asked, and its money is left again once the charge was read', async () => {
    const { payment, id } = await asked(dana);
    await world.sandbox.control('act', { account: world.ledger.account, livemode: false, act: 'fail-refund', id, reason: 'lost_or_stolen_card' });
    await confirmNow(world.ledger, [{ type: 'refund', id }]);
    await until(async () => (await completeDue(), (await mails()).length > 0));
    for (let passes = 0; passes < 3; passes += 1) await completeDue();
    expect(await mails()).toEqual([
      {
        to_email: 'dana@example.com',
        params: {
          amount: expect.stringContaining('50.00'),
          reason: expect.stringContaining('lost or stolen'),
          link: expect.stringContaining(`/test/refunds/${id}`),
          test: true,
        },
      },
    ]);
    await confirmNow(world.ledger, [{ type: 'charge', id: payment.charge }]);
    expect(await refundableOf(world.ledger, payment.intent)).toMatchObject({ left: 9_000n });
  });

  test('is told to the owners when whoever asked has left', async () => {
    const gone = await person('gone@example.com', 'admin');
    const { id } = await asked(gone);
    await world.owner.query('DELETE FROM membership WHERE person_id = $1', [gone.actor.id]);
    await world.sandbox.control('act', { account: world.ledger.account, livemode: false, act: 'fail-refund', id, reason: 'unknown' });
    await confirmNow(world.ledger, [{ type: 'refund', id }]);
    await until(async () => (await completeDue(), (await mails()).length > 0));
    expect((await mails()).map((mail) => mail.to_email)).toEqual(['dana@example.com']);
  });
});

/** Three equal 500s that leave nothing behind: a person has to decide. */
async function inReview(payment: Paid, amount: bigint): Promise<{ id: string; token: string }> {
  const token = randomUUID();
  await world.order('stored_500', 1, { effect: false });
  await refund(payment, amount, token, 0);
  expect(await completed(world, token, ['needs_review'])).toMatchObject({ state: 'needs_review' });
  await world.calm();
  return { id: (await stored(world, token))!.id, token };
}

async function waiting(): Promise<{ payment: Paid; id: string }> {
  const payment = await world.paid(9_000);
  const made = await world.stripe('POST', '/v1/refunds', { charge: payment.charge, amount: 4_000 });
  await world.sandbox.control('act', { account: world.ledger.account, livemode: false, act: 'require-refund-action', id: made['id'] });
  await confirmNow(world.ledger, [{ type: 'refund', id: String(made['id']) }]);
  return { payment, id: String(made['id']) };
}

async function asked(by: Merchant): Promise<{ payment: Paid; id: string }> {
  await world.owner.query(`UPDATE mail SET sent_at = clock_timestamp()`);
  const payment = await world.paid(9_000);
  const answer = await perform(by, 'refund_payment', { payment: payment.intent, amount: 5_000n }, { clientToken: randomUUID(), waitMs: 5_000 });
  if (answer.kind !== 'accepted') throw new Error(answer.kind);
  return { payment, id: answer.object! };
}

function refund(payment: Paid, amount: bigint, token: string = randomUUID(), waitMs = 5_000) {
  return perform(world.merchant, 'refund_payment', { payment: payment.intent, amount }, { clientToken: token, waitMs });
}

async function refundsOf(payment: Paid): Promise<Record<string, unknown>[]> {
  return (await world.truth('refund')).filter((one) => one['charge'] === payment.charge);
}

async function pause(paused: boolean): Promise<void> {
  await world.owner.query('UPDATE account_route SET paused = $2 WHERE account = $1', [world.ledger.account, paused]);
}

async function mails(): Promise<{ to_email: string; params: Record<string, unknown> }[]> {
  return (await world.owner.query(`SELECT to_email, params FROM mail WHERE template = 'refund_failed' AND sent_at IS NULL ORDER BY to_email`)).rows;
}

async function audited(operation: string, act: string): Promise<{ actor: unknown; before: unknown; after: unknown; texts: string }[]> {
  return db.as(world.ledger, (tx) =>
    tx.query(
      `SELECT e.body -> 'actor' AS actor, e.body -> 'before' AS before, e.body -> 'after' AS after,
              (SELECT string_agg(t.text, ' ') FROM audit_text t WHERE t.workspace_id = e.workspace_id AND t.seq = e.seq) AS texts
         FROM audit_entry e WHERE e.workspace_id = $1 AND e.body ->> 'operation' = $2 AND e.body ->> 'act' = $3`,
      [world.ledger.workspace, operation, act],
    ),
  );
}

async function person(email: string, role: 'owner' | 'admin' | 'support' | 'viewer'): Promise<Merchant> {
  const id = randomUUID();
  await world.owner.query(`INSERT INTO person (id, email, name, password_hash, email_verified_at) VALUES ($1, $2, $3, '', now())`, [id, email, email]);
  await world.owner.query('INSERT INTO membership (workspace_id, person_id, role) VALUES ($1, $2, $3)', [world.ledger.workspace, id, role]);
  return makeMerchant({ ...world.merchant, actor: { kind: 'person', id, name: email, email, role, session: randomUUID() }, can: capabilitiesOf(role) });
}
