import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentOf, toDecimal } from '#lib/money.ts';
import { moneyText } from './amount-text.ts';
import { formatDecimal, fullDate, listDate } from './format.ts';

describe('money as shown', () => {
  it.each([
    ['1250.00', 'usd', 'en', '1,250.00 USD'],
    ['18900', 'jpy', 'en', '18,900 JPY'],
    ['12.500', 'kwd', 'en', '12.500 KWD'],
    ['0.00', 'eur', 'en', '0.00 EUR'],
    ['-80.00', 'eur', 'en', '\u221280.00 EUR'],
    ['-1234.50', 'eur', 'de', '\u22121.234,50 EUR'],
    ['90071992547409931.07', 'usd', 'en', '90,071,992,547,409,931.07 USD'],
  ])('%s %s in %s is %s', (amount, currency, locale, shown) => {
    expect(moneyText({ amount, currency }, locale)).toBe(shown);
  });

  it('keeps every digit of every amount, whatever its size', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.constantFrom('usd', 'jpy', 'kwd', 'huf'), (minor, currency) => {
        const shown = formatDecimal(toDecimal(minor, currency), 'en');
        const digits = shown.replace(/[^\d]/g, '').replace(/^0+(?=\d)/, '');
        expect(digits).toBe((minor < 0n ? -minor : minor).toString());
        expect(shown.split('.')[1]?.length ?? 0).toBe(exponentOf(currency));
        expect(shown.startsWith('\u2212')).toBe(minor < 0n);
      }),
    );
  });
});

describe('dates as shown', () => {
  const format = { locale: 'en', zone: 'Europe/Oslo', now: '2026-11-22T16:10:00Z' };

  it('are short in lists and name the year when it is another', () => {
    expect(listDate('2026-11-22T15:02:00Z', format)).toBe('22 Nov, 16:02');
    expect(listDate('2024-02-03T10:00:00Z', format)).toBe('3 Feb 2024');
  });

  it('are whole in details, in the named zone', () => {
    expect(fullDate('2026-11-22T15:02:11Z', format)).toBe('22 Nov 2026, 16:02:11');
    expect(fullDate('2026-11-22T15:02:11Z', { ...format, zone: 'UTC' })).toBe('22 Nov 2026, 15:02:11');
  });

  it('count the year in the zone, not in UTC', () => {
    expect(listDate('2025-12-31T23:30:00Z', { ...format, now: '2026-01-01T12:00:00Z' })).toBe('1 Jan, 00:30');
  });
});
