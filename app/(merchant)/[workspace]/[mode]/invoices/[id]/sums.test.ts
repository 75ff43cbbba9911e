import { describe, expect, test } from 'vitest';
import { stripePage, sumsOf, unitText } from './sums.ts';

describe('the figures of an invoice', () => {
  test('are Stripe’s own; what is nothing is left out', () => {
    expect(sumsOf({ subtotal: 1_000, total: 1_000, amount_paid: 600, amount_remaining: 400, total_taxes: [], total_discount_amounts: [] })).toEqual([
      { key: 'invoice.sum.subtotal', amount: 1_000n },
      { key: 'invoice.sum.total', amount: 1_000n, total: true },
      { key: 'invoice.sum.paid', amount: 600n },
      { key: 'invoice.sum.due', amount: 400n, total: true },
    ]);
  });

  test('take discounts off, add taxes, and name credit by what it was', () => {
    const sums = sumsOf({
      subtotal: 1_000,
      total_discount_amounts: [{ amount: 100 }, { amount: 50 }],
      total_taxes: [{ amount: 85 }, { amount: 85 }],
      total: 1_020,
      pre_payment_credit_notes_amount: 20,
      starting_balance: -300,
      ending_balance: 0,
      amount_paid: 700,
      post_payment_credit_notes_amount: 70,
      amount_remaining: 0,
    });
    expect(Object.fromEntries(sums.map(({ key, amount }) => [key.replace('invoice.sum.', ''), amount]))).toEqual({
      subtotal: 1_000n,
      discount: -150n,
      tax: 170n,
      total: 1_020n,
      creditedBefore: -20n,
      balance: -300n,
      paid: 700n,
      creditedAfter: 70n,
      due: 0n,
    });
  });

  test('of an object that is not as it should be are nothing, not an error', () => {
    expect(sumsOf({ subtotal: 'x', total: null, total_taxes: 'y', amount_paid: 1.5, amount_remaining: 1e300 }).every(({ amount }) => amount === 0n)).toBe(true);
  });
});

test.each([
  ['1250', 'eur', '12.50 EUR'],
  ['0.5', 'usd', '0.005 USD'],
  ['1250.5000', 'usd', '12.505 USD'],
  ['500', 'jpy', '500 JPY'],
  ['12.25', 'jpy', '12.25 JPY'],
  ['-1250', 'eur', '\u221212.50 EUR'],
  [700, 'kwd', '0.700 KWD'],
  ['many', 'eur', null],
  [null, 'eur', null],
  ['5', 'zzz', null],
])('a unit of %j %s is %j', (unit, currency, text) => {
  expect(unitText(unit, currency, 'en')).toBe(text);
});

test.each([
  ['https://invoice.stripe.com/i/acct_1/live_x?s=il', true],
  ['https://pay.stripe.com/invoice/acct_1/pdf', true],
  ['http://invoice.stripe.com/i', false],
  ['https://stripe.com.evil.example/i', false],
  ['https://evilstripe.com/i', false],
  ['https://invoice.stripe.com:444/i', false],
  ['https://user:pass@invoice.stripe.com/i', false],
  ['javascript:alert(1)//stripe.com', false],
  ['data:text/html,stripe.com', false],
  ['//invoice.stripe.com', false],
  ['', false],
  [null, false],
  [{}, false],
])('%j is followed: %j', (url, followed) => {
  expect(stripePage(url)).toBe(followed ? url : null);
});
