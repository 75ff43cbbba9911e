import { expect, test } from 'vitest';
import { t } from '#lib/messages/index.ts';
import { whyDead } from './why-dead.ts';

test.each([
  ['error: canceling statement due to lock timeout', 'connect.deadBusy'],
  ['error: deadlock detected', 'connect.deadBusy'],
  ['error: stack depth limit exceeded', 'connect.deadDeep'],
  ['Error: An object is nested more than 100 levels deep.', 'connect.deadDeep'],
  ['error: value "99999999999999999999" is out of range for type bigint', 'connect.deadForm'],
  ['error: invalid input syntax for type json', 'connect.deadForm'],
  ['TypeError: Cannot read properties of undefined', 'connect.deadOurs'],
  ['', 'connect.deadOurs'],
] as const)('%s', (error, key) => {
  expect(whyDead(error)).toBe(t(key));
});
