// S13: statements as values. In filters, cursors, ids and searches, of the API and of the desk, they are values or refusals, and never run.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseApiQuery } from '#lib/catalogue/api-query.ts';
import { entries } from '#lib/catalogue/index.ts';
import { customersGrammar, paymentsGrammar, refundsGrammar } from '#lib/catalogue/lists.ts';
import { encodeCursor, parseQuery } from '#lib/catalogue/query.ts';
import { stopwatch } from '#lib/clock.ts';
import { closeDatabases } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import { AppError } from '#lib/errors.ts';
import type { Ledger } from '#lib/ledger.ts';
import { closePrisma } from '#lib/prisma.ts';
import { findCustomer } from '#lib/read/desk/customer.ts';
import { listCustomers } from '#lib/read/desk/customers.ts';
import { findPayment } from '#lib/read/desk/payment.ts';
import { listPayments } from '#lib/read/desk/payments.ts';
import { findRefund } from '#lib/read/desk/refund.ts';
import { listRefunds } from '#lib/read/desk/refunds.ts';
import { findObject } from '#lib/read/find.ts';
import { page } from '#lib/read/list.ts';
import { fill } from '#tests/filled.ts';
import { asOwner, connectAccount, join } from '#tests/merchants.ts';
import { startSandbox, type Sandbox } from '#tests/sandbox.ts';
import { openShop } from '#tests/shop.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';

const corpus = [
  `'`,
  `"`,
  `\\`,
  `' OR '1'='1`,
  `' OR 1=1--`,
  `1; DROP TABLE customers; --`,
  `'; SELECT pg_sleep(5); --`,
  `' UNION SELECT id, data, as_of_low, confirmed, deleted_at FROM customers --`,
  `$1`,
  `$4::text`,
  `%`,
  `_`,
  `%' ESCAPE '!`,
  `\\%`,
  `(SELECT current_setting('app.workspace'))`,
  `set_config('app.workspace', '00000000-0000-0000-0000-000000000000', true)`,
  `COALESCE(created, now())`,
  `created); DELETE FROM charges; --`,
  `{"not":""}`,
  `{"$ne":null}`,
  `[object Object]`,
  `E'\\x00'`,
  `\u0000`,
  `a\u0000b`,
  `\ud800`,
  `\u202e' OR 1`,
  `９９９`,
  `1e309`,
  `-1`,
  `NaN`,
  `infinity`,
  `-infinity`,
  `now`,
  `'epoch'`,
  `'::regclass`,
  `x'`.repeat(2_000),
];

let urls: FreshDatabase;
let sandbox: Sandbox;
let ledger: Ledger;

beforeAll(async () => {
  [urls, sandbox] = await Promise.all([freshDatabase(), startSandbox()]);
  Object.assign(process.env, { DATABASE_URL: urls.appUrl, AUTH_SECRET: 'injection-test'.padEnd(40, '.') });
  forgetEnv();
  const { account } = await openShop(sandbox, 'Injected Shop');
  const { workspace } = await join('owner');
  ledger = await connectAccount(urls.ownerUrl, workspace, account, false);
  await fill(ledger, { sandbox: sandbox.url, account });
});

afterAll(async () => {
  await sandbox?.stop();
  await closePrisma();
  await closeDatabases();
  await urls?.drop();
});

/** Answers null for a refusal that the caller is told of; anything else thrown is a statement that broke. */
async function quietly<T>(read: () => Promise<T>): Promise<T | null> {
  const elapsed = stopwatch();
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.status).toBe(400);
    return null;
  } finally {
    expect(elapsed(), 'a sleep was executed').toBeLessThan(4_000);
  }
}

describe('the API takes hostile text', () => {
  test.each(entries.map((entry) => [entry.collection, entry] as const))('in every parameter of %s', async (_, entry) => {
    const before = await rows();
    const params = [
      'limit',
      'starting_after',
      'ending_before',
      'created',
      'created[gt]',
      'deleted',
      'order',
      'sort',
      ...Object.keys(entry.columns),
      'type',
      'workspace_id',
      'id',
      'data',
    ];
    for (const value of corpus) {
      for (const param of params) {
        const found = await quietly(async () => page(ledger, entry, parseApiQuery(new URLSearchParams({ [param]: value }), entry)));
        if (found) expect(found.rows, `${param}=${value}`).toEqual([]);
      }
      const named = await quietly(async () => page(ledger, entry, parseApiQuery(new URLSearchParams({ [value]: '1' }), entry)));
      expect(named, `a parameter named ${value}`).toBeNull();
      expect(await findObject(ledger, entry, value)).toBeNull();
    }
    expect(await rows()).toEqual(before);
  });
});

describe('the desk takes hostile text', () => {
  const lists = [
    ['payments', paymentsGrammar, listPayments],
    ['refunds', refundsGrammar, listRefunds],
    ['customers', customersGrammar, listCustomers],
  ] as const;

  test.each(lists)('in every parameter of %s', async (_, grammar, list) => {
    const before = await rows();
    for (const value of corpus) {
      for (const param of ['q', 'tab', 'sort', 'size', 'cursor', ...Object.keys(grammar.filters)]) {
        await quietly(async () => list(ledger, parseQuery(new URLSearchParams({ [param]: value }), grammar), 'UTC'));
      }
      for (const field of Object.keys(grammar.sorts)) {
        const cursor = encodeCursor({ values: [value], id: value, ordinal: 1, backwards: false });
        await quietly(async () => list(ledger, parseQuery(new URLSearchParams({ sort: `-${field}`, cursor }), grammar), 'UTC'));
      }
    }
    expect(await rows()).toEqual(before);
  });

  test('in ids', async () => {
    for (const value of corpus) {
      expect(await findPayment(ledger, value)).toBeNull();
      expect(await findCustomer(ledger, value)).toBeNull();
      expect(await findRefund(ledger, value)).toBeNull();
    }
  });
});

/** What a statement that ran would have changed. */
async function rows(): Promise<unknown> {
  return asOwner(urls.ownerUrl, async (owner) => {
    await owner.query(`SELECT set_config('app.workspace', $1, false)`, [ledger.workspace]);
    const counts: Record<string, string> = {};
    for (const { collection } of entries) {
      counts[collection] = (await owner.query<{ count: string }>(`SELECT count(*) || md5(string_agg(data::text, '' ORDER BY id)) AS count FROM ${collection}`))
        .rows[0]!.count;
    }
    return counts;
  });
}
