// Which moment a copy is known to show: by Stripe's own stamps, too old rather than too new (I7, I15).
import { afterEach, expect, test, vi } from 'vitest';
import { evidenceOfEvent, evidenceOfReply } from './evidence.ts';

const DATE = 'Wed, 25 Nov 2026 08:00:00 GMT';
const at = (time: string) => new Date(`2026-11-25T${time}Z`);

afterEach(() => vi.useRealTimers());

test('a reply shows a moment no later than its call began, and no earlier than its stamp’s second', () => {
  expect(evidenceOfReply({ headers: { date: DATE } }, 2_500)).toEqual({ kind: 'fetch', low: at('07:59:57.500'), high: at('08:00:01.000'), source: 'fetch' });
});

test('a call whose time nobody took began as early as a call may', () => {
  expect(evidenceOfReply({ headers: { date: DATE } }).low).toEqual(at('07:59:40.000'));
});

test('this machine’s clock plays no part', () => {
  vi.useFakeTimers({ now: at('23:00:00.000') });
  expect(evidenceOfReply({ headers: { date: DATE } }, 0).high).toEqual(at('08:00:01.000'));
  expect(evidenceOfEvent({ id: 'evt_1', created: at('08:00:00.000').getTime() / 1_000 })).toMatchObject({ low: at('08:00:00.000'), high: at('08:00:00.000') });
});

test('a reply without a stamp shows no moment at all', () => {
  expect(() => evidenceOfReply({ headers: {} }, 10)).toThrow(/no Date header/);
});
