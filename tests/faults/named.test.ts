// Statements under a name, behind a pooler that hands each transaction another connection and knows none: they are sent without, and nothing is lost.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drain } from '#lib/inbox/drain.ts';
import { ingest } from '#lib/inbox/ingest.ts';
import { openGround, type Ground } from './ground.ts';
import { customerOf, eventOf, sign } from './signed.ts';

let ground: Ground;
beforeAll(async () => (ground = await openGround()));
afterAll(() => ground?.close());

const handOn = async (id: string) => {
  const body = JSON.stringify(eventOf({ object: customerOf(id) }));
  expect((await ingest(body, sign(body))).status).toBe(200);
  while ((await drain()) > 0);
};
const named = async () => {
  const client = await ground.worker.pool.connect();
  try {
    return (await client.query<{ names: number }>('SELECT count(*)::int AS names FROM pg_prepared_statements')).rows[0]!.names;
  } finally {
    client.release();
  }
};

test('plans are kept by name, until a connection does not know one: then it is sent again without, in the same breath', async () => {
  await ground.connect('acct_one');
  await handOn('cus_1');
  expect(await named()).toBeGreaterThan(3);
  // As a pooler would: the client believes in names that this server connection has never heard.
  const client = await ground.worker.pool.connect();
  await client.query('DEALLOCATE ALL');
  client.release();
  await handOn('cus_2');
  await handOn('cus_3');
  expect((await ground.owner.query('SELECT id FROM customers ORDER BY id')).rows).toEqual([{ id: 'cus_1' }, { id: 'cus_2' }, { id: 'cus_3' }]);
  expect((await ground.owner.query('SELECT DISTINCT state, tries, last_error FROM inbox')).rows).toEqual([{ state: 'done', tries: 1, last_error: null }]);
  expect(await named()).toBe(0);
});
