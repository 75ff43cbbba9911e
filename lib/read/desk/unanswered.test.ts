import { describe, expect, it } from 'vitest';
import { unanswered } from './unanswered.ts';

const day = (number: number) => new Date(Date.UTC(2026, 10, number));
const failure = (id: string, made: number, failed: number, of = 'ch_1 8000') => ({ id, of, made: day(made), failed: day(failed) });
const attempt = (at: number, of = 'ch_1 8000') => ({ of, at: day(at) });

describe('a refund that failed', () => {
  it('waits until the same amount of the same charge is tried again', () => {
    expect(unanswered([failure('a', 1, 3)], [attempt(1)])).toEqual(['a']);
    expect(unanswered([failure('a', 1, 3)], [attempt(1), attempt(4)])).toEqual([]);
    expect(unanswered([failure('a', 1, 3)], [attempt(1), attempt(4, 'ch_1 4000'), attempt(4, 'ch_2 8000')])).toEqual(['a']);
  });

  // The fault: two partials of one amount fail, one is refunded again, and both are taken off the desk.
  it('is answered by an attempt of its own', () => {
    const both = [failure('a', 1, 3), failure('b', 1, 3)];
    expect(unanswered(both, [attempt(1), attempt(1)])).toEqual(['a', 'b']);
    expect(unanswered(both, [attempt(1), attempt(1), attempt(4)])).toEqual(['b']);
    expect(unanswered(both, [attempt(1), attempt(1), attempt(4), attempt(5)])).toEqual([]);
  });

  it('is not answered by what was tried before it failed', () => {
    expect(unanswered([failure('a', 1, 5)], [attempt(1), attempt(4)])).toEqual(['a']);
  });

  it('hands on to the attempt that fails as well', () => {
    const chain = [failure('a', 1, 2), failure('b', 3, 4)];
    expect(unanswered(chain, [attempt(1), attempt(3)])).toEqual(['b']);
    expect(unanswered(chain, [attempt(1), attempt(3), attempt(6)])).toEqual([]);
  });

  it('does not answer itself when it fails as it is made, and is answered within the second', () => {
    expect(unanswered([failure('a', 1, 1)], [attempt(1)])).toEqual(['a']);
    expect(unanswered([failure('a', 1, 2)], [attempt(1), attempt(2)])).toEqual([]);
  });
});
