// Separate pools (I14): with every connection of the pages' pool in use, the door still keeps events and answers at once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, useDatabase } from '#lib/db.ts';
import { ingest } from '#lib/inbox/ingest.ts';
import { openGround, type Ground } from './faults/ground.ts';
import { eventOf, sign } from './faults/signed.ts';

const CONNECTIONS = 3;

let ground: Ground;
beforeAll(async () => (ground = await openGround()));
afterAll(() => ground?.close());

test('an event is kept while the pages’ pool has nothing left to give', async () => {
  const busy = openDatabase({ url: ground.urls.workerUrl, role: 'worker', max: CONNECTIONS });
  const restore = useDatabase({ main: busy });
  const held = await Promise.all(Array.from({ length: CONNECTIONS }, () => busy.pool.connect()));
  const statuses: number[] = [];
  try {
    const waiting = busy.statement('SELECT 1').catch(() => 'too late');
    expect([busy.pool.idleCount, busy.pool.waitingCount], 'the pool is exhausted').toEqual([0, 1]);
    const bodies = ['evt_busy_1', 'evt_busy_2', 'evt_busy_3'].map((id) => JSON.stringify(eventOf({ id })));
    statuses.push(...(await Promise.all(bodies.map(async (body) => (await ingest(body, sign(body))).status))));
    for (const client of held.splice(0)) client.release();
    await waiting;
  } finally {
    for (const client of held) client.release();
    await restore();
  }
  expect(statuses).toEqual([200, 200, 200]);
});
