// What a refetch costs, survives and proves, against the sandbox over HTTP; the worker's jobs are called in this process.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type Stripe from 'stripe';
import { sweep } from '#lib/inbox/sweep.ts';
import type { Ledger } from '#lib/ledger.ts';
import { runBackfill, startBackfill } from '#lib/mirror/backfill.ts';
import { confirmAll, confirmNow, confirmOwed } from '#lib/mirror/confirm.ts';
import { markOwed, type Ref } from '#lib/mirror/owe.ts';
import { openGround, type Ground } from './ground.ts';
import { differences, startStripe, type StandIn } from './stripe.ts';

let ground: Ground;
let stripe: StandIn;
let ledger: Ledger;
let merchant: Stripe;
const lost: unknown[] = [];
const onAccessLost = async (_ledger: Ledger, error: unknown) => void lost.push(error);

beforeAll(async () => {
  stripe = await startStripe();
  ground = await openGround({ TIME_FACTOR: '0.02', CALL_RATE_FACTOR: '20', STRIPE_API_BASE: stripe.url, STRIPE_CONNECT_BASE: stripe.url });
});
afterAll(async () => {
  await stripe?.stop();
  await ground?.close();
});
beforeEach(async () => {
  await ground.owner.query('TRUNCATE work, account_route, connection');
  await stripe.control('DELETE faults');
  const account = await stripe.account(`confirm-${Math.floor(performance.now())}`);
  ledger = await ground.connect(account);
  merchant = stripe.merchant(account);
  lost.length = 0;
  await stripe.control('DELETE requests');
});

const owe = (refs: Ref[]) => ground.worker.as(ledger, (tx) => markOwed(tx, ledger, refs, { soon: true }));
const confirm = () => confirmAll({ onAccessLost });
const calls = async () =>
  (await stripe.control<{ path: string; status: number }[]>(`GET requests?account=${ledger.account}&method=GET`)).map(
    (call) => `${call.status} ${call.path.split('/').slice(2, 3).join('')}`,
  );
const query = async (sql: string) => (await ground.owner.query(sql.replaceAll('$ledger', `workspace_id = '${ledger.workspace}'`))).rows;
const pay = (amount: number) =>
  merchant.paymentIntents.create({ amount, currency: 'eur', payment_method: 'pm_card_visa', confirm: true, return_url: 'https://x.example' });
const fired = async (kind: string) => (await stripe.control<{ kind: string; fired: number }[]>('GET faults')).find((fault) => fault.kind === kind)!.fired;

