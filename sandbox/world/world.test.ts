// The demo worlds, held against the rules they must obey: each is built once, through the routes, in memory.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { intentOf, schemaFaults, trialCore } from '../billing/trial-run.ts';
import type { Core } from '../core/core.ts';
import { advance } from '../core/runner.ts';
import { buildWorld, type BuiltWorld, type WorldOrder } from './build.ts';
import type { Made } from './hand.ts';

const UNTIL = Date.parse('2026-11-25T04:00:00Z') / 1000;
const complaints: unknown[][] = [];
const said = console.error;

beforeAll(() => {
  console.error = (...words: unknown[]) => void complaints.push(words); // jobs and routes that broke say so here
});

afterAll(() => {
  console.error = said;
});

type World = { core: Core; built: BuiltWorld; all: (type: string) => Made[] };

async function world(order: Partial<WorldOrder> & Pick<WorldOrder, 'name' | 'seed'>): Promise<World> {
  const core = trialCore();
  const built = await buildWorld(core, { until: UNTIL, ...order });
  return {
    core,
    built,
    all: (type) => core.within(built.account, false, {}, (place) => place.all(type).map((one) => place.show(one))),
  };
}

/** What must be the same for the same seed: everything but ids. */
function fingerprint({ built, all }: World): unknown {
  const sums = new Map<string, number>();
  for (const type of ['invoice', 'charge', 'refund', 'balance_transaction', 'dispute'])
    for (const one of all(type)) {
      const key = `${type} ${String(one.currency)} ${String(one.status)}`;
      sums.set(key, (sums.get(key) ?? 0) + Number(one.total ?? one.amount));
    }
  return { counts: built.counts, sums: [...sums].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

const statesOf = (objects: readonly Made[]): string[] => [...new Set(objects.map(({ status }) => String(status)))].sort();

describe('Harbor Weekly', () => {
  let harbor: World;
  beforeAll(async () => {
    harbor = await world({ name: 'harbor', seed: 20_261_125, readers: 140 });
  }, 60_000);
  afterAll(() => harbor.core.store.close());

  test('is built without a complaint', () => {
    expect(complaints).toEqual([]);
  });

  test('shows every state there is to be looked at', () => {
    expect(statesOf(harbor.all('subscription'))).toEqual(['active', 'canceled', 'incomplete', 'incomplete_expired', 'past_due', 'trialing', 'unpaid']);
    expect(statesOf(harbor.all('invoice'))).toEqual(['draft', 'open', 'paid', 'uncollectible', 'void']);
    expect(statesOf(harbor.all('subscription_schedule'))).toEqual(['active', 'canceled', 'completed', 'not_started', 'released']);
    expect(statesOf(harbor.all('dispute'))).toEqual([
      'lost',
      'needs_response',
      'under_review',
      'warning_closed',
      'warning_needs_response',
      'warning_under_review',
      'won',
    ]);
    expect(statesOf(harbor.all('refund'))).toEqual(['failed', 'pending', 'succeeded']);
    expect(statesOf(harbor.all('charge'))).toEqual(['failed', 'succeeded']);
    expect(statesOf(harbor.all('payment_intent'))).toEqual(['canceled', 'requires_action', 'requires_capture', 'requires_payment_method', 'succeeded']);
    expect(new Set(harbor.all('charge').map(({ currency }) => currency))).toEqual(new Set(['usd', 'eur', 'gbp', 'nok', 'jpy', 'kwd']));
    const overdue = harbor.all('invoice').filter(({ status, due_date }) => status === 'open' && Number(due_date ?? Infinity) < UNTIL);
    expect(overdue.length).toBeGreaterThan(0);
    expect(harbor.all('subscription').some(({ cancel_at_period_end, status }) => cancel_at_period_end === true && status === 'active')).toBe(true);
  });

  test('gives objects and events that Stripe’s schemas accept', () => {
    expect(schemaFaults(harbor.core)).toEqual([]);
  });

  test('has nothing from before its time or after it', () => {
    const times = harbor.all('invoice').map(({ created }) => Number(created));
    expect(Math.max(...times)).toBeLessThanOrEqual(UNTIL);
    expect(Math.min(...times)).toBeGreaterThan(UNTIL - 560 * 86_400);
  });

  test('has invoices whose lines add up to them, and whose payments add up to what was paid', () => {
    const lines = bySum(harbor.all('line_item'), 'invoice', 'amount');
    const paid = bySum(
      harbor.all('invoice_payment').filter(({ status }) => status === 'paid'),
      'invoice',
      'amount_paid',
    );
    for (const invoice of harbor.all('invoice')) {
      const { id, total, subtotal, amount_due, amount_paid, amount_paid_off_stripe, amount_remaining, status } = invoice;
      expect({ id, total, subtotal }).toEqual({ id, total: lines.get(id) ?? 0, subtotal: lines.get(id) ?? 0 });
      expect({ id, amount_due }).toEqual({ id, amount_due: total });
      expect({ id, amount_remaining }).toEqual({ id, amount_remaining: Number(amount_due) - Number(amount_paid) });
      expect({ id, through: Number(amount_paid) - Number(amount_paid_off_stripe) }).toEqual({ id, through: paid.get(id) ?? 0 });
      if (status === 'paid') expect({ id, amount_remaining }).toEqual({ id, amount_remaining: 0 });
    }
  });

  test('has payments of invoices that are payments of their customers, over the same sum', () => {
    const intents = new Map(harbor.all('payment_intent').map((one) => [one.id, one]));
    const invoices = new Map(harbor.all('invoice').map((one) => [one.id, one]));
    for (const payment of harbor.all('invoice_payment')) {
      const intent = intents.get(intentOf(payment));
      expect(intent).toMatchObject({ amount: payment.amount_requested, currency: payment.currency, customer: invoices.get(String(payment.invoice))?.customer });
      if (payment.status === 'paid') expect(intent).toMatchObject({ status: 'succeeded', amount_received: payment.amount_paid });
    }
  });

  test('obeys the ledger proof', () => proveLedger(harbor));
});

describe('Fjord Review', () => {
  test('settles in a currency of its own, ends what is not paid, and obeys the ledger proof', async () => {
    const fjord = await world({ name: 'fjord', seed: 5 });
    expect(new Set(fjord.all('balance_transaction').map(({ currency }) => currency))).toEqual(new Set(['nok']));
    expect(new Set(fjord.all('charge').map(({ currency }) => currency))).toEqual(new Set(['eur', 'sek', 'dkk', 'chf']));
    expect(fjord.all('subscription').some((one) => (one.cancellation_details as { reason: string }).reason === 'payment_failed')).toBe(true);
    expect(schemaFaults(fjord.core)).toEqual([]);
    proveLedger(fjord);
    fjord.core.store.close();
  });
});

test('one seed makes one world, another seed another', async () => {
  const order = { name: 'harbor', readers: 25, months: 6 } as const;
  const [one, same, other] = [await world({ ...order, seed: 1 }), await world({ ...order, seed: 1 }), await world({ ...order, seed: 2 })];
  expect(fingerprint(same)).toEqual(fingerprint(one));
  expect(fingerprint(other)).not.toEqual(fingerprint(one));
  for (const { core } of [one, same, other]) core.store.close();
});

test('a world can be built beside another, and in an account that is there already', async () => {
  const { core, built } = await world({ name: 'fjord', seed: 1, readers: 8, months: 3 });
  const second = await buildWorld(core, { name: 'harbor', account: built.account, livemode: true, seed: 1, readers: 2, months: 2, until: UNTIL });
  expect(second.account).toBe(built.account);
  expect(core.building.size).toBe(0);
  expect(second.counts.customer).toBeGreaterThan(2);
  core.store.close();
});

test('a world lives on when its clock does', async () => {
  const { core, all } = await world({ name: 'harbor', seed: 3, readers: 12, months: 3, until: undefined });
  const before = all('invoice').length;
  await advance(core, core.clock.now() + 40 * 86_400);
  expect(all('invoice').length).toBeGreaterThan(before);
  expect(all('subscription').filter(({ status }) => status === 'trialing')).toEqual([]);
  expect(complaints).toEqual([]);
  core.store.close();
});

test('a world has bounds', async () => {
  for (const bounds of [{ months: 0 }, { months: 1.5 }, { readers: -1 }, { readers: 1e9 }])
    await expect(world({ name: 'fjord', seed: 1, ...bounds })).rejects.toThrow(RangeError);
});

function bySum(objects: readonly Made[], key: string, amount: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const one of objects) sums.set(String(one[key]), (sums.get(String(one[key])) ?? 0) + Number(one[amount]));
  return sums;
}

/** FACTS §7: every object that moved money finds its transactions, every transaction its object, and amounts agree within one minor unit of the settlement currency. */
function proveLedger({ all }: World): void {
  const transactions = new Map(all('balance_transaction').map((one) => [one.id, one]));
  const expected: { id: unknown; source: string; amount: number; currency: unknown }[] = [];
  for (const charge of all('charge'))
    if (charge.status === 'succeeded' && charge.captured)
      expected.push({ id: charge.balance_transaction, source: charge.id, amount: Number(charge.amount_captured), currency: charge.currency });
  for (const refund of all('refund')) {
    expected.push({ id: refund.balance_transaction, source: refund.id, amount: -Number(refund.amount), currency: refund.currency });
    if (refund.failure_balance_transaction)
      expected.push({ id: refund.failure_balance_transaction, source: refund.id, amount: Number(refund.amount), currency: refund.currency });
  }
  for (const dispute of all('dispute')) {
    const moved = dispute.balance_transactions as Made[];
    moved.forEach(({ id }, i) => expected.push({ id, source: dispute.id, amount: (i ? 1 : -1) * Number(dispute.amount), currency: dispute.currency }));
  }
  for (const { id, source, amount, currency } of expected) {
    const transaction = transactions.get(String(id));
    if (!transaction) throw new Error(`${source} has no transaction ${String(id)}`);
    transactions.delete(transaction.id);
    expect(transaction.source).toBe(source);
    const exact = amount * (transaction.currency === currency ? 1 : Number(transaction.exchange_rate));
    expect(Math.abs(Number(transaction.amount) - exact), `${source}: ${String(transaction.amount)} for ${exact}`).toBeLessThanOrEqual(
      transaction.currency === currency ? 0 : 1,
    );
    expect(Number(transaction.net)).toBe(Number(transaction.amount) - Number(transaction.fee));
    const fees = (transaction.fee_details as { amount: number }[]).reduce((sum, fee) => sum + fee.amount, 0);
    expect(Number(transaction.fee)).toBe(fees);
  }
  expect([...transactions.values()].filter(({ type }) => ['charge', 'refund', 'refund_failure', 'payment', 'payment_refund'].includes(String(type)))).toEqual(
    [],
  );
}
