// What stands before every page: the cleaning of requests (S15) and proxy.ts, run as Next runs it.
import { createServer, request as send, type IncomingHttpHeaders } from 'node:http';
import { NextRequest } from 'next/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetEnv } from '#lib/env.ts';
import { config, proxy } from '../../proxy.ts';
import { guardIngress } from './guard-ingress.ts';
import { sealSession } from './session-cookie.ts';

const ORIGIN = 'http://localhost:3000';
let seen: IncomingHttpHeaders = {};
const server = createServer((incoming, reply) => {
  seen = { ...incoming.headers };
  reply.end();
});

beforeAll(async () => {
  Object.assign(process.env, { APP_URL: ORIGIN, DATABASE_URL: 'postgres://x/y', AUTH_SECRET: 'a secret of at least thirty-two characters' });
  forgetEnv();
  guardIngress();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

test('a server sees no header that a client may not send, and the address its socket has', async () => {
  await call({
    'x-middleware-subrequest': 'proxy',
    'next-resume': '1',
    'x-nonce': 'n',
    'x-counterpart-path': '//evil',
    'x-forwarded-for': '6.6.6.6',
    'x-forwarded-host': 'evil',
  });
  expect(seen).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'localhost:3000', 'x-forwarded-proto': 'http' });
  expect(Object.keys(seen)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(x-middleware|next-resume|x-nonce|x-counterpart)/)]));
});

describe('the proxy', () => {
  test.each(['/harbor/test/payments?x=1', '/harbor', '/workspaces', '/welcome', '/no/such/page'])('leads the signed out from %s to sign in', async (path) => {
    for (const cookie of [undefined, 'forged', await sealSession('x').then((sealed) => `${sealed.slice(0, -3)}abc`)]) {
      const reply = await proxy(ask(path, { cookie }));
      expect(reply.headers.get('x-middleware-rewrite')).toBe(`${ORIGIN}/api/auth/first`);
      expect(reply.headers.get('x-middleware-request-x-counterpart-path')).toBe(path);
    }
  });

  test.each(['/', '/login', '/sign-up', '/verify/token', '/api/v1/customers', '/api/stream'])(
    'lets everybody to %s, which answers for itself',
    async (path) => {
      expect((await proxy(ask(path))).headers.get('x-middleware-next')).toBe('1');
    },
  );

  test('lets a sealed cookie pass: whether it still counts is each page’s to decide', async () => {
    expect((await proxy(ask('/harbor/test/payments', { cookie: await sealSession('x') }))).headers.get('x-middleware-next')).toBe('1');
  });

  test('gives each request a nonce of its own, to the page and to the browser', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => proxy(ask('/login'))));
    const policy = one?.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'nonce-[\w+/]{22}==' 'strict-dynamic';/);
    expect(policy).not.toBe(two?.headers.get('content-security-policy'));
    expect(one?.headers.get('x-middleware-request-content-security-policy')).toBe(policy);
  });

  test.each([
    ['/login', 'https://evil.example', 403],
    ['/login', 'null', 403],
    ['/login', undefined, 403],
    ['/login', ORIGIN, 200],
    ['/api/v1/refunds', undefined, 200],
  ])('a post to %s from %s: %i', async (path, origin, status) => {
    expect((await proxy(ask(path, { method: 'POST', origin }))).status).toBe(status);
  });

  test('is not asked about webhooks and files', () => {
    const asked = (path: string) => config.matcher.some((pattern) => new RegExp(`^${pattern}$`).test(path));
    for (const path of ['/api/webhooks/stripe', '/_next/static/chunks/a.js', '/fonts/OFL.txt', '/icon.svg']) expect(asked(path), path).toBe(false);
    for (const path of ['/', '/login', '/harbor/test/payments', '/api/v1/customers', '/icon.svgx', '/api/webhooksx']) expect(asked(path), path).toBe(true);
  });
});

function ask(
  path: string,
  { method = 'GET', origin, cookie }: { method?: string; origin?: string | undefined; cookie?: string | undefined } = {},
): NextRequest {
  return new NextRequest(ORIGIN + path, { method, headers: { ...(origin ? { origin } : {}), ...(cookie ? { cookie: `session=${cookie}` } : {}) } });
}

function call(headers: Record<string, string>): Promise<void> {
  const { port } = server.address() as { port: number };
  return new Promise((resolve, reject) =>
    send({ port, host: '127.0.0.1', headers }, (reply) => resolve(void reply.resume()))
      .on('error', reject)
      .end(),
  );
}