describe('cost', () => {
  test('a payment’s three owed objects are confirmed by one call', async () => {
    const intent = await pay(1_000);
    const charge = await settled(intent.latest_charge as string);
    await owe([{ type: 'payment_intent', id: intent.id }]);
    await confirm();
    await stripe.control('DELETE requests');
    await owe([
      { type: 'payment_intent', id: intent.id },
      { type: 'charge', id: charge.id },
      { type: 'balance_transaction', id: charge.balance_transaction as string },
    ]);
    await confirm();
    expect(await calls()).toEqual(['200 payment_intents']);
    expect(await query('SELECT count(*)::int AS n FROM charges WHERE $ledger AND confirmed')).toEqual([{ n: 1 }]);
    expect(await query('SELECT confirmed, captured::int FROM payments WHERE $ledger')).toEqual([{ confirmed: true, captured: 1_000 }]);
  });

  test('a charge brings its refunds, their transactions and the list that was owed', async () => {
    const intent = await pay(1_000);
    const refund = await merchant.refunds.create({ payment_intent: intent.id, amount: 100 });
    const charge = (await settled(intent.latest_charge as string)).id;
    await stripe.control('DELETE requests');
    await owe([
      { type: 'charge', id: charge },
      { type: 'refund', id: `?charge=${charge}` },
    ]);
    await confirm();
    expect(await calls()).toEqual(['200 charges']);
    expect(await query('SELECT id, confirmed FROM refunds WHERE $ledger')).toEqual([{ id: refund.id, confirmed: true }]);
    expect(await query('SELECT count(*)::int AS n FROM balance_transactions WHERE $ledger')).toEqual([{ n: 2 }]);
  });

  test('more than 50 of a type are confirmed by pages; what no page shows is asked for by itself', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 60; index += 1) ids.push((await merchant.customers.create({ name: `Old ${index}` })).id);
    await ground.worker.as(ledger, (tx) => startBackfill(tx, ledger));
    await history();
    for (const id of ids) await merchant.customers.update(id, { name: 'New' });
    await merchant.customers.del(ids[7]!);
    await stripe.control('DELETE requests');
    await owe(ids.map((id) => ({ type: 'customer', id })));
    await confirm();
    expect((await calls()).length).toBeLessThanOrEqual(4);
    expect(await query(`SELECT name, deleted_at IS NOT NULL AS deleted, count(*)::int FROM customers WHERE $ledger GROUP BY 1, 2 ORDER BY 2`)).toEqual([
      { name: 'New', deleted: false, count: 59 },
      { name: 'Old 7', deleted: true, count: 1 },
    ]);
  });

  test('a list inside an object is paged to its end, and the parent keeps its first page', async () => {
    const intent = await pay(5_000);
    for (let index = 0; index < 23; index += 1) await merchant.refunds.create({ payment_intent: intent.id, amount: 100 });
    await owe([{ type: 'charge', id: intent.latest_charge as string }]);
    await confirm();
    expect(await query('SELECT count(*)::int AS n FROM refunds WHERE $ledger AND confirmed')).toEqual([{ n: 23 }]);
    expect(await query('SELECT refunded::int FROM payments WHERE $ledger')).toEqual([{ refunded: 2_300 }]);
  });
});

describe('faults', () => {
  test.each(['error_500', 'rate_limit_429', 'reset_before', 'lock_timeout_429'])('%s is waited out, and the row stays owed until it is paid', async (kind) => {
    const customer = await merchant.customers.create({ name: 'Ada' });
    await stripe.control('POST faults', { kind, times: 2, match: 'GET /v1/customers/*' });
    await owe([{ type: 'customer', id: customer.id }]);
    await confirmUntilQuiet();
    expect(await fired(kind)).toBe(2);
    expect(await query('SELECT name FROM customers WHERE $ledger')).toEqual([{ name: 'Ada' }]);
    expect(await query('SELECT tries, dirty_seq = clean_seq AS paid, lease_until FROM work WHERE $ledger')).toEqual([
      { tries: 0, paid: true, lease_until: null },
    ]);
  });

  test('a 404 buries only when it comes again later and the account answers', async () => {
    const product = await merchant.products.create({ name: 'Paper' });
    const ref = { type: 'product', id: product.id };
    await owe([ref]);
    await confirm();
    await merchant.products.del(product.id);
    await owe([ref]);
    await confirmOwed({ onAccessLost });
    expect(await query('SELECT deleted_at FROM products WHERE $ledger')).toEqual([{ deleted_at: null }]);
    expect(
      await query("SELECT missing_since IS NOT NULL AS missing, not_before > clock_timestamp() + interval '500 ms' AS later FROM work WHERE $ledger"),
    ).toEqual([{ missing: true, later: true }]);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    await confirm();
    expect(await query('SELECT deleted_at IS NOT NULL AS deleted FROM products WHERE $ledger')).toEqual([{ deleted: true }]);
    expect((await calls()).filter((call) => call === '200 account')).toHaveLength(1);
  });

  test('an object never mirrored that Stripe does not know is simply no longer owed', async () => {
    await owe([
      { type: 'price', id: 'price_never' },
      { type: 'refund', id: '?charge=ch_never' },
    ]);
    await confirm();
    expect(await query('SELECT 1 FROM prices WHERE $ledger')).toEqual([]);
    expect(await query('SELECT count(*)::int AS open FROM work WHERE $ledger AND dirty_seq > clean_seq')).toEqual([{ open: 0 }]);
  });

  test('lost access is told once and spends no further calls', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, async (_, index) => (await merchant.customers.create({ name: `${index}` })).id));
    await stripe.control('DELETE requests');
    await stripe.control('POST revoke', { account: ledger.account, livemode: false });
    await owe(ids.map((id) => ({ type: 'customer', id })));
    await confirmOwed({ onAccessLost });
    await ground.owner.query('UPDATE account_route SET paused = true');
    await confirmOwed({ onAccessLost });
    expect(lost).toHaveLength(1);
    expect((await calls()).length).toBeLessThanOrEqual(3);
    expect(await query('SELECT count(*)::int AS owed FROM work WHERE $ledger AND dirty_seq > clean_seq AND lease_until IS NULL')).toEqual([{ owed: 12 }]);
  });
});

