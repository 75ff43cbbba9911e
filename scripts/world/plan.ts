// What this start will run, decided from the environment alone: embedded PostgreSQL or a given one, the sandbox or a given Stripe. Says every fault in one line.
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from '../../lib/env.ts';

export type Ports = { web: number; ingest: number; sandbox: number; smtp: number };
export type Secrets = Readonly<
  Record<
    | 'postgres'
    | 'owner'
    | 'app'
    | 'worker'
    | 'ingest'
    | 'auth'
    | 'encryption'
    | 'testKey'
    | 'testClient'
    | 'testHook'
    | 'liveKey'
    | 'liveClient'
    | 'liveHook'
    | 'demo',
    string
  >
>;
export type Plan = {
  dataDir: string;
  ports: Ports;
  appUrl: string;
  embedded: boolean;
  sandbox: boolean;
  secrets: Secrets;
  /** Variables given from outside that children need as they are. */
  given: Readonly<Record<string, string>>;
};

type Source = Readonly<Record<string, string | undefined>>;

/** A plan, or the lines that say what is wrong. Makes the data folder and its secrets where they are new. */
export function makePlan(source: Source, root: string): { plan: Plan } | { faults: string[] } {
  const faults: string[] = [];
  const port = (name: string, fallback: number): number => {
    const text = source[name];
    if (text === undefined || text === '') return fallback;
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
    faults.push(`${name}=${text} is not a port number (0 to 65535).`);
    return fallback;
  };
  const web = port('PORT', 3000);
  const sandboxPort = port('SANDBOX_PORT', 4242);
  const ports = { web, ingest: port('INGEST_PORT', 3001), sandbox: sandboxPort, smtp: port('SANDBOX_SMTP_PORT', sandboxPort + 1) };
  if (new Set(Object.values(ports)).size < 4)
    faults.push(`PORT, INGEST_PORT, SANDBOX_PORT and SANDBOX_SMTP_PORT must differ: ${Object.values(ports).join(', ')}.`);
  faults.push(...databaseFaults(source), ...stripeFaults(source));
  const embedded = !source['DATABASE_URL'];
  const sandbox = stripeNames(source).length === 0;
  const appUrl = source['APP_URL'] || `http://localhost:${web}`;
  const given = Object.fromEntries(Object.entries(source).filter(([name, value]) => value && GIVEN.test(name))) as Record<string, string>; // undefined values are filtered out above
  if (faults.length === 0) faults.push(...valueFaults(given, appUrl, embedded, sandbox));
  if (faults.length > 0) return { faults };
  const dataDir = resolve(root, source['DATA_DIR'] || '.data');
  return { plan: { dataDir, ports, appUrl, embedded, sandbox, secrets: secretsIn(dataDir), given } };
}

/** The environment of web, ingest and worker. The owner's login is in none of them. */
export function childEnv(plan: Plan, postgresPort: number | null): Record<string, string> {
  const { secrets, ports } = plan;
  const login = (role: 'app' | 'worker' | 'ingest') => `postgres://counterpart_${role}:${secrets[role]}@127.0.0.1:${postgresPort}/counterpart`;
  return {
    NODE_ENV: 'production',
    APP_URL: plan.appUrl,
    PORT: String(ports.web),
    INGEST_PORT: String(ports.ingest),
    AUTH_SECRET: secrets.auth,
    ENCRYPTION_KEY: secrets.encryption,
    STRIPE_SUPPRESS_NOTICES: 'true',
    NEXT_TELEMETRY_DISABLED: '1',
    // The embedded database is this folder's own, whatever port it is served on: the environment guard goes by the folder.
    ...(plan.embedded
      ? { DATABASE_URL: login('app'), DATABASE_WORKER_URL: login('worker'), DATABASE_INGEST_URL: login('ingest'), DEPLOYMENT_ID: secrets.testClient }
      : {}),
    ...(plan.sandbox
      ? {
          STRIPE_API_BASE: `http://127.0.0.1:${ports.sandbox}`,
          STRIPE_CONNECT_BASE: `http://127.0.0.1:${ports.sandbox}`,
          STRIPE_TEST_SECRET_KEY: secrets.testKey,
          STRIPE_TEST_CLIENT_ID: secrets.testClient,
          STRIPE_TEST_WEBHOOK_SECRET: secrets.testHook,
          STRIPE_LIVE_SECRET_KEY: secrets.liveKey,
          STRIPE_LIVE_CLIENT_ID: secrets.liveClient,
          STRIPE_LIVE_WEBHOOK_SECRET: secrets.liveHook,
          SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
        }
      : {}),
    ...withoutOwner(plan.given),
    DATA_DIR: plan.dataDir,
  };
}

function withoutOwner({ DATABASE_OWNER_URL: _owner, ...rest }: Readonly<Record<string, string>>): Record<string, string> {
  return rest;
}

