// One running web process for the suites that attack it over HTTP: the one that `npm test` shares, or one of this test's own.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { forgetEnv } from '#lib/env.ts';
import { buildWeb } from '#scripts/world/build.ts';
import { freePort } from './cluster.ts';
import { freshDatabase, startProcess } from './world.ts';

const root = join(import.meta.dirname, '..');

export type App = {
  /** Base address, without a slash at the end. */
  url: string;
  ownerUrl: string;
  /** Where it was built: manifests of routes and actions. */
  build: string;
  /** The environment of the web process: a test that takes it on works on the same database and secrets. */
  env: Readonly<Record<string, string>>;
  stop: () => Promise<void>;
};

/** `stripe` is a sandbox's part of the environment; without one the process knows a Stripe that nobody plays. */
export async function startApp(stripe: Readonly<Record<string, string>> = {}): Promise<App> {
  return sharedApp() ?? ownApp(stripe);
}

/** Puts this test process into the app's place: lib's own functions then read and write what the app reads and writes. */
export function takeOn(app: App): void {
  Object.assign(process.env, app.env);
  forgetEnv();
}

function sharedApp(): App | null {
  const { E2E_APP_URL: url, E2E_OWNER_URL: ownerUrl, E2E_DIST_DIR: distDir, E2E_ENV: shared } = process.env;
  if (!url || !ownerUrl || !distDir || !shared) return null;
  const env = JSON.parse(shared) as Record<string, string>; // written by scripts/test.ts
  return { url, ownerUrl, build: join(root, distDir), env, stop: async () => {} };
}

async function ownApp(stripe: Readonly<Record<string, string>>): Promise<App> {
  const distDir = process.env['TEST_DIST_DIR'] ?? '.next-api';
  await buildWeb(distDir);
  const urls = await freshDatabase();
  const port = await freePort();
  const env = {
    APP_URL: `http://localhost:${port}`,
    PORT: String(port),
    NEXT_DIST_DIR: distDir,
    NEXT_TELEMETRY_DISABLED: '1',
    DATABASE_URL: urls.appUrl,
    DATABASE_WORKER_URL: urls.workerUrl,
    DATABASE_INGEST_URL: urls.ingestUrl,
    AUTH_SECRET: randomBytes(32).toString('base64url'),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'warn',
    ...unplayedStripe,
    ...stripe,
  };
  const web = await startProcess('scripts/web.mjs', env, /Ready in/);
  return {
    url: env.APP_URL,
    ownerUrl: urls.ownerUrl,
    build: join(root, distDir),
    env,
    stop: async () => {
      await web.stop();
      await urls.drop();
    },
  };
}

const unplayedStripe = {
  STRIPE_API_BASE: 'http://127.0.0.1:9',
  STRIPE_CONNECT_BASE: 'http://127.0.0.1:9',
  STRIPE_TEST_SECRET_KEY: 'sk_test_unplayed',
  STRIPE_TEST_CLIENT_ID: 'ca_unplayed',
  STRIPE_TEST_WEBHOOK_SECRET: 'whsec_unplayed',
  STRIPE_LIVE_SECRET_KEY: 'sk_live_unplayed',
  STRIPE_LIVE_CLIENT_ID: 'ca_unplayed_live',
  STRIPE_LIVE_WEBHOOK_SECRET: 'whsec_unplayed_live',
};
