import { describe, expect, it } from 'vitest';
import { isReadable } from './lists.ts';

describe('the address of a list', () => {
  it.each([
    ['/harbor/test/payments', '', true],
    ['/harbor/test/payments', 'status=failed,disputed&amount=gte:10.00&utm=1', true],
    ['/harbor/test/payments', 'status=bogus', false],
    ['/harbor/live/customers', 'tab=active', true],
    ['/harbor/live/customers', 'tab=failed', false],
    ['/harbor/live/payments', 'cursor=x', false],
    ['/harbor/live/payments/pi_1', 'cursor=x', true],
    ['/harbor/live/settings/audit', 'what=refund.asked&mode=live', true],
    ['/harbor/live/settings/audit', 'what=bogus', false],
    ['/harbor/live/constructor', 'cursor=x', true],
    ['/payments', 'cursor=x', true],
  ])('%s?%s can be read: %s', (path, params, readable) => {
    expect(isReadable(path, new URLSearchParams(params))).toBe(readable);
  });
});
