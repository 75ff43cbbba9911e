// One webhook round trip: a signed event of no account goes in at the door, and is found again in the inbox as the worker left it.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import Stripe from 'stripe';
import type { World } from './start-world.ts';

const PATIENCE_MS = 30_000;

/** Throws where the door refuses it, the worker does not beat, or the event is still untouched after half a minute. */
export async function ping(world: World): Promise<void> {
  const secret = (world.env['STRIPE_TEST_WEBHOOK_SECRET'] ?? world.env['STRIPE_LIVE_WEBHOOK_SECRET'] ?? '').split(',')[0]!.trim();
  const livemode = world.env['STRIPE_TEST_WEBHOOK_SECRET'] === undefined;
  const now = Math.floor(Date.now() / 1000);
  const id = `evt_counterpart_ping_${now}_${process.pid}`;
  const payload = JSON.stringify({
    id,
    object: 'event',
    type: 'counterpart.ping',
    api_version: null,
    created: now,
    livemode,
    pending_webhooks: 0,
    request: null,
    data: { object: { object: 'ping' } },
  });
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const door = `http://localhost:${world.plan.ports.ingest}/api/webhooks/stripe`;
  const answer = await fetch(door, { method: 'POST', body: payload, headers: { 'stripe-signature': header, 'content-type': 'application/json' } });
  if (answer.status !== 200) throw new Error(`The webhook door at ${door} answered ${answer.status}: ${await answer.text()}`);
  const client = new pg.Client({ connectionString: world.env['DATABASE_WORKER_URL'] ?? world.env['DATABASE_URL'] });
  await client.connect();
  try {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(100)) {
      const { rows } = await client.query<{ handled: boolean; beating: boolean }>(
        `SELECT EXISTS (SELECT FROM inbox WHERE livemode = $1 AND account = '' AND event_id = $2 AND state <> 'kept') AS handled,
                EXISTS (SELECT FROM heartbeat WHERE process = 'worker' AND at > clock_timestamp() - interval '15 s') AS beating`,
        [livemode, id],
      );
      if (rows[0]?.handled && rows[0].beating) return;
    }
    throw new Error('The worker did not hand on a test event within 30 s.');
  } finally {
    await client.end();
  }
}
