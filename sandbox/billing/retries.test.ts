import { expect, test } from 'vitest';
import { nextAttempt } from './retries.ts';

test('a failed invoice is tried again after three, five and seven days, and then no more', () => {
  expect([1, 2, 3, 4].map((attempts) => nextAttempt(attempts, 1000))).toEqual([1000 + 3 * 86_400, 1000 + 5 * 86_400, 1000 + 7 * 86_400, null]);
});
