import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batched } from './batched.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('changes in batches', () => {
  it('passes the first on at once and gathers the rest', () => {
    const calls: (readonly string[] | null)[] = [];
    const change = batched((ids) => calls.push(ids), 250);
    change(['a']);
    change(['b']);
    change(['b', 'c']);
    expect(calls).toEqual([['a']]);
    vi.advanceTimersByTime(250);
    expect(calls).toEqual([['a'], ['b', 'c']]);
    vi.advanceTimersByTime(1000);
    change(['d']);
    expect(calls).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  it('is about everything as soon as one change is', () => {
    const calls: (readonly string[] | null)[] = [];
    const change = batched((ids) => calls.push(ids), 250);
    change(['a']);
    change(['b']);
    change(null);
    change(['c']);
    vi.advanceTimersByTime(250);
    expect(calls).toEqual([['a'], null]);
  });
});
