// A connected account in a sandbox of its own, with a merchant who may act on it. Its mirror is filled only by reading from that sandbox.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { ledgerOfRow, merchantForJob } from '#lib/access/job.ts';
import { openDatabase, useDatabase } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import type { Ledger } from '#lib/ledger.ts';
import type { Merchant } from '#lib/merchant.ts';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';
import { freshDatabase } from './world.ts';

export type Call = {
  at: string;
  stripe_at: number;
  method: string;
  path: string;
  status: number | null;
  idempotency_key: string | null;
  request: string;
  fault: string | null;
};
export type Fault = { kind: string; ordered: number; waiting: number; fired: number };
export type Paid = { intent: string; charge: string; amount: number; currency: string };
export type Connected = Awaited<ReturnType<typeof startConnected>>;

/** `factor` shrinks every wait (TIME_FACTOR). Sets this process's environment and database until `stop`. */
export async function startConnected({ factor = 1, max = 10 }: { factor?: number; max?: number } = {}) {
  const [urls, sandbox] = await Promise.all([freshDatabase(), startSandbox()]);
  const environment = {
    APP_URL: 'http://localhost:3999',
    AUTH_SECRET: 'a secret of at least thirty-two characters',
    DATABASE_URL: urls.appUrl,
    LOG_LEVEL: 'silent',
    TIME_FACTOR: String(factor),
    ...sandbox.stripe,
  };
  Object.assign(process.env, environment);
  forgetEnv();
  const close = useDatabase({ main: openDatabase({ url: urls.appUrl, role: 'app', max }) });
  const owner = new pg.Client({ connectionString: urls.ownerUrl });
  await owner.connect();
  const ledger = await connect(owner, sandbox);
  const merchant: Merchant = await merchantForJob(ledger, 'test');
  const stripe = stripeOf(sandbox, ledger.account);

  /** A succeeded card payment, made by the customer at Stripe. */
  async function pay(amount: number, currency = 'eur', method = 'pm_card_visa'): Promise<Paid> {
    const intent = await stripe('POST', '/v1/payment_intents', { amount, currency, payment_method: method, confirm: true, 'payment_method_types[0]': 'card' });
    return { intent: intent['id'] as string, charge: intent['latest_charge'] as string, amount, currency };
  }

  return {
    urls,
    environment,
    sandbox,
    owner,
    ledger,
    merchant,
    /** A call to Stripe made elsewhere: by the customer, or in Stripe's dashboard. */
    stripe,
    pay,
    /** As `pay`, and read into the mirror. */
    paid: async (amount: number, currency?: string, method?: string): Promise<Paid> => {
      const payment = await pay(amount, currency, method);
      await confirmNow(ledger, [
        { type: 'payment_intent', id: payment.intent },
        { type: 'charge', id: payment.charge },
      ]);
      return payment;
    },
    order: (kind: string, times = 1, more: { match?: string; ms?: number; effect?: boolean } = {}) =>
      sandbox.control<Fault>('faults', { kind, times, match: 'POST /v1/refunds', ...more }),
    fired: async (kind: string): Promise<number> => (await sandbox.control<Fault[]>('faults')).find((fault) => fault.kind === kind)?.fired ?? 0,
    calm: async () => {
      await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' });
    },
    calls: (method: string, path: string) => sandbox.control<Call[]>(`requests?account=${ledger.account}&method=${method}&path=${encodeURIComponent(path)}`),
    truth: async (type: string): Promise<Record<string, unknown>[]> =>
      (await sandbox.control<{ objects: Record<string, unknown>[] }>(`oracle?account=${ledger.account}&livemode=false&type=${type}`)).objects,
    stop: async () => {
      await close();
      await owner.end();
      await sandbox.stop();
      await urls.drop();
    },
  };
}

async function connect(owner: pg.Client, sandbox: Sandbox): Promise<Ledger> {
  const { id: account } = await sandbox.control<{ id: string }>('accounts', { name: 'Test paper', country: 'NO', email: 'owner@example.com', currency: 'eur' });
  await sandbox.control('grant', { account, livemode: false });
  const workspace = randomUUID();
  await owner.query(`INSERT INTO workspace (id, slug, name, time_zone, locale) VALUES ($1, $2, 'Test', 'UTC', 'en')`, [
    workspace,
    `test-${workspace.slice(0, 8)}`,
  ]);
  await owner.query(`SELECT set_config('app.workspace', $1, false)`, [workspace]);
  await owner.query(
    `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts, confirmed_at, live_at) VALUES ($1, $2, false, 1, 'live', 'read_write', '{}', now(), now())`,
    [workspace, account],
  );
  await owner.query('INSERT INTO account_route (account, livemode, workspace_id, generation) VALUES ($1, false, $2, 1)', [account, workspace]);
  return ledgerOfRow({ workspace_id: workspace, account, livemode: false, generation: 1 });
}

function stripeOf(sandbox: Sandbox, account: string) {
  return async (method: 'GET' | 'POST', path: string, params: Record<string, string | number | boolean> = {}): Promise<Record<string, unknown>> => {
    const form = new URLSearchParams(Object.entries(params).map(([name, value]) => [name, String(value)])).toString();
    const response = await fetch(`${sandbox.url}${path}${method === 'GET' && form ? `?${form}` : ''}`, {
      method,
      headers: {
        authorization: `Bearer ${sandbox.stripe['STRIPE_TEST_SECRET_KEY']}`,
        'stripe-account': account,
        ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      },
      ...(method === 'POST' ? { body: form } : {}),
    });
    const body = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(body)}`);
    return body;
  };
}
