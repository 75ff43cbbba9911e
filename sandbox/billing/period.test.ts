import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundary, type Pace, periodAt } from './period.ts';

const at = (text: string): number => Date.parse(text) / 1000;
const day = (second: number): string => new Date(second * 1000).toISOString();
const monthly: Pace = { interval: 'month', interval_count: 1 };

test('a month that is too short ends on its last day, and the 31st comes back after it', () => {
  const days = [1, 2, 3, 4].map((n) => day(boundary(at('2026-12-31T09:30:05Z'), monthly, n)));
  expect(days).toEqual(['2027-01-31T09:30:05.000Z', '2027-02-28T09:30:05.000Z', '2027-03-31T09:30:05.000Z', '2027-04-30T09:30:05.000Z']);
});

test('a leap day is kept for leap years', () => {
  const yearly: Pace = { interval: 'year', interval_count: 1 };
  expect([1, 4].map((n) => day(boundary(at('2024-02-29T00:00:00Z'), yearly, n)))).toEqual(['2025-02-28T00:00:00.000Z', '2028-02-29T00:00:00.000Z']);
});

test('every second lies in exactly one period, and periods touch', () => {
  const pace = fc.record({
    interval: fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'year' as const),
    interval_count: fc.integer({ min: 1, max: 6 }),
  });
  const second = fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2032-01-01T00:00:00Z') });
  fc.assert(
    fc.property(second, pace, second, (anchor, step, moment) => {
      const { start, end } = periodAt(anchor, step, moment);
      expect(start).toBeLessThanOrEqual(moment);
      expect(end).toBeGreaterThan(moment);
      expect(periodAt(anchor, step, end).start).toBe(end);
      expect(periodAt(anchor, step, start - 1).end).toBe(start);
    }),
  );
});