describe('a person waits', () => {
  test('confirmNow fetches at once, past debounce and lease, and says when Stripe has no such object', async () => {
    const intent = await pay(700);
    await confirmNow(ledger, [
      { type: 'payment_intent', id: intent.id },
      { type: 'charge', id: intent.latest_charge as string },
    ]);
    expect(await query('SELECT status, confirmed FROM payments WHERE $ledger')).toEqual([{ status: 'succeeded', confirmed: true }]);
    await expect(confirmNow(ledger, [{ type: 'charge', id: 'ch_never' }])).rejects.toMatchObject({ code: 'not_found' });
    await stripe.control('POST faults', { kind: 'error_500', times: 5, match: 'GET /v1/payment_intents/*' });
    await expect(confirmNow(ledger, [{ type: 'payment_intent', id: intent.id }])).rejects.toMatchObject({ code: 'stripe_unavailable' });
    expect(await fired('error_500')).toBeGreaterThan(0);
    expect(await query('SELECT count(*)::int AS leased FROM work WHERE $ledger AND lease_until IS NOT NULL')).toEqual([{ leased: 0 }]);
  });
});

describe('a gap that the events list no longer covers', () => {
  test('everything is listed again, and what no list shows is asked for', async () => {
    const kept = await merchant.customers.create({ name: 'Kept' });
    const gone = await merchant.products.create({ name: 'Gone' });
    await ground.worker.as(ledger, (tx) => startBackfill(tx, ledger));
    await history();
    expect((await sweep(ledger)).relisted).toBe(false);
    await merchant.customers.update(kept.id, { name: 'Changed' });
    await merchant.products.del(gone.id);
    // Forty days pass: no event of all this is listed any more, and what is mirrored is that old.
    await stripe.control('POST clock', { advance: 40 * 86_400 });
    expect((await sweep(ledger)).relisted).toBe(true);
    await history();
    await confirmUntilQuiet();
    expect((await differences(stripe, ground, ledger)).differing).toEqual([]);
    expect(await query('SELECT name FROM customers WHERE $ledger')).toEqual([{ name: 'Changed' }]);
    expect(await query('SELECT deleted_at IS NOT NULL AS deleted FROM products WHERE $ledger')).toEqual([{ deleted: true }]);
  });
});

/** A charge whose transaction has been filled, as Stripe does a little after the payment. */
async function settled(id: string): Promise<Stripe.Charge> {
  for (let tries = 0; tries < 100; tries += 1) {
    const charge = await merchant.charges.retrieve(id);
    if (charge.balance_transaction) return charge;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The charge got no balance transaction.');
}

async function history(): Promise<void> {
  for (let pass = 0; pass < 20; pass += 1) {
    await runBackfill({ onAccessLost });
    if ((await query(`SELECT 1 FROM backfill WHERE $ledger AND state <> 'done'`)).length === 0) return;
  }
  throw new Error(`History was not read: ${JSON.stringify(await query('SELECT type, state, note FROM backfill WHERE $ledger'))}`);
}

async function confirmUntilQuiet(): Promise<void> {
  for (let pass = 0; pass < 100; pass += 1) {
    await confirm();
    if ((await query(`SELECT 1 FROM work WHERE $ledger AND kind = 'object' AND dirty_seq > clean_seq`)).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Something stayed owed.');
}
