// How soon a webhook is acknowledged, which is: verified and durable. Pre-signed bodies of about 5 kB, 64 connections, closed loop; ingest and the route handler take turns.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import pg from 'pg';
import Stripe from 'stripe';
import { withWorld } from './bench-world.ts';

const CONNECTIONS = 64;
const EVENTS = 3000;
const ROUNDS = 3;

export async function run(): Promise<void> {
  await withWorld(async (world) => {
    const secret = world.env['STRIPE_TEST_WEBHOOK_SECRET']!;
    const lanes = { ingest: world.plan.ports.ingest, 'route handler': world.plan.ports.web };
    const seen: Record<string, number[]> = { ingest: [], 'route handler': [] };
    const rates: Record<string, number[]> = { ingest: [], 'route handler': [] };
    for (const port of Object.values(lanes)) await lane(port, signed(secret, 200)); // warm
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, port] of Object.entries(lanes)) {
        const from = performance.now();
        seen[name]!.push(...(await lane(port, signed(secret, EVENTS))));
        rates[name]!.push(EVENTS / ((performance.now() - from) / 1000));
      }
    }
    await countKept(world.env['DATABASE_WORKER_URL']!, 2 * 200 + 2 * ROUNDS * EVENTS);
    for (const name of Object.keys(lanes)) {
      const sorted = seen[name]!.toSorted((a, b) => a - b);
      const at = (share: number) => `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(1)} ms`;
      const rate = rates[name]!.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
      process.stdout.write(
        `${name.padEnd(14)} ${CONNECTIONS} connections, ${ROUNDS} × ${EVENTS} events: p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}, ${rate.toFixed(0)}/s\n`,
      );
    }
  });
}

type Signed = { body: string; header: string };

function signed(secret: string, count: number): Signed[] {
  const filler = 'x'.repeat(4300);
  return Array.from({ length: count }, () => {
    const created = Math.floor(Date.now() / 1000);
    const id = `evt_${randomUUID().replaceAll('-', '')}`;
    const body = JSON.stringify({
      id,
      object: 'event',
      api_version: Stripe.API_VERSION,
      account: `acct_bench${Math.floor(Math.random() * 50)}`,
      created,
      livemode: false,
      pending_webhooks: 1,
      type: 'customer.updated',
      request: { id: null, idempotency_key: null },
      data: { object: { id: `cus_${id.slice(4, 18)}`, object: 'customer', created, description: filler } },
    });
    return { body, header: Stripe.webhooks.generateTestHeaderString({ payload: body, secret }) };
  });
}

/** Milliseconds of each answer; throws at the first that is not 200. */
async function lane(port: number, events: readonly Signed[]): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const times: number[] = [];
  let next = 0;
  const connection = async () => {
    while (next < events.length) {
      const event = events[next++]!;
      const from = performance.now();
      const status = await post(agent, port, event);
      if (status !== 200) throw new Error(`Port ${port} answered ${status}.`);
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  agent.destroy();
  return times;
}

function post(agent: Agent, port: number, { body, header }: Signed): Promise<number> {
  return new Promise((resolve, reject) => {
    const ask = request(
      {
        host: 'localhost',
        port,
        path: '/api/webhooks/stripe',
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'stripe-signature': header, 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    ask.once('error', reject);
    ask.end(body);
  });
}

/** 2xx means stored: every acknowledged event is in the inbox, or the figures mean nothing. */
async function countKept(url: string, expected: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ kept: string }>(`SELECT count(*) AS kept FROM inbox WHERE account LIKE 'acct\\_bench%'`);
  await client.end();
  if (Number(rows[0]!.kept) !== expected) throw new Error(`${expected} events were acknowledged, ${rows[0]!.kept} are kept.`);
}
