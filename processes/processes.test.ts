// The two processes as an operator meets them: they say when they are ready, and SIGTERM ends them in order.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGround, type Ground } from '#tests/faults/ground.ts';
import { eventOf, sign } from '#tests/faults/signed.ts';
import { startProcess } from '#tests/world.ts';

let ground: Ground;
beforeAll(async () => (ground = await openGround({ TIME_FACTOR: '0.1' })));
afterAll(() => ground?.close());

const PATH = '/api/webhooks/stripe';

test('SIGTERM ends worker and ingest with 0, and each has beaten', async () => {
  const worker = await startProcess('processes/worker.ts', ground.env, /ready (worker)/);
  const door = await startProcess('processes/ingest.ts', { ...ground.env, INGEST_PORT: '0' }, /ready (\S+)/);
  expect(door.url).toMatch(/^http:\/\/localhost:\d+$/);
  for (let tries = 0; tries < 100; tries += 1) {
    const { rows } = await ground.owner.query('SELECT DISTINCT process FROM heartbeat ORDER BY 1');
    if (rows.length === 2) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect((await ground.owner.query('SELECT DISTINCT process FROM heartbeat ORDER BY 1')).rows).toEqual([{ process: 'ingest' }, { process: 'worker' }]);
  await worker.stop();
  await door.stop();
  expect([worker.child.exitCode, door.child.exitCode]).toEqual([0, 0]);
  expect((await ground.owner.query('SELECT 1 FROM work WHERE lease_until IS NOT NULL')).rows).toEqual([]);
});

test('with the database away the door answers 503, and takes the event once it is back', async () => {
  const away = new URL(ground.env['DATABASE_INGEST_URL']!);
  away.port = '1';
  const door = await startProcess('processes/ingest.ts', { ...ground.env, DATABASE_INGEST_URL: away.href, INGEST_PORT: '0' }, /ready (\S+)/);
  const body = JSON.stringify(eventOf({ id: 'evt_away' }));
  const send = (url: string) => fetch(url + PATH, { method: 'POST', body, headers: { 'stripe-signature': sign(body) } });
  expect((await send(door.url)).status).toBe(503);
  await door.stop();
  const back = await startProcess('processes/ingest.ts', { ...ground.env, INGEST_PORT: '0' }, /ready (\S+)/);
  expect((await send(back.url)).status).toBe(200);
  await back.stop();
  expect((await ground.owner.query('SELECT event_id FROM inbox')).rows).toEqual([{ event_id: 'evt_away' }]);
});
