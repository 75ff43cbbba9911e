// What is believed of a request: its origin (S5) and its headers (S15), and what every reply carries (INVARIANTS §6).
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { forgetEnv } from '#lib/env.ts';
import { cleanAddress, cleanHeaders } from './ingress.ts';
import { requireSameOrigin } from './origin.ts';
import { securityHeaders } from './response-headers.ts';
import { sessionCookie } from './session-cookie.ts';
import { isSlug, slugFrom } from './slug.ts';

beforeEach(() => use('https://app.example'));
afterEach(() => use('http://localhost:3000'));

describe('the origin guard', () => {
  test('lets through what came from a page of this app', () => {
    expect(() => requireSameOrigin(post({ origin: 'https://app.example', 'sec-fetch-site': 'same-origin' }))).not.toThrow();
    expect(() => requireSameOrigin(post({ origin: 'https://app.example' }))).not.toThrow();
    expect(() => requireSameOrigin({ method: 'GET', headers: new Headers() })).not.toThrow();
  });

  test.each([
    ['a foreign one', { origin: 'https://evil.example' }],
    ['null', { origin: 'null' }],
    ['none', {}],
    ['the right host on another scheme', { origin: 'http://app.example' }],
    ['a longer host', { origin: 'https://app.example.evil.example' }],
    ['a neighbour, as the browser says', { origin: 'https://app.example', 'sec-fetch-site': 'same-site' }],
    ['what Host says', { host: 'evil.example', origin: 'https://evil.example' }],
  ])('refuses %s', (_what, headers) => {
    expect(() => requireSameOrigin(post(headers as Record<string, string>))).toThrow(expect.objectContaining({ code: 'cross_origin' }));
  });
});

describe('a request’s headers', () => {
  const origin = new URL('https://app.example');

  test('lose what only this app or its proxy may say', () => {
    const headers = given({
      'x-middleware-subrequest': 'proxy:proxy',
      'next-resume': '1',
      'x-nonce': 'n',
      'x-counterpart-path': '/x',
      'x-forwarded-host': 'evil',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '1',
    });
    cleanHeaders(headers, '192.0.2.1', undefined, origin);
    expect(headers).toEqual({ accept: '*/*', 'x-forwarded-for': '192.0.2.1', 'x-forwarded-host': 'app.example', 'x-forwarded-proto': 'https' });
  });

  test('name the socket’s address, whatever they say, unless proxies of ours stand in front', () => {
    const spoofed = given({ 'x-forwarded-for': '6.6.6.6, 198.51.100.4' });
    cleanHeaders(spoofed, '::ffff:192.0.2.1', undefined, origin);
    expect(spoofed['x-forwarded-for']).toBe('192.0.2.1');
    const behind = given({ 'x-forwarded-for': '6.6.6.6, 198.51.100.4' });
    cleanHeaders(behind, '10.0.0.1', '1', origin);
    expect(behind['x-forwarded-for']).toBe('198.51.100.4');
    expect(cleanAddress('1.1.1.1, 2.2.2.2')).toBeNull();
  });
});

describe('a reply', () => {
  test('over https: HSTS, upgrades, and a cookie that no other host can set', () => {
    const headers = securityHeaders('page', 'abc');
    expect(headers['Strict-Transport-Security']).toContain('max-age=63072000');
    expect(headers['Content-Security-Policy']).toContain('upgrade-insecure-requests');
    expect(sessionCookie()).toEqual({ name: '__Host-session', options: { httpOnly: true, sameSite: 'lax', path: '/', secure: true } });
  });

  test('over plain http on this machine: none of the three', () => {
    use('http://localhost:3000');
    const headers = securityHeaders('page', 'abc');
    expect(headers).not.toHaveProperty('Strict-Transport-Security');
    expect(headers['Content-Security-Policy']).not.toContain('upgrade-insecure-requests');
    expect(sessionCookie()).toMatchObject({ name: 'session', options: { secure: false, httpOnly: true } });
  });

  test('names the nonce for scripts and styles, and Stripe’s page for forms', () => {
    const policy = securityHeaders('page', 'abc')['Content-Security-Policy'];
    expect(policy).toContain("script-src 'nonce-abc' 'strict-dynamic';");
    expect(policy).toContain("style-src 'self' 'nonce-abc';");
    expect(policy).toContain("form-action 'self' https://connect.stripe.com;");
    expect(policy).not.toContain('unsafe-eval');
  });

  test('keeps the popup’s handle on app pages, and lets Stripe’s page return to its opener', () => {
    expect(securityHeaders('page', 'n')['Cross-Origin-Opener-Policy']).toBe('same-origin-allow-popups');
    expect(securityHeaders('return', 'n')['Cross-Origin-Opener-Policy']).toBe('unsafe-none');
    expect(securityHeaders('api', 'n')['Content-Security-Policy']).toBe(
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; sandbox",
    );
  });
});

describe('a workspace’s address', () => {
  test.each([
    ['Harbor Weekly', 'harbor-weekly'],
    ['  Café & Søn  ', 'cafe-son'],
    ['1984 News', 'news'],
    ['API', 'workspace-api'],
    ['日本', 'workspace-1'],
    ['A', 'workspace-a'],
    ['x'.repeat(90), 'x'.repeat(40)],
  ])('%s becomes %s', (name, slug) => {
    expect(slugFrom(name)).toBe(slug);
    expect(isSlug(slug)).toBe(true);
  });
});

function use(url: string): void {
  Object.assign(process.env, { APP_URL: url, DATABASE_URL: 'postgres://x/y', AUTH_SECRET: 'a secret of at least thirty-two characters' });
  forgetEnv();
}

function post(headers: Record<string, string>) {
  return { method: 'POST', headers: new Headers(headers) };
}

function given(headers: Record<string, string>): Record<string, string | undefined> {
  return { accept: '*/*', ...headers };
}
