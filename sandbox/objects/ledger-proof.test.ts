// The money rules, held against any order of payments, captures, refunds, disputes and time: Stripe's ledger proof (FACTS §7), and every answer valid by schema.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { schemaFaults } from '../billing/trial-run.ts';
import { configOf } from '../core/config.ts';
import { type Core, openCore } from '../core/core.ts';
import { placeNumber } from '../core/place.ts';
import { runDue } from '../core/runner.ts';
import { callIn } from '../wire/call.ts';
import { handOf, type Hand, type Made } from '../world/hand.ts';
import { createAccount } from './account.ts';
import { decideDispute, raiseDispute } from './dispute.ts';
import { TYPES } from './index.ts';
import { authenticateIntent } from './payment-intent.ts';
import { failRefund, giveRefundDetails, requireRefundAction } from './refund.ts';

const CARDS = [
  'pm_card_visa',
  'pm_card_bypassPending',
  'pm_card_refundFail',
  'pm_card_pendingRefund',
  'pm_card_chargeDeclined',
  'pm_card_authenticationRequired',
  'pm_card_createDispute',
  'pm_card_createDisputeInquiry',
];
const CURRENCIES = ['usd', 'eur', 'nok', 'jpy', 'kwd'];

const act = fc.oneof(
  fc.record({
    do: fc.constant('pay' as const),
    card: fc.constantFrom(...CARDS),
    currency: fc.constantFrom(...CURRENCIES),
    amount: fc.integer({ min: 60, max: 900_000 }).map((tens) => tens * 10),
    capture: fc.constantFrom('automatic', 'automatic_async', 'manual'),
  }),
  fc.record({
    do: fc.constantFrom(
      'capture' as const,
      'cancel' as const,
      'refund' as const,
      'fail' as const,
      'ask' as const,
      'details' as const,
      'stop' as const,
      'dispute' as const,
      'answer' as const,
      'decide' as const,
      'pass' as const,
    ),
    which: fc.nat(20),
    share: fc.double({ min: 0.01, max: 1.2, noNaN: true }),
  }),
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 0, max: 1_200 }) }),
);
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

test.each(['usd', 'nok'])('in an account that settles in %s the ledger adds up after whatever happened', (currency) => {
  let refunded = 0;
  let disputed = 0;
  fc.assert(
    fc.property(fc.array(act, { minLength: 15, maxLength: 40 }), (acts) => {
      const core = openCore({ ...configOf({}), file: ':memory:' }, TYPES);
      const account = createAccount(core, { name: 'Proof', email: 'p@x.example', country: 'US', currency }).id;
      const place = placeNumber(core.store, account, false);
      const clock = { now: 1_790_000_000 };
      core.building.set(place, clock);
      const hand = handOf(
        account,
        callIn(core, false, () => clock.now),
      );
      for (const one of acts) play(core, hand, clock, place, one);
      const objects = (type: string): Made[] => core.within(account, false, {}, (ground) => ground.all(type).map((found) => ground.show(found)));
      prove(objects, hand.get('/v1/balance'), currency);
      expect(schemaFaults(core)).toEqual([]);
      refunded += objects('refund').length;
      disputed += objects('dispute').length;
      core.store.close();
    }),
    { numRuns: 80 },
  );
  expect(Math.min(refunded, disputed)).toBeGreaterThan(5);
});

