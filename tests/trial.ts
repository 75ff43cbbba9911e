// For tests: a sandbox of its own in a process of its own, an account connected to it, and the official SDK speaking to both.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { type Process, startProcess } from './world.ts';

export type Trial = {
  url: string;
  process: Process;
  env: Record<string, string>;
  /** The platform's client; pass `{ stripeAccount }` for an account. */
  stripe: Stripe;
  live: Stripe;
  control: <Answer = Record<string, unknown>>(order: string, given?: object) => Promise<Answer>;
  /** A fresh account that the platform is connected to. */
  connect(livemode?: boolean, more?: object): Promise<string>;
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export const KEYS = {
  SANDBOX_TEST_SECRET_KEY: 'sk_test_trialtrialtrialtrial1234',
  SANDBOX_TEST_CLIENT_ID: 'ca_trialtest',
  SANDBOX_TEST_WEBHOOK_SECRET: 'whsec_trialtest',
  SANDBOX_LIVE_SECRET_KEY: 'sk_live_trialtrialtrialtrial1234',
  SANDBOX_LIVE_CLIENT_ID: 'ca_triallive',
  SANDBOX_LIVE_WEBHOOK_SECRET: 'whsec_triallive',
};

export async function startTrial(more: Record<string, string> = {}): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const env = { ...KEYS, DATA_DIR: folder, SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0', ...more };
  const start = (port = '0'): Promise<Process> => startProcess('sandbox/main.ts', { ...env, SANDBOX_PORT: port }, /ready (\S+)/);
  const process = await start();
  const { port } = new URL(process.url);
  const client = (key: string): Stripe => new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', telemetry: false, maxNetworkRetries: 0 });
  const trial: Trial = {
    url: process.url,
    process,
    env,
    stripe: client(KEYS.SANDBOX_TEST_SECRET_KEY),
    live: client(KEYS.SANDBOX_LIVE_SECRET_KEY),
    async control<Answer>(order: string, given?: object): Promise<Answer> {
      const [method = 'GET', path = ''] = order.split(' ');
      const response = await fetch(`${process.url}/_sandbox/${path}`, { method, ...(given ? { body: JSON.stringify(given) } : {}) });
      const answer = (await response.json()) as Answer;
      if (!response.ok) throw new Error(`${order} was answered ${response.status}: ${JSON.stringify(answer)}`);
      return answer;
    },
    async connect(livemode = false, more = {}) {
      const { id } = await trial.control<{ id: string }>('POST accounts', { name: 'Trial Press', country: 'US', email: 'desk@trial.example', ...more });
      const { code } = await trial.control<{ code: string }>('POST code', {
        account: id,
        client_id: livemode ? 'ca_triallive' : 'ca_trialtest',
        scope: 'read_write',
      });
      await (livemode ? trial.live : trial.stripe).oauth.token({ grant_type: 'authorization_code', code });
      return id;
    },
    async restart() {
      await trial.process.stop();
      trial.process = await start(port);
    },
    async stop() {
      await trial.process.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return trial;
}
