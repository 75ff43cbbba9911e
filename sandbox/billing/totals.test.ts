import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineAmount, sumOf } from './totals.ts';

test('parts of a minor unit are rounded once, after multiplying', () => {
  expect(lineAmount('0.5', 1)).toBe(1);
  expect(lineAmount('0.4', 3)).toBe(1);
  expect(lineAmount('1.005', 1000)).toBe(1005);
  expect(lineAmount('-0.5', 3)).toBe(-2);
});

test('whole amounts multiply exactly', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -99_999_999, max: 99_999_999 }),
      fc.integer({ min: 0, max: 9999 }),
      (unit, n) => lineAmount(String(unit), n) === unit * n || unit * n === 0,
    ),
  );
});

test('what is no decimal, or too large, is refused', () => {
  for (const unit of ['', 'x', '1e5', '0x10', '1.', '9'.repeat(20)]) expect(() => lineAmount(unit, 1)).toThrow();
});

test('an invoice asks for its sum, and never for less than nothing', () => {
  expect(sumOf([500, 250])).toEqual({ subtotal: 750, total: 750, amount_due: 750, amount_remaining: 750 });
  expect(sumOf([100, -300])).toEqual({ subtotal: -200, total: -200, amount_due: 0, amount_remaining: 0 });
});