function play(core: Core, hand: Hand, clock: { now: number }, place: number, one: Act): void {
  const pick = (path: string, index: number): Made | undefined => {
    const rows = hand.list(path, { limit: 100 });
    return rows[index % Math.max(1, rows.length)];
  };
  /** What the rules refuse is no matter here; what they allow must add up. */
  const inside = (work: Parameters<typeof core.within<unknown>>[3]): void => {
    try {
      core.within(hand.account, false, {}, work);
    } catch (error) {
      expect(error).toHaveProperty('status');
    }
  };
  if (one.do === 'wait') {
    runDue(core, clock.now + one.hours * 3600, { place });
    clock.now += one.hours * 3600;
    return;
  }
  if (one.do === 'pay') {
    const { card, currency, amount, capture } = one;
    const reply = hand.ask('POST', '/v1/payment_intents', { amount, currency, payment_method: card, confirm: true, capture_method: capture });
    expect([200, 402]).toContain(reply.status);
    return;
  }
  const intent = pick('/v1/payment_intents', one.which);
  const charge = pick('/v1/charges', one.which);
  const refund = pick('/v1/refunds', one.which);
  const dispute = pick('/v1/disputes', one.which);
  const part = (amount: unknown): number => Math.max(1, Math.round(Number(amount) * one.share));
  if (one.do === 'capture' && intent) hand.ask('POST', `/v1/payment_intents/${intent.id}/capture`, { amount_to_capture: part(intent.amount) });
  if (one.do === 'cancel' && intent) hand.ask('POST', `/v1/payment_intents/${intent.id}/cancel`);
  if (one.do === 'refund' && charge) hand.ask('POST', '/v1/refunds', { charge: charge.id, amount: part(charge.amount_captured) });
  if (one.do === 'answer' && dispute)
    hand.ask('POST', `/v1/disputes/${dispute.id}`, { evidence: { uncategorized_text: one.which % 2 ? 'winning_evidence' : 'losing_evidence' } });
  if (one.do === 'fail' && refund) inside((ground) => failRefund(ground, refund.id, 'unknown'));
  if (one.do === 'ask' && refund) inside((ground) => requireRefundAction(ground, refund.id));
  if (one.do === 'details' && refund) inside((ground) => giveRefundDetails(ground, refund.id));
  if (one.do === 'stop' && refund) hand.ask('POST', `/v1/refunds/${refund.id}/cancel`);
  if (one.do === 'dispute' && charge) inside((ground) => raiseDispute(ground, charge.id, one.which % 3 ? 'fraudulent' : 'inquiry'));
  if (one.do === 'decide' && dispute) inside((ground) => decideDispute(ground, dispute.id, one.which % 2 ? 'won' : 'lost'));
  if (one.do === 'pass' && intent) inside((ground) => authenticateIntent(ground, intent.id, one.which % 2 === 0));
}

function prove(objects: (type: string) => Made[], balance: Made, settlement: string): void {
  const transactions = new Map(objects('balance_transaction').map((one) => [one.id, one]));
  const left = new Set(transactions.keys());
  /** Rules 1 and 2: the object has this transaction, it names the object, and the amounts agree. */
  const held = (id: unknown, of: Made, amount: number): void => {
    const found = transactions.get(String(id));
    if (!found) throw new Error(`${of.id} names ${String(id)}, which is not there`);
    left.delete(found.id);
    expect(found).toMatchObject({ source: of.id, currency: settlement });
    if (of.currency === settlement) expect(found).toMatchObject({ amount, exchange_rate: null });
    else expect(Math.abs(Number(found.amount) - amount * Number(found.exchange_rate))).toBeLessThanOrEqual(1);
  };
  for (const charge of objects('charge')) {
    if (charge.balance_transaction) held(charge.balance_transaction, charge, Number(charge.amount_captured));
    else expect(charge.status === 'failed' || !charge.captured || charge.amount_refunded === 0).toBe(true);
    const standing = objects('refund').filter((one) => one.charge === charge.id && one.status !== 'failed' && one.status !== 'canceled');
    const sum = standing.reduce((total, one) => total + Number(one.amount), 0);
    if (charge.captured) expect({ id: charge.id, amount_refunded: charge.amount_refunded }).toEqual({ id: charge.id, amount_refunded: sum });
    expect(sum).toBeLessThanOrEqual(Number(charge.amount_captured));
  }
  for (const refund of objects('refund')) {
    held(refund.balance_transaction, refund, -Number(refund.amount));
    const failed = refund.status === 'failed' || refund.status === 'canceled';
    if (failed) held(refund.failure_balance_transaction, refund, Number(refund.amount));
    else expect(refund.failure_balance_transaction).toBeUndefined();
  }
  for (const dispute of objects('dispute')) {
    const moved = dispute.balance_transactions as Made[]; // shown whole by dispute.ts
    moved.forEach((one, i) => held(one.id, dispute, i === 0 ? -Number(dispute.amount) : Number(dispute.amount)));
    const expected = String(dispute.status).startsWith('warning_') ? 0 : dispute.status === 'won' ? 2 : 1;
    expect(moved).toHaveLength(expected);
  }
  expect([...left]).toEqual([]);
  let sum = 0;
  for (const one of transactions.values()) {
    const fees = (one.fee_details as { amount: number }[]).reduce((total, { amount }) => total + amount, 0);
    expect(one).toMatchObject({ net: Number(one.amount) - Number(one.fee), fee: fees });
    sum += Number(one.net);
  }
  const parts = ['available', 'pending'].flatMap((part) => balance[part] as { amount: number; currency: string }[]);
  expect(new Set(parts.map(({ currency }) => currency))).toEqual(new Set([settlement]));
  expect(parts.reduce((total, { amount }) => total + amount, 0)).toBe(sum);
}
