import { describe, expect, it } from 'vitest';
import { spanOf } from './days.ts';

const span = (operator: string, values: string[], zone: string, now?: string) => {
  const { from, before } = spanOf({ field: 'created', operator, values }, zone, now ? new Date(now) : undefined);
  return [from?.toISOString() ?? null, before?.toISOString() ?? null];
};

describe('days of a zone', () => {
  it.each([
    ['Europe/Oslo', '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'], // 25 hours
    ['Europe/Oslo', '2026-03-29', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'], // 23 hours
    ['UTC', '2026-10-25', '2026-10-25T00:00:00.000Z', '2026-10-26T00:00:00.000Z'],
    ['Asia/Kathmandu', '2026-01-01', '2025-12-31T18:15:00.000Z', '2026-01-01T18:15:00.000Z'],
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z', '2026-04-24T21:00:00.000Z'], // midnight itself is left out
  ])('%s %s', (zone, day, from, before) => {
    expect(span('range', [day, day], zone)).toEqual([from, before]);
  });

  it('are open where no day is named', () => {
    expect(span('range', ['2026-11-01', ''], 'UTC')).toEqual(['2026-11-01T00:00:00.000Z', null]);
    expect(span('range', ['', '2026-11-30'], 'UTC')).toEqual([null, '2026-12-01T00:00:00.000Z']);
  });

  it('count back from today in the zone, not in UTC', () => {
    expect(span('last', ['30'], 'Europe/Oslo', '2026-11-22T23:30:00Z')).toEqual(['2026-10-24T22:00:00.000Z', null]);
    expect(span('last', ['1'], 'America/New_York', '2026-11-23T03:00:00Z')).toEqual(['2026-11-22T05:00:00.000Z', null]);
    expect(span('last', ['9999'], 'UTC', '2026-11-23T03:00:00Z')).toEqual(['1999-07-10T00:00:00.000Z', null]);
  });
});
