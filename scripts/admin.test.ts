// The operator's command line, as a process of its own on the owner's login.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';

let urls: FreshDatabase;

beforeAll(async () => {
  urls = await freshDatabase();
});

afterAll(() => urls.drop());

test('makes a person, a workspace, a member and a key, and tells each in a line', async () => {
  expect(await admin('create-user', '--email', 'Dana@example.com', '--name', 'Dana Ruiz')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Made dana@example.com, confirmed\.\nPassword: \S{20}\n$/),
  });
  expect(await admin('create-user', '--email', 'sam@example.com', '--name', 'Sam', '--password', 'a quiet harbour at dusk')).toMatchObject({ code: 0 });
  expect(await admin('create-workspace', '--name', 'Harbor Weekly', '--owner', 'dana@example.com', '--time-zone', 'Europe/Oslo')).toMatchObject({
    code: 0,
    out: 'Made Harbor Weekly at /harbor-weekly, owned by dana@example.com.\n',
  });
  expect(await admin('add-member', '--workspace', 'harbor-weekly', '--email', 'sam@example.com', '--role', 'viewer')).toMatchObject({ code: 0 });
  expect(await admin('set-role', '--workspace', 'harbor-weekly', '--email', 'sam@example.com', '--role', 'support')).toMatchObject({ code: 0 });
  const { out } = await admin('create-key', '--workspace', 'harbor-weekly', '--mode', 'test', '--name', 'ci', '--scopes', 'read,refund');
  expect(out).toMatch(/\ncpk_test_[\w-]{43}\n$/);
  const id = /^Key (\S+)/.exec(out)?.[1] ?? '';
  expect(await admin('revoke-key', '--workspace', 'harbor-weekly', '--id', id)).toMatchObject({ code: 0 });
  expect(await admin('list-connections')).toMatchObject({ code: 0, out: 'No account is connected.\n' });
});

test('resets a password and ends sessions', async () => {
  expect(await admin('reset-password', '--email', 'sam@example.com')).toMatchObject({ code: 0, out: expect.stringContaining('Password: ') });
  expect(await admin('end-sessions', '--email', 'sam@example.com')).toMatchObject({ code: 0, out: 'Ended 0 sessions of sam@example.com.\n' });
  expect(await admin('verify-email', '--email', 'sam@example.com')).toMatchObject({ code: 0 });
});

test.each([
  [['create-user', '--email', 'dana@example.com', '--name', 'Again'], /has an account already/],
  [['create-user', '--email', 'weak@example.com', '--name', 'Weak', '--password', 'password1234'], /password is refused/],
  [['create-workspace', '--name', 'X', '--owner', 'dana@example.com', '--slug', 'api', '--time-zone', 'Mars'], /--slug: malformed\.\n--time-zone: unknown\./],
  [['create-workspace', '--name', 'X', '--owner', 'nobody@example.com'], /Nobody here/],
  [['add-member', '--workspace', 'nowhere', '--email', 'sam@example.com', '--role', 'viewer'], /no workspace nowhere/],
  [['set-role', '--workspace', 'harbor-weekly', '--email', 'dana@example.com', '--role', 'viewer'], /at least one owner/],
  [['set-role', '--workspace', 'harbor-weekly', '--email', 'sam@example.com', '--role', 'king'], /A role is one of/],
  [['create-key', '--workspace', 'harbor-weekly', '--mode', 'both', '--name', 'x'], /A mode is test or live/],
  [['create-key', '--workspace', 'harbor-weekly', '--mode', 'test', '--name', 'x', '--days', '400'], /1 to 365 days/],
  [['sweep', '--account', 'acct_none'], /not connected/],
])('refuses %j with one line and code 1', async (given, why) => {
  expect(await admin(...given)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(why) });
});

test.each([[[]], [['nonsense']], [['constructor']], [['create-user', '--email', 'x@example.com']], [['end-sessions', '--mail', 'x']], [['drain', 'extra']]])(
  'explains itself for %j with code 2',
  async (given) => {
    expect(await admin(...given)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage: npm run admin --') });
  },
);

function admin(...given: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'test' as const,
    DATA_DIR: join(import.meta.dirname, 'no-such-folder'),
    DATABASE_URL: urls.appUrl,
    DATABASE_OWNER_URL: urls.ownerUrl,
    DATABASE_WORKER_URL: urls.workerUrl,
    AUTH_SECRET: 'a secret of at least thirty-two characters',
    LOG_LEVEL: 'silent',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'admin.ts'), ...given], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}
