// The environment, parsed once and checked with one clear line per fault. Lowest of the platform: imports nothing of the app.
import { createHash } from 'node:crypto';
import { z } from 'zod';

const url = z.string().refine((value) => URL.canParse(value), 'is not a URL');
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
const port = z.coerce.number().int().min(0).max(65535);

const schema = z.object({
  PORT: port.default(3000),
  INGEST_PORT: port.default(3001),
  APP_URL: url.default('http://localhost:3000'),
  DATABASE_URL: url,
  DATABASE_OWNER_URL: url.optional(),
  DATABASE_WORKER_URL: url.optional(),
  DATABASE_INGEST_URL: url.optional(),
  DATABASE_DIRECT_URL: url.optional(),
  AUTH_SECRET: z.string().min(32, 'needs at least 32 characters'),
  ENCRYPTION_KEY: z.string().optional(),
  DEPLOYMENT_ID: z.string().optional(),
  SMTP_URL: url.optional(),
  MAIL_FROM: z.string().default('Counterpart <no-reply@localhost>'),
  SUPPORT_URL: url.optional(),
  TRUST_PROXY: z.string().optional(),
  METRICS_TOKEN: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  STRIPE_TEST_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_test_/, 'is not a test key (sk_test_… or rk_test_…)')
    .optional(),
  STRIPE_TEST_CLIENT_ID: z.string().regex(/^ca_/, 'is not a Connect client id (ca_…)').optional(),
  STRIPE_TEST_WEBHOOK_SECRET: list.optional(),
  STRIPE_LIVE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_live_/, 'is not a live key (sk_live_… or rk_live_…)')
    .optional(),
  STRIPE_LIVE_CLIENT_ID: z.string().regex(/^ca_/, 'is not a Connect client id (ca_…)').optional(),
  STRIPE_LIVE_WEBHOOK_SECRET: list.optional(),
  STRIPE_API_BASE: url.default('https://api.stripe.com'),
  STRIPE_CONNECT_BASE: url.default('https://connect.stripe.com'),
});

export type Env = z.infer<typeof schema>;

let parsed: Env | undefined;

/** The checked environment. Throws one Error whose message has a line per wrong or missing variable. */
export function env(): Env {
  return (parsed ??= parseEnv(process.env));
}

/** For tests and scripts that set variables after start. */
export function forgetEnv(): void {
  parsed = undefined;
}

export function parseEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) {
    throw new Error(result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.code === 'invalid_type' ? 'is missing' : issue.message}`).join('\n'));
  }
  const faults = crossChecks(result.data);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return result.data;
}

/** True while Stripe's API base is not Stripe's own: every page must say so. */
export function isStandIn(): boolean {
  return new URL(env().STRIPE_API_BASE).host !== 'api.stripe.com';
}

/** Which deployment this process believes to serve (environment guard, INVARIANTS §1.3). */
export function deploymentId(): string {
  const { DEPLOYMENT_ID, APP_URL, STRIPE_TEST_CLIENT_ID, STRIPE_LIVE_CLIENT_ID } = env();
  return DEPLOYMENT_ID ?? createHash('sha256').update([APP_URL, STRIPE_TEST_CLIENT_ID, STRIPE_LIVE_CLIENT_ID].join('|')).digest('hex').slice(0, 16);
}

function crossChecks(values: Env): string[] {
  const faults: string[] = [];
  for (const mode of ['TEST', 'LIVE'] as const) {
    const parts = [`STRIPE_${mode}_SECRET_KEY`, `STRIPE_${mode}_CLIENT_ID`, `STRIPE_${mode}_WEBHOOK_SECRET`] as const;
    const missing = parts.filter((name) => values[name] === undefined);
    if (missing.length > 0 && missing.length < parts.length)
      faults.push(`${missing.join(' and ')} missing: the three STRIPE_${mode}_… variables are set together or not at all`);
  }
  const origin = new URL(values.APP_URL);
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(origin.hostname);
  if (origin.protocol !== 'https:' && !loopback) faults.push('APP_URL must be https unless it is on this machine (localhost)');
  return faults;
}
