// The lock of a workspace's members (S9): of two owners who leave at the same moment one stays, in each of many workspaces at once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listOwners, operator, removeMember } from '#lib/access/membership.ts';
import { db, openDatabase, useDatabase } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import { closePrisma } from '#lib/prisma.ts';
import { join } from './merchants.ts';
import { freshDatabase, type FreshDatabase } from './world.ts';

const WORKSPACES = 8;

let urls: FreshDatabase;
let close: () => Promise<void>;
beforeAll(async () => {
  urls = await freshDatabase();
  Object.assign(process.env, { DATABASE_URL: urls.appUrl, AUTH_SECRET: 'a secret of at least thirty-two characters' });
  forgetEnv();
  close = useDatabase({ main: openDatabase({ url: urls.appUrl, role: 'app', max: 2 * WORKSPACES }) });
});
afterAll(async () => {
  await closePrisma();
  await close?.();
  await urls?.drop();
});

test('two owners who leave at once do not both go', async () => {
  const pairs = await Promise.all(
    Array.from({ length: WORKSPACES }, async () => {
      const { person, workspace } = await join('owner');
      const second = await join('owner', workspace);
      return { workspace, people: [person, second.person] };
    }),
  );
  await Promise.all(Array.from({ length: 2 * WORKSPACES }, () => db.routing((tx) => tx.query('SELECT pg_sleep(0.05)')))); // every connection stands
  const ends = await Promise.all(
    pairs.map(({ workspace, people }) => Promise.allSettled(people.map((person) => removeMember(operator(workspace, 'test'), person.id)))),
  );
  const owners = await Promise.all(pairs.map(({ workspace }) => listOwners(workspace.id)));
  expect(owners.map((of) => of.length)).toEqual(pairs.map(() => 1));
  expect(ends.map((pair) => pair.map((end) => end.status).sort())).toEqual(pairs.map(() => ['fulfilled', 'rejected']));
});
