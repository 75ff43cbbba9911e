// A page of the refunds list is cut out of an index also where row-level security stands before 200,000 refunds: no sort, no walk through the table.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refundsGrammar } from '#lib/catalogue/lists.ts';
import { parseQuery } from '#lib/catalogue/query.ts';
import { openDatabase, useDatabase } from '#lib/db.ts';
import type { Ledger } from '#lib/ledger.ts';
import { type Ground, openGround } from '#tests/faults/ground.ts';
import { listNeeding } from './needs-you.ts';
import { listRefunds } from './refunds.ts';

const REFUNDS = 200_000;
let ground: Ground;
let ledger: Ledger;
let restore: () => Promise<void>;

beforeAll(async () => {
  ground = await openGround();
  ledger = await ground.connect('acct_large');
  const scope = [ledger.workspace, ledger.account];
  await ground.owner.query(
    `INSERT INTO refunds (workspace_id, account, livemode, id, created, charge, payment_intent, status, amount, currency, op_id, data, api_version, as_of_low, as_of_high, as_of_source, confirmed)
     SELECT $1, $2, false, 're_' || lpad(n::text, 8, '0'), now() - n * interval '3 minutes', 'ch_' || n, 'pi_' || n, CASE WHEN n % 500 = 0 THEN 'failed' WHEN n % 900 = 0 THEN 'pending' ELSE 'succeeded' END,
       100 + n % 9000, 'eur', NULL, jsonb_build_object('id', 're_' || n, 'object', 'refund', 'reason', CASE WHEN n % 700 = 0 THEN 'fraudulent' ELSE 'duplicate' END), 'x', now(), now(), 'page', true
     FROM generate_series(1, ${REFUNDS}) n`,
    scope,
  );
  await ground.owner.query(
    `INSERT INTO charges (workspace_id, account, livemode, id, created, payment_intent, customer, status, amount, amount_captured, currency, captured, data, api_version, as_of_low, as_of_high, as_of_source, confirmed)
     SELECT $1, $2, false, 'ch_' || n, now(), 'pi_' || n, 'cus_' || n % 5000, 'succeeded', 9000, 9000, 'eur', true, '{}', 'x', now(), now(), 'page', true FROM generate_series(1, ${REFUNDS}) n`,
    scope,
  );
  // Half of them were asked for here.
  await ground.owner.query(
    `INSERT INTO operation (id, workspace_id, account, livemode, generation, kind, target, charge, params, params_hash, client_token, state, amount, currency, actor, stripe_id, stripe_status, created_at)
     SELECT gen_random_uuid(), $1, $2, false, 1, 'refund_payment', 'pi_' || n, 'ch_' || n, '{"metadata":{}}', 'x', n::text, 'succeeded', 100 + n % 9000, 'eur', '{"kind":"person","id":"p","name":"Dana Ruiz"}',
       're_' || lpad(n::text, 8, '0'), 'succeeded', now() - n * interval '3 minutes' FROM generate_series(1, ${REFUNDS}, 2) n`,
    scope,
  );
  await ground.owner.query(
    `INSERT INTO operation (id, workspace_id, account, livemode, generation, kind, target, charge, params, params_hash, client_token, state, amount, currency, actor, created_at)
     SELECT gen_random_uuid(), $1, $2, false, 1, 'refund_payment', 'pi_' || n, 'ch_' || n, '{"metadata":{}}', 'x', 'r' || n, CASE WHEN n % 40 = 0 THEN 'needs_review' ELSE 'failed' END, 100, 'eur', '{"kind":"person","id":"p","name":"Dana Ruiz"}', now() - n * interval '4 minutes'
     FROM generate_series(1, 2000) n`,
    scope,
  );
  await ground.owner.query('ANALYZE');
  // As the web reads it: the app's own login, bound by row-level security.
  restore = useDatabase({ main: openDatabase({ url: ground.urls.appUrl, role: 'app', max: 4 }) });
}, 300_000);
afterAll(async () => {
  await restore?.();
  await ground?.close();
});

const addresses = [
  '',
  'sort=-amount',
  'sort=amount',
  'tab=failed',
  'tab=pending',
  'tab=needs_action',
  'reason=fraudulent',
  'by=here',
  'customer=cus_77',
  'amount=gte:90.00',
  'created=30d',
  'q=re_00001000',
];

it.each(addresses)('reads a page of "%s" quickly, and the next one', async (address) => {
  const query = parseQuery(new URLSearchParams(address), refundsGrammar);
  const first = await listRefunds(ledger, query, 'UTC');
  expect(first.rows.length).toBeGreaterThan(0);
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) times.push(await took(() => listRefunds(ledger, query, 'UTC')));
  const next = first.next ? await took(() => listRefunds(ledger, { ...query, cursor: first.next }, 'UTC')) : 0;
  process.stdout.write(
    `refunds "${address}": ${Math.min(...times).toFixed(1)} ms of ${first.total.count}${first.total.exact ? '' : '+'}, next page ${next.toFixed(1)} ms\n`,
  );
  // The machine runs other suites at the same time. Who made each of 10,000 refunds is looked up one by one, to count them.
  expect(Math.min(...times)).toBeLessThan(address === 'by=here' ? 600 : 150);
});

it('counts what needs a person quickly: it stands on every page', async () => {
  const needing = await listNeeding(ledger);
  expect(needing.length).toBeGreaterThan(50);
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) times.push(await took(() => listNeeding(ledger)));
  process.stdout.write(`needing ${needing.length}: ${Math.min(...times).toFixed(1)} ms\n`);
  expect(Math.min(...times)).toBeLessThan(60);
});

async function took(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
