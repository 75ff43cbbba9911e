import { describe, expect, it } from 'vitest';
import { momentsOf } from './moments.ts';
import { oneOfMany } from './one-of-many.ts';
import type { Operation, Refund } from './parts.ts';
import { standingOf } from './standing.ts';
import { subscriptionWord } from './subscription-word.ts';

const at = new Date('2026-11-22T14:10:00Z');
const none = { intent: null, charges: [], refunds: [], disputes: [], transactions: [], operations: [], told: [] };

describe('a refund asked for here', () => {
  // The fault: a refund that Stripe has not heard of, or refused, is shown as made.
  it.each([
    ['queued', null, null, 'queued'],
    ['sending', null, null, 'sending'],
    ['unknown', null, null, 'unknown'],
    ['needs_review', null, null, 'needs_review'],
    ['failed', null, null, 'refused'],
    ['failed', 're_1', 'failed', 'failed'],
    ['accepted', 're_1', 'pending', 'pending'],
    ['accepted', 're_1', 'requires_action', 'requires_action'],
    ['succeeded', 're_1', 'succeeded', 'succeeded'],
  ])('%s with %s at Stripe (%s) reads %s', (state, refund, status, word) => {
    const [moment] = momentsOf('pi_1', at, null, {
      ...none,
      operations: [operation({ state, refund, refundStatus: status, created: new Date(at.getTime() + 1) })],
    });
    expect(moment).toMatchObject({ kind: 'refund', word, by: { where: 'here', name: 'Dana Ruiz' } });
  });

  it('is told once when its refund is mirrored, whether found by its id or by the operation it names', () => {
    for (const [of, named] of [
      [operation({ refund: 're_1' }), null],
      [operation({ refund: null }), 'op'],
    ] as const) {
      const moments = momentsOf('pi_1', at, null, { ...none, operations: [of], refunds: [refundOf({ op_id: named })] });
      expect(moments.filter(({ kind }) => kind === 'refund')).toMatchObject([{ id: 're_1', by: { where: 'here' } }]);
    }
  });
});

describe('a refund', () => {
  it('failed afterwards when the money had come back to the balance', () => {
    expect(standingOf(refundOf({ status: 'failed', failure_balance_transaction: 'txn_2' }), null).word).toBe('failed_afterwards');
    expect(standingOf(refundOf({ status: 'failed' }), null)).toMatchObject({ word: 'failed', by: { where: 'stripe' } });
  });

  it('keeps a word that Stripe adds tomorrow', () => {
    expect(standingOf(refundOf({ status: 'half_done' }), null).word).toBe('half_done');
    expect(standingOf(refundOf({ status: null }), null).word).toBe('no_status');
  });
});

describe('a subscription', () => {
  const end = new Date('2026-12-03T00:00:00Z');
  const seconds = end.getTime() / 1000;
  it.each([
    [{ status: 'active' }, 'active', null],
    [{ status: 'active', cancel_at_period_end: true }, 'ending', end],
    [{ status: 'active', cancel_at: seconds }, 'ending', end],
    [{ status: 'trialing', trial_end: seconds }, 'trialing', end],
    [{ status: 'active', pause_collection: { behavior: 'void' } }, 'collection_paused', null],
    [{ status: 'canceled', pause_collection: { behavior: 'void' } }, 'canceled', null],
    [{ status: 'brand_new' }, 'brand_new', null],
    [{}, 'unknown', null],
  ])('%j is %s', (data, word, until) => {
    expect(subscriptionWord({ id: 'sub_1', object: 'subscription', ...data }, end)).toEqual({ word, until });
  });
});

describe('one figure for several currencies', () => {
  const figure = (currency: string, rows: number) => ({ currency, rows, amount: 1n, confirmed: true });
  it("is the account's own, else that of most rows", () => {
    expect(oneOfMany([figure('usd', 9), figure('eur', 1)], 'eur')).toMatchObject({ figure: { currency: 'eur' }, more: 1 });
    expect(oneOfMany([figure('usd', 9), figure('jpy', 10)], 'eur')).toMatchObject({ figure: { currency: 'jpy' }, more: 1 });
    expect(oneOfMany([], 'eur')).toBeNull();
  });
});

function operation(of: Partial<Operation>): Operation {
  return {
    id: 'op',
    state: 'succeeded',
    amount: 8000n,
    currency: 'eur',
    reason: 'duplicate',
    note: null,
    refund: null,
    refundStatus: null,
    target: 'pi_1',
    charge: 'ch_1',
    by: 'Dana Ruiz',
    byKind: 'person',
    code: null,
    message: null,
    request: null,
    created: at,
    firstSent: null,
    foundBy: null,
    heldWhy: null,
    reviewWhy: null,
    decided: null,
    ...of,
  };
}

function refundOf(of: Partial<Refund>): Refund {
  return {
    id: 're_1',
    created: at,
    data: { id: 're_1', object: 'refund', reason: null },
    confirmed: true,
    deleted_at: null,
    as_of_source: 'fetch',
    mirrored_at: at,
    charge: 'ch_1',
    payment_intent: 'pi_1',
    balance_transaction: 'txn_1',
    failure_balance_transaction: null,
    status: 'succeeded',
    amount: 8000n,
    currency: 'eur',
    op_id: null,
    ...of,
  };
}

describe('the story of a refund', () => {
  // The fault: a webhook that was faster than the answer, or told a later change, is taken for a lost answer.
  it('calls an answer lost only where it was looked for', () => {
    expect(standingOf(refundOf({}), operation({ refund: 're_1', foundBy: 'event' })).found).toBe(false);
    expect(standingOf(refundOf({}), operation({ refund: 're_1', foundBy: 'reading' })).found).toBe(true);
  });
});
