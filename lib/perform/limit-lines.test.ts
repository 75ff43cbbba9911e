// What the settings show of limits: every line that stands, of this workspace alone, and who may change it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setRole, operator } from '#lib/access/membership.ts';
import { confirmPassword } from '#lib/access/step-up.ts';
import { closeDatabases } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import { closePrisma } from '#lib/prisma.ts';
import { atWork, connectAccount, join, PASSWORD } from '#tests/merchants.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';
import { maySetLimitsOf, readLimitLines } from './limit-lines.ts';
import { setRefundLimit, setStepUpAmount } from './limits.ts';

let urls: FreshDatabase;

beforeAll(async () => {
  urls = await freshDatabase();
  Object.assign(process.env, { DATABASE_URL: urls.appUrl, AUTH_SECRET: 'limit-lines-test'.padEnd(40, '.') });
  forgetEnv();
});
afterAll(async () => {
  await closePrisma();
  await closeDatabases();
  await urls?.drop();
});

test('all that stands is shown, one’s own lines apart from the role’s, and nothing of another workspace', async () => {
  const { workspace, person } = await join('owner');
  const support = await join('support', workspace);
  await join('viewer', workspace);
  const owner = await atWork(person, workspace);
  await confirmPassword(owner, PASSWORD, async () => {});
  await setRefundLimit(owner, { whose: { role: 'support' }, currency: 'eur', each: 20_000n, day: null });
  await setRefundLimit(owner, { whose: { person: support.person.id }, currency: 'eur', each: 30_000n, day: 90_000n });
  await setRefundLimit(owner, { whose: { role: 'admin' }, currency: 'usd', each: 1n, day: 1n });
  await setRefundLimit(owner, { whose: { role: 'admin' }, currency: 'usd', each: null, day: null });
  await setStepUpAmount(owner, { currency: 'jpy', amount: 10_000n });
  await connectAccount(urls.ownerUrl, workspace, 'acct_limits', false);
  const elsewhere = await join('owner');
  const shown = await readLimitLines(await atWork(person, workspace));
  expect(shown).toEqual({
    roles: [
      { role: 'owner', lines: [] },
      { role: 'admin', lines: [] },
      { role: 'support', lines: [{ currency: 'eur', each: 20_000n, day: null }] },
    ],
    people: [
      { id: person.id, name: 'The owner', role: 'owner', lines: [] },
      { id: support.person.id, name: 'The support', role: 'support', lines: [{ currency: 'eur', each: 30_000n, day: 90_000n }] },
    ],
    stepUp: [{ currency: 'jpy', amount: 10_000n }],
    used: ['nok'],
  });
  expect(await readLimitLines(await atWork(elsewhere.person, elsewhere.workspace))).toMatchObject({
    stepUp: [],
    used: [],
    people: [{ id: elsewhere.person.id }],
  });
});

test('who may change a line is who would be let: owners all, admins only those below them', async () => {
  const { workspace } = await join('owner');
  for (const role of ['owner', 'admin', 'support', 'viewer'] as const) {
    const { person } = await join(role, workspace);
    const merchant = await atWork(person, workspace);
    if (role !== 'viewer') await confirmPassword(merchant, PASSWORD, async () => {});
    for (const of of ['owner', 'admin', 'support'] as const) {
      const saved = await setRefundLimit(merchant, { whose: { role: of }, currency: 'eur', each: 5n, day: null }).catch(
        (error: { code: string }) => error.code,
      );
      expect(saved, `${role} sets ${of}`).toBe(maySetLimitsOf(merchant, of) ? 'saved' : 'forbidden');
    }
    await setRole(operator(workspace, 'test'), person.id, 'viewer');
  }
});
