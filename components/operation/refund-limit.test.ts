import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAboveLimit, limitText, whoText } from './refund-limit.ts';

describe('a limit in words', () => {
  it.each([
    [{ each: '20000', day: '200000', used: '190000' }, 'Your limit is 200.00 EUR per refund, 2,000.00 EUR a day (1,900.00 EUR used).'],
    [{ each: '20000', day: null, used: '0' }, 'Your limit is 200.00 EUR per refund.'],
    [{ each: null, day: '200000', used: '1' }, 'Your limit is 2,000.00 EUR a day (0.01 EUR used).'],
    ['none_set' as const, 'You have no refund limit in EUR, so you may not refund in it.'],
  ])('%j', (limit, text) => {
    expect(limitText(limit, 'eur', 'en')).toBe(text);
  });

  it('names who may, or nobody', () => {
    expect(whoText([])).toBeNull();
    expect(whoText(['Dana Ruiz'])).toBe('Dana Ruiz may refund it.');
    expect(whoText(['Dana Ruiz', 'Ola Berg', 'Kim'])).toBe('Dana Ruiz, Ola Berg, or Kim may refund it.');
  });
});

describe('whether an amount is above it', () => {
  it('holds at the very amounts', () => {
    const limit = { each: '200', day: '1000', used: '900' };
    expect([99n, 100n, 101n].map((minor) => isAboveLimit(minor, limit))).toEqual([false, false, true]);
    expect([200n, 201n].map((minor) => isAboveLimit(minor, { ...limit, used: '0' }))).toEqual([false, true]);
    expect([isAboveLimit(1n, null), isAboveLimit(1n, 'none_set')]).toEqual([false, true]);
  });

  it('never says an amount is fine that the day has no room for', () => {
    const figure = fc.option(fc.bigInt(0n, 10n ** 6n), { nil: null });
    fc.assert(
      fc.property(figure, figure, fc.bigInt(0n, 10n ** 6n), fc.bigInt(1n, 10n ** 6n), (each, day, used, minor) => {
        const above = isAboveLimit(minor, { each: each?.toString() ?? null, day: day?.toString() ?? null, used: used.toString() });
        expect(above).toBe(!(minor <= (each ?? minor) && used + minor <= (day ?? used + minor)));
      }),
    );
  });
});
