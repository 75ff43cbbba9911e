import { describe, expect, test } from 'vitest';
import { href, safePath } from './href.ts';

describe('addresses', () => {
  test('carry workspace and mode, and encode what they are given', () => {
    expect(href({ livemode: false, workspace: { slug: 'harbor-weekly' } }, 'payments', 'pi_1')).toBe('/harbor-weekly/test/payments/pi_1');
    expect(href({ livemode: true, workspace: { slug: 'x-y' } }, 'customers', 'a/../b?c')).toBe('/x-y/live/customers/a%2F..%2Fb%3Fc');
  });

  test.each([
    '//evil.example',
    '/\\evil.example',
    '/%2f%2fevil.example',
    '/%5cevil',
    'https:evil',
    'https://evil.example',
    '/\tevil',
    '/a\nb',
    '@evil',
    '',
    '/%',
  ])('%j is no way back', (wanted) => {
    expect(safePath(wanted, '/home')).toBe('/home');
  });

  test('a path of this origin is', () => {
    expect(safePath('/harbor/test/payments?tab=failed', '/home')).toBe('/harbor/test/payments?tab=failed');
  });
});
