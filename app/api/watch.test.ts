// What watchers and browsers ask: health, readiness, reports of the content policy.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDatabases } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import { asOwner } from '#tests/merchants.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';
import { POST as report } from './csp-report/route.ts';
import { GET as health } from './health/route.ts';

let urls: FreshDatabase;

beforeAll(async () => {
  urls = await freshDatabase();
  Object.assign(process.env, { DATABASE_URL: urls.appUrl, AUTH_SECRET: 'watch-test'.padEnd(40, '.') });
  forgetEnv();
});

afterAll(async () => {
  await closeDatabases();
  await urls?.drop();
});

describe('health and readiness', () => {
  test('say so while the database answers, and how long ago the worker beat', async () => {
    expect(await told(await health())).toEqual({ status: 200, body: { status: 'ok', database: 'ok' } });
    const { GET: ready } = await import('./ready/route.ts');
    expect(await told(await ready())).toEqual({ status: 200, body: { ready: true, reason: null, worker_seconds: null } });
    await asOwner(urls.ownerUrl, (owner) =>
      owner.query(`INSERT INTO heartbeat (process, instance, at) VALUES ('worker', 'a', now() - interval '40 s'), ('worker', 'b', now() - interval '7 s')`),
    );
    const { body } = await told(await ready());
    expect(body).toMatchObject({ ready: true, worker_seconds: expect.any(Number) });
    expect((body as { worker_seconds: number }).worker_seconds).toBeLessThan(20);
  });

  test('are 503 while it is away, within seconds and without a secret', async () => {
    await closeDatabases();
    process.env['DATABASE_URL'] = 'postgres://somebody:hidden@127.0.0.1:9/none';
    forgetEnv();
    try {
      const { GET: ready } = await import('./ready/route.ts');
      const answers = [await told(await health()), await told(await ready())];
      expect(answers).toEqual([
        { status: 503, body: { status: 'degraded', database: 'away' } },
        { status: 503, body: { ready: false, reason: 'database_away', worker_seconds: null } },
      ]);
    } finally {
      await closeDatabases();
      process.env['DATABASE_URL'] = urls.appUrl;
      forgetEnv();
    }
  });

  test('turn to not ready at once when the process is told to end', async () => {
    const { GET: ready } = await import('./ready/route.ts');
    const { ending } = await import('./ending.ts');
    const heed = process.listeners('SIGTERM').filter((listener) => listener.toString().includes('abort'));
    expect(heed.length).toBeGreaterThan(0);
    for (const listener of heed) listener('SIGTERM');
    expect(ending.aborted).toBe(true);
    expect(await told(await ready())).toEqual({ status: 503, body: { ready: false, reason: 'ending', worker_seconds: null } });
    expect((await health()).status).toBe(200);
  });
});

describe('reports of the content policy', () => {
  const post = (body: string) => report(new Request('http://localhost/api/csp-report', { method: 'POST', body }));
  const good = JSON.stringify({ 'csp-report': { 'violated-directive': 'img-src', 'blocked-uri': 'https://x.example/a' } });

  test('are taken, refused when they are none, and cut off at 8 KiB', async () => {
    expect((await post(good)).status).toBe(204);
    expect((await post('no report')).status).toBe(400);
    expect((await post(' '.repeat(8 * 1024 + 1))).status).toBe(413);
  });

  test('are counted: the sixty-first in a minute is turned away', async () => {
    const answers = [];
    for (let count = 0; count < 70; count += 1) answers.push((await post(good)).status);
    expect(answers.filter((status) => status === 429).length).toBeGreaterThan(8);
    expect((await post(good)).headers.get('retry-after')).toMatch(/^\d+$/);
  });
});

async function told(response: Response): Promise<{ status: number; body: unknown }> {
  return { status: response.status, body: await response.json() };
}
