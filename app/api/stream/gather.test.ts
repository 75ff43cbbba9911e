import { expect, test, vi } from 'vitest';
import { gather } from './gather.ts';

test('the first change goes at once, the rest in batches of an interval, each id once', () => {
  vi.useFakeTimers();
  try {
    const sent: (readonly string[])[] = [];
    const batches = gather((ids) => sent.push(ids), 250);
    batches.add(['a']);
    expect(sent).toEqual([['a']]);
    batches.add(['b']);
    batches.add(['c', 'b']);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(250);
    expect(sent).toEqual([['a'], ['b', 'c']]);
    vi.advanceTimersByTime(1_000);
    batches.add(['d']);
    expect(sent.at(-1)).toEqual(['d']);
    batches.add(['e']);
    batches.stop();
    vi.advanceTimersByTime(1_000);
    expect(sent).toHaveLength(3);
  } finally {
    vi.useRealTimers();
  }
});
