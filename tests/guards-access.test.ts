// Who is there is asked first, everywhere (INVARIANTS §4, §7.2). S1 and S5 attack the built app; these read the sources and call the entries, so that one page
// without its check shows in a second and not only where it happens to leak.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { merchantForRequest } from '#lib/access/session.ts';
import { forgetEnv } from '#lib/env.ts';

const root = join(import.meta.dirname, '..');
const files = readdirSync(join(root, 'app'), { recursive: true, encoding: 'utf8' }).map((file) => `app/${file}`);
const read = (file: string) => readFileSync(join(root, file), 'utf8');

beforeAll(() => {
  Object.assign(process.env, { APP_URL: 'http://localhost:3999', DATABASE_URL: 'postgres://x/y', AUTH_SECRET: 'guards-access'.padEnd(40, '.') });
  forgetEnv();
});

test('no loading.tsx or template of one stands above a check: it would answer 200 before it', () => {
  expect(files.filter((file) => /\/(loading|default)\.[jt]sx?$/.test(file))).toEqual([]);
});

/** Pages for anyone: they hold nothing of a merchant. */
const open = ['app/(public)/', 'app/connect/return/'];

test('every page of a merchant waits for nothing before it knows who is there', () => {
  const pages = files.filter((file) => file.endsWith('/page.tsx') && !open.some((place) => file.startsWith(place)));
  const firsts = pages.map((file) => [file, firstAwaited(read(file).split(/^export default /m)[1] ?? '')] as const);
  expect(firsts.length).toBeGreaterThan(10);
  expect(firsts.filter(([, first]) => first !== 'requireMerchant' && first !== 'requireSignedIn')).toEqual([]);
});

/** Routes that know their caller otherwise, or need not: tests/attacks/tenancy.test.ts says of each why. */
const own = ['api/auth/', 'api/connect/callback', 'api/connect/state', 'api/csp-report', 'api/health', 'api/ready', 'api/metrics', 'api/webhooks/stripe'];

test('every route asks for a session or a key', () => {
  const routes = files.filter((file) => file.endsWith('/route.ts') && !own.some((place) => file.includes(place)));
  expect(routes.length).toBeGreaterThan(5);
  expect(routes.filter((file) => !/\b(merchantForRequest|respond|refuse)\(/.test(read(file)))).toEqual([]);
  expect(read('app/api/v1/respond.ts')).toContain('await merchantForKey(request)');
});

test('every server action asks for a page of ours, and inside a workspace for who is there', () => {
  const actions = files.filter((file) => /\.tsx?$/.test(file) && read(file).startsWith("'use server';"));
  expect(actions.length).toBeGreaterThan(2);
  const unasked = actions.flatMap((file) => {
    const functions = new Map([...read(file).matchAll(/^(export )?(?:async )?function (\w+)[\s\S]*?^}/gm)].map((match) => [match[2]!, match]));
    const asks = (name: string, seen: readonly string[] = []): boolean => {
      const text = functions.get(name)?.[0] ?? '';
      if (/\b(merchantForRequest|requireOwnPage)\(/.test(text)) return true;
      return [...functions.keys()].some(
        (other) => other !== name && !seen.includes(other) && new RegExp(`\\b${other}\\(`).test(text) && asks(other, [...seen, name]),
      );
    };
    return [...functions].flatMap(([name, match]) => (match[1] && !asks(name) ? [`${file}: ${name}`] : []));
  });
  expect(unasked).toEqual([]);
});

describe('the entry of routes and actions', () => {
  test.each([
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['none', {}],
    ['another site’s word for it', { origin: 'http://localhost:3999', 'sec-fetch-site': 'cross-site' }],
  ] as [string, Record<string, string>][])('refuses %s before it looks at anything else', async (_who, headers) => {
    const request = { method: 'POST', headers: new Headers(headers) };
    await expect(merchantForRequest('any', 'test', 'read', request)).rejects.toMatchObject({ code: 'cross_origin', status: 403 });
  });
});

/** What is waited for first, past the address that Next hands over as promises. */
function firstAwaited(body: string): string | undefined {
  return [...body.matchAll(/\bawait (\w+)/g)].map((match) => match[1]!).find((name) => name !== 'params' && name !== 'searchParams');
}
