import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAmount } from '#lib/money.ts';
import { halfOf, readAmount } from './refund-amount.ts';

const eur = { currency: 'eur', left: 24000n, locale: 'en' };

describe('a typed refund amount', () => {
  it.each([
    ['240.00', eur, 24000n],
    ['120', eur, 12000n],
    ['1.234,50', { ...eur, left: 999_999n, locale: 'de' }, 123450n],
    ['500', { currency: 'jpy', left: 18900n, locale: 'en' }, 500n],
    ['1.250', { currency: 'kwd', left: 12500n, locale: 'en' }, 1250n],
  ])('%s is read', (text, about, minor) => {
    expect(readAmount(text, about)).toEqual({ ok: true, minor });
  });

  it.each([
    ['240.01', eur, 'above_left'],
    ['99999999999999999999', eur, 'above_left'],
    ['0', eur, 'zero'],
    ['-5', eur, 'zero'],
    ['1.005', eur, 'decimals'],
    ['1.5', { currency: 'jpy', left: 18900n, locale: 'en' }, 'decimals'],
    ['', eur, 'not_a_number'],
    ['twelve', eur, 'not_a_number'],
    ['<script>', eur, 'not_a_number'],
  ])('%s is refused with its reason', (text, about, why) => {
    expect(readAmount(text, about)).toEqual({ ok: false, why });
  });

  it('reads back what the Full and Half buttons fill in, in every tried currency and locale', () => {
    const anything = fc.tuple(fc.bigInt(2n, 10n ** 13n), fc.constantFrom('eur', 'jpy', 'kwd', 'usd'), fc.constantFrom('en', 'de', 'nb', 'fr', 'ar-EG', 'hi'));
    fc.assert(
      fc.property(anything, ([left, currency, locale]) => {
        const half = halfOf(left) ?? left;
        for (const minor of [left, half]) expect(readAmount(formatAmount(minor, currency, locale), { currency, left, locale })).toEqual({ ok: true, minor });
      }),
    );
  });
});
