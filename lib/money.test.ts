import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exponentOf, formatAmount, formatMoney, isKnownCurrency, parseAmount, toDecimal } from './money.ts';

const currencies = ['usd', 'eur', 'jpy', 'krw', 'kwd', 'bhd', 'isk', 'ugx', 'huf', 'twd', 'cop', 'mga'];
const locales = ['en', 'en-GB', 'de', 'nb', 'fr', 'de-CH', 'en-IN', 'ar-EG', 'sv'];

describe('exponents are Stripe’s, not Intl’s', () => {
  test.each([
    ['usd', 2],
    ['jpy', 0],
    ['kwd', 3],
    ['isk', 2],
    ['ugx', 2],
    ['huf', 2],
    ['mga', 0],
    ['USD', 2],
  ] as const)('%s has %i', (code, digits) => expect(exponentOf(code)).toBe(digits));

  test('a code nobody knows is told apart', () => {
    expect([isKnownCurrency('usd'), isKnownCurrency('zzq'), isKnownCurrency('us')]).toEqual([true, false, false]);
  });
});

describe('a typed amount', () => {
  test('what is shown can be typed back, in every currency and locale, at any size', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), fc.constantFrom(...currencies), fc.constantFrom(...locales), (amount, currency, locale) => {
        expect(parseAmount(formatAmount(amount, currency, locale), currency, locale)).toEqual({ ok: true, amount });
        expect(parseAmount(toDecimal(amount, currency), currency, 'en')).toEqual({ ok: true, amount });
      }),
    );
  });

  test.each([
    ['12.345', 'usd', 'en', 'too_many_decimals'],
    ['12.340', 'usd', 'en', 'too_many_decimals'],
    ['1.000', 'jpy', 'en', 'too_many_decimals'],
    ['12.3456', 'kwd', 'en', 'too_many_decimals'],
    ['1,23', 'usd', 'en', 'not_a_number'],
    ['12e3', 'usd', 'en', 'not_a_number'],
    ['0x10', 'usd', 'en', 'not_a_number'],
    ['1.2.3', 'usd', 'en', 'not_a_number'],
    ['.', 'usd', 'en', 'not_a_number'],
    ['', 'usd', 'en', 'empty'],
    ['   ', 'usd', 'en', 'empty'],
    ['9999999999999999', 'usd', 'en', 'too_large'],
  ])('%j in %s (%s) is refused as %s', (text, currency, locale, why) => expect(parseAmount(text, currency, locale)).toMatchObject({ ok: false, why }));

  test.each([
    ['1.250,5', 'eur', 'de', 125050n],
    ['1’250.50', 'chf', 'de-CH', 125050n],
    ['1 250,50', 'eur', 'fr', 125050n],
    ['-5', 'usd', 'en', -500n],
    ['.5', 'usd', 'en', 50n],
    ['١٢٫٥', 'usd', 'ar-EG', 1250n],
  ])('%j in %s (%s) is %s', (text, currency, locale, amount) => expect(parseAmount(text, currency, locale)).toEqual({ ok: true, amount }));
});

test('amounts are shown with their code, a true minus, and exactly beyond 2^53', () => {
  expect(formatMoney(-125000n, 'usd', 'en')).toBe('\u22121,250.00 USD');
  expect(formatMoney(18900n, 'jpy', 'en')).toBe('18,900 JPY');
  expect(formatMoney(12500n, 'kwd', 'en')).toBe('12.500 KWD');
  expect(formatMoney(9007199254740993n, 'usd', 'en')).toBe('90,071,992,547,409.93 USD');
});
