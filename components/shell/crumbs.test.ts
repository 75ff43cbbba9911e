import { describe, expect, it } from 'vitest';
import { trailOf } from './crumbs.tsx';

const names = [
  { href: '/harbor/test/payments', label: 'Payments' },
  { href: '/harbor/test/settings/connection', label: 'Connection' },
  { href: '/harbor/test/settings', label: 'Settings' },
];

describe('breadcrumbs', () => {
  it.each([
    ['/harbor/test/payments', ['Payments']],
    ['/harbor/test/payments/pi_3QXaR2LkdIwHu7ix0Vb2', ['Payments', 'pi_3QXa…0Vb2']],
    ['/harbor/test/settings/connection', ['Settings', 'Connection']],
    ['/harbor/test/paymentsx', []],
  ])('%s reads %j', (path, labels) => {
    expect(trailOf(path, names).map(({ label }) => label)).toEqual(labels);
  });
});
