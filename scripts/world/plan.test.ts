// Every wrong or partial variable is one clear line, said before anything is started; secrets are made once and kept private.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { childEnv, makePlan, ownerUrl, type Plan, sandboxEnv } from './plan.ts';
import { takeFolder } from './only-one.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'counterpart-plan-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stripe = { STRIPE_TEST_SECRET_KEY: 'sk_test_1', STRIPE_TEST_CLIENT_ID: 'ca_1', STRIPE_TEST_WEBHOOK_SECRET: 'whsec_1' };
const database = { DATABASE_URL: 'postgres://app@db.example/counterpart', DATABASE_OWNER_URL: 'postgres://owner@db.example/counterpart' };

function planOf(source: Record<string, string>): Plan {
  const made = makePlan({ DATA_DIR: folder, ...source }, '/nowhere');
  if ('faults' in made) throw new Error(made.faults.join('\n'));
  return made.plan;
}

function faultsOf(source: Record<string, string>): string[] {
  const made = makePlan({ DATA_DIR: join(folder, 'never'), ...source }, '/nowhere');
  return 'faults' in made ? made.faults : [];
}

describe('a wrong or partial variable is one line', () => {
  test.each([
    [{ PORT: 'abc' }, 'PORT=abc is not a port number (0 to 65535).'],
    [{ PORT: '70000' }, 'PORT=70000 is not a port number (0 to 65535).'],
    [{ PORT: '4242' }, 'PORT, INGEST_PORT, SANDBOX_PORT and SANDBOX_SMTP_PORT must differ: 4242, 3001, 4242, 4243.'],
    [{ DATABASE_URL: database.DATABASE_URL }, 'DATABASE_URL set, but DATABASE_OWNER_URL missing'],
    [{ DATABASE_WORKER_URL: 'postgres://x@y/z' }, 'DATABASE_WORKER_URL set, but DATABASE_URL and DATABASE_OWNER_URL missing'],
    [{ STRIPE_TEST_SECRET_KEY: 'sk_test_1' }, 'STRIPE_TEST_CLIENT_ID and STRIPE_TEST_WEBHOOK_SECRET missing'],
    [{ STRIPE_API_BASE: 'http://127.0.0.1:9' }, 'STRIPE_API_BASE set, but no Stripe keys'],
    [{ ...stripe, STRIPE_TEST_SECRET_KEY: 'sk_live_1', SMTP_URL: 'smtp://m.example' }, 'STRIPE_TEST_SECRET_KEY is not a test key'],
    [stripe, 'SMTP_URL missing'],
    [{ APP_URL: 'http://desk.example' }, 'APP_URL must be https'],
    [{ APP_URL: 'desk' }, 'APP_URL is not a URL'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
  ] as [Record<string, string>, string][])('%j', (source, line) => {
    const faults = faultsOf(source);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(line);
    expect(faults[0]).not.toContain('\n');
  });

  test('nothing is made where something is wrong', () => {
    expect(() => statSync(join(folder, 'never'))).toThrow(/ENOENT/);
  });
});

describe('a plan', () => {
  test('brings PostgreSQL, sandbox and secrets along where nothing is set', () => {
    const plan = planOf({});
    expect(plan).toMatchObject({
      embedded: true,
      sandbox: true,
      appUrl: 'http://localhost:3000',
      ports: { web: 3000, ingest: 3001, sandbox: 4242, smtp: 4243 },
    });
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(planOf({}).secrets).toEqual(plan.secrets);
  });

  test('uses what is given, and then starts no sandbox', () => {
    const plan = planOf({ ...stripe, ...database, SMTP_URL: 'smtp://m.example' });
    expect(plan).toMatchObject({ embedded: false, sandbox: false });
    expect(childEnv(plan, null)).toMatchObject({ ...stripe, DATABASE_URL: database.DATABASE_URL });
    expect(childEnv(plan, null)['STRIPE_API_BASE']).toBeUndefined();
    expect(ownerUrl(plan, null)).toBe(database.DATABASE_OWNER_URL);
  });

  test('gives the owner’s login to no child', () => {
    for (const plan of [planOf({}), planOf({ ...database })]) {
      for (const env of [childEnv(plan, 5432), sandboxEnv(plan)]) {
        expect(env['DATABASE_OWNER_URL']).toBeUndefined();
        expect(JSON.stringify(env)).not.toContain(plan.secrets.owner);
      }
    }
  });
});

test('a folder is held by a living start alone', async () => {
  const taken = await takeFolder(folder);
  expect(taken).toHaveProperty('release');
  expect(readFileSync(join(folder, 'start.pid'), 'utf8')).toBe(String(process.pid));
  // This process is no start of ours, so the folder is free for the next one, as after a crash.
  expect(await takeFolder(folder)).toHaveProperty('release');
});
