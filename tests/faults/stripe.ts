// The sandbox as tests use it: its control paths, an SDK client that acts as the merchant, and the comparison of a mirror with its oracle.
import Stripe from 'stripe';
import { entries } from '#lib/catalogue/index.ts';
import type { Ledger } from '#lib/ledger.ts';
import { API_VERSION } from '#lib/stripe.ts';
import { startProcess, type Process } from '#tests/world.ts';
import { isDeepStrictEqual } from 'node:util';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ground } from './ground.ts';
import { SECRETS } from './signed.ts';

export const TEST_KEY = 'sk_test_12345678901234567890';

export type StandIn = {
  url: string;
  control: <T = Record<string, unknown>>(name: string, body?: Record<string, unknown>) => Promise<T>;
  merchant: (account: string) => Stripe;
  /** A new account that our application may act for. */
  account: (name: string) => Promise<string>;
  process: Process;
  stop: () => Promise<void>;
};

export async function startStripe(webhookUrl?: string): Promise<StandIn> {
  const folder = await mkdtemp(join(tmpdir(), 'counterpart-sandbox-'));
  const started = await startProcess(
    'sandbox/main.ts',
    {
      SANDBOX_PORT: '0',
      SANDBOX_SMTP_PORT: '0',
      DATA_DIR: folder,
      SANDBOX_TEST_SECRET_KEY: TEST_KEY,
      SANDBOX_TEST_CLIENT_ID: 'ca_test',
      SANDBOX_TEST_WEBHOOK_SECRET: SECRETS.test,
      ...(webhookUrl ? { SANDBOX_WEBHOOK_URL: webhookUrl } : {}),
    },
    /ready (\S+)/,
  );
  const base = new URL(started.url);
  const control: StandIn['control'] = async (name, body) => {
    const [method, path] = name.split(' ') as [string, string];
    const response = await fetch(`${started.url}/_sandbox/${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${name}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    url: started.url,
    control,
    merchant: (account) =>
      new Stripe(TEST_KEY, { apiVersion: API_VERSION, host: base.hostname, port: base.port, protocol: 'http', telemetry: false, stripeAccount: account }),
    account: async (name) => {
      const { id } = await control<{ id: string }>('POST accounts', { name, email: `${name}@example.com`, country: 'DE', currency: 'eur' });
      await control('POST grant', { account: id, livemode: false });
      return id;
    },
    process: started,
    stop: async () => {
      await started.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Difference = { type: string; id: string; what: string };

/** Every object of every type, field by field. A type the sandbox does not know gives nothing to compare and is named. */
export async function differences(stripe: StandIn, ground: Ground, ledger: Ledger): Promise<{ differing: Difference[]; compared: number }> {
  const differing: Difference[] = [];
  let compared = 0;
  for (const entry of entries) {
    const truth = await stripe.control<{ objects: { id: string }[]; deleted: string[] }>(
      `GET oracle?account=${ledger.account}&livemode=false&type=${entry.type}`,
    );
    const { rows } = await ground.owner.query<{ id: string; data: unknown; deleted: boolean; confirmed: boolean }>(
      `SELECT id, data, deleted_at IS NOT NULL AS deleted, confirmed FROM ${entry.collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3`,
      [ledger.workspace, ledger.account, ledger.livemode],
    );
    const mirrored = new Map(rows.map((row) => [row.id, row]));
    const say = (id: string, what: string) => differing.push({ type: entry.type, id, what });
    for (const object of truth.objects) {
      compared += 1;
      const row = mirrored.get(object.id);
      mirrored.delete(object.id);
      // A method that was never attached is in no list and has no event: it is known only by those who used it.
      if (!row && 'customer' in object && object.customer === null && entry.type === 'payment_method') continue;
      if (!row) say(object.id, 'missing');
      else if (row.deleted) say(object.id, 'wrongly deleted');
      else if (!row.confirmed) say(object.id, 'unconfirmed');
      else if (!isDeepStrictEqual(row.data, object)) say(object.id, firstDifference(object, row.data));
    }
    for (const id of truth.deleted) {
      const row = mirrored.get(id);
      mirrored.delete(id);
      if (row && !row.deleted) say(id, 'not deleted');
    }
    for (const [id, row] of mirrored) if (!row.deleted) say(id, 'unknown to Stripe');
  }
  return { differing, compared };
}

function firstDifference(truth: unknown, copy: unknown): string {
  const left = truth as Record<string, unknown>;
  const right = copy as Record<string, unknown>;
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
    if (!isDeepStrictEqual(left[key], right[key])) return `${key}: ${JSON.stringify(left[key])?.slice(0, 200)} ≠ ${JSON.stringify(right[key])?.slice(0, 200)}`;
  return 'equal';
}

/** No kept event, nothing owed, no delivery under way, and nothing that Stripe does by itself within moments. */
export async function quiet(ground: Ground, stripe: StandIn, patienceMs = 120_000): Promise<void> {
  const start = performance.now();
  for (;;) {
    const delivery = await stripe.control<{ waiting: number; in_flight: number; due_soon: number }>('GET delivery');
    const { rows } = await ground.owner.query<{ kept: number; owed: number; history: number }>(
      `SELECT (SELECT count(*)::int FROM inbox WHERE state = 'kept') AS kept,
              (SELECT count(*)::int FROM work WHERE kind = 'object' AND dirty_seq > clean_seq) AS owed,
              (SELECT count(*)::int FROM work WHERE kind = 'backfill' AND dirty_seq > clean_seq) AS history`,
    );
    const state = rows[0]!;
    if (delivery.waiting + delivery.in_flight + delivery.due_soon + state.kept + state.owed + state.history === 0) return;
    if (performance.now() - start > patienceMs) {
      const stuck = await ground.owner.query(
        `SELECT kind, type, id, dirty_seq - clean_seq AS owed, tries, lease_until > clock_timestamp() AS leased, not_before - clock_timestamp() AS due FROM work WHERE dirty_seq > clean_seq AND kind <> 'sweep' LIMIT 3`,
      );
      const busy = await ground.owner.query(
        `SELECT wait_event_type, wait_event, state, (clock_timestamp() - xact_start)::text AS open_for, left(query, 100) AS query FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'`,
      );
      const next = await ground.owner.query(
        `SELECT count(*)::int, min(next_at - clock_timestamp())::text AS soonest, max(tries) AS tries, min(last_error) AS why FROM inbox WHERE state = 'kept'`,
      );
      stuck.rows.push(next.rows, busy.rows);
      throw new Error(`Not quiet after ${patienceMs} ms: ${JSON.stringify({ delivery, ...state, stuck: stuck.rows })}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
