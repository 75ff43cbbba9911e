// A sandbox of a test's own, with worlds in it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from './world.ts';

export type Sandbox = {
  url: string;
  /** What the app's environment must say to speak to it. */
  stripe: Readonly<Record<string, string>>;
  control: <T>(path: string, body?: unknown) => Promise<T>;
  stop: () => Promise<void>;
};

const keys = {
  TEST_SECRET_KEY: 'sk_test_sandboxOfATest0000000000',
  TEST_CLIENT_ID: 'ca_testOfATest',
  TEST_WEBHOOK_SECRET: 'whsec_testOfATest',
  LIVE_SECRET_KEY: 'sk_live_sandboxOfATest0000000000',
  LIVE_CLIENT_ID: 'ca_liveOfATest',
  LIVE_WEBHOOK_SECRET: 'whsec_liveOfATest',
};

/** The one that the shared app speaks to, where `npm test` runs one. */
export function sharedSandbox(): Sandbox | null {
  const { E2E_SANDBOX_URL: url, E2E_ENV: shared } = process.env;
  const key = shared && (JSON.parse(shared) as Record<string, string>)['STRIPE_TEST_SECRET_KEY']; // written by scripts/test.ts
  return url && key ? { url, stripe: { STRIPE_TEST_SECRET_KEY: key }, control: controlOf(url), stop: async () => {} } : null;
}

export async function startSandbox(): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'counterpart-sandbox-'));
  const named = (prefix: string) => Object.fromEntries(Object.entries(keys).map(([name, value]) => [`${prefix}_${name}`, value]));
  const running = await startProcess(
    'sandbox/main.ts',
    { SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0', DATA_DIR: folder, ...named('SANDBOX') },
    /ready (http:\S+)/,
  );
  return {
    url: running.url,
    stripe: { ...named('STRIPE'), STRIPE_API_BASE: running.url, STRIPE_CONNECT_BASE: running.url },
    control: controlOf(running.url),
    stop: async () => {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function controlOf(url: string): Sandbox['control'] {
  return async <T>(path: string, body?: unknown) => {
    const response = await fetch(`${url}/_sandbox/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`The sandbox answered ${response.status} to ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  };
}