export function ownerUrl(plan: Plan, postgresPort: number | null): string {
  return plan.embedded ? `postgres://counterpart_owner:${plan.secrets.owner}@127.0.0.1:${postgresPort}/counterpart` : (plan.given['DATABASE_OWNER_URL'] ?? '');
}

export function sandboxEnv(plan: Plan): Record<string, string> {
  const { secrets, ports } = plan;
  return {
    NODE_ENV: 'production',
    SANDBOX_PORT: String(ports.sandbox),
    SANDBOX_SMTP_PORT: String(ports.smtp),
    DATA_DIR: plan.dataDir,
    SANDBOX_TEST_SECRET_KEY: secrets.testKey,
    SANDBOX_TEST_CLIENT_ID: secrets.testClient,
    SANDBOX_TEST_WEBHOOK_SECRET: secrets.testHook,
    SANDBOX_LIVE_SECRET_KEY: secrets.liveKey,
    SANDBOX_LIVE_CLIENT_ID: secrets.liveClient,
    SANDBOX_LIVE_WEBHOOK_SECRET: secrets.liveHook,
    SANDBOX_REDIRECT_URI: `${plan.appUrl}/api/connect/callback`,
    SANDBOX_WEBHOOK_URL: `http://localhost:${ports.ingest}/api/webhooks/stripe`,
  };
}

const GIVEN =
  /^(DATABASE_|STRIPE_|SMTP_URL$|MAIL_FROM$|SUPPORT_URL$|TRUST_PROXY$|METRICS_TOKEN$|LOG_LEVEL$|AUTH_SECRET$|ENCRYPTION_KEY$|DEPLOYMENT_ID$|TIME_FACTOR$|CALL_RATE_FACTOR$|PSEUDO_LOCALE$)/;

function stripeNames(source: Source): string[] {
  return Object.keys(source).filter((name) => name.startsWith('STRIPE_') && name !== 'STRIPE_SUPPRESS_NOTICES' && source[name]);
}

function databaseFaults(source: Source): string[] {
  const set = Object.keys(source).filter((name) => name.startsWith('DATABASE_') && source[name]);
  if (set.length === 0) return [];
  const missing = ['DATABASE_URL', 'DATABASE_OWNER_URL'].filter((name) => !source[name]);
  return missing.length === 0
    ? []
    : [`${set.join(', ')} set, but ${missing.join(' and ')} missing: with a database of your own both are needed, without one leave all DATABASE_… unset.`];
}

function stripeFaults(source: Source): string[] {
  const set = stripeNames(source);
  if (set.length === 0) return [];
  const modes = ['TEST', 'LIVE'] as const;
  const parts = (mode: string) => [`STRIPE_${mode}_SECRET_KEY`, `STRIPE_${mode}_CLIENT_ID`, `STRIPE_${mode}_WEBHOOK_SECRET`];
  const partial = modes.flatMap((mode) => {
    const missing = parts(mode).filter((name) => !source[name]);
    return missing.length > 0 && missing.length < 3
      ? [`${missing.join(' and ')} missing: the three STRIPE_${mode}_… variables are set together or not at all.`]
      : [];
  });
  if (partial.length > 0) return partial;
  return modes.some((mode) => source[parts(mode)[0]!])
    ? []
    : [
        `${set.join(', ')} set, but no Stripe keys: set STRIPE_TEST_SECRET_KEY, STRIPE_TEST_CLIENT_ID and STRIPE_TEST_WEBHOOK_SECRET, or unset all STRIPE_… for the sandbox.`,
      ];
}

/** The app's own check, so that a wrong value is said before anything is started. */
function valueFaults(given: Record<string, string>, appUrl: string, embedded: boolean, sandbox: boolean): string[] {
  try {
    parseEnv({ AUTH_SECRET: 'x'.repeat(32), ...(embedded ? { DATABASE_URL: 'postgres://x@127.0.0.1/x' } : {}), ...given, APP_URL: appUrl });
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : [String(error)];
  }
  if (!sandbox && !given['SMTP_URL']) return ['SMTP_URL missing: with a Stripe of your own there is no sandbox to take the mail (smtp://… or smtps://…).'];
  return [];
}

function secretsIn(dataDir: string): Secrets {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'secrets.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {};
  const word = (bytes: number) => randomBytes(bytes).toString('hex');
  const made: Secrets = {
    postgres: word(16),
    owner: word(16),
    app: word(16),
    worker: word(16),
    ingest: word(16),
    auth: word(32),
    encryption: randomBytes(32).toString('base64'),
    testKey: `sk_test_${word(16)}`,
    testClient: `ca_${word(12)}`,
    testHook: `whsec_${word(16)}`,
    liveKey: `sk_live_${word(16)}`,
    liveClient: `ca_${word(12)}`,
    liveHook: `whsec_${word(16)}`,
    demo: `${word(3)}-${word(3)}-${word(3)}`,
    ...kept,
  };
  if (Object.keys(kept).length < Object.keys(made).length) writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return made;
}
