// Two locks stand between tenants: the predicate of each statement and row-level security under it. Each must hold alone (S1).
import { readdirSync, readFileSync } from 'node:fs';
import { join as path } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerOfRow } from '#lib/access/job.ts';
import type { StripeObject } from '#lib/catalogue/define.ts';
import { entries } from '#lib/catalogue/index.ts';
import { tenantTables } from '#lib/boot-check.ts';
import { closeDatabases, openDatabase, useDatabase, type Database, type Tx } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import type { Ledger } from '#lib/ledger.ts';
import { closePrisma } from '#lib/prisma.ts';
import { asOwner, join } from '#tests/merchants.ts';
import { fill, type Held } from '#tests/filled.ts';
import { openShop } from '#tests/shop.ts';
import { startSandbox, type Sandbox } from '#tests/sandbox.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';
import { foreignOperations, readers, type Known } from './readers.ts';

const root = path(import.meta.dirname, '../..');
let urls: FreshDatabase;
let sandbox: Sandbox;
let ledger: Ledger;
let known: Known;
let held: Record<string, Held>;
/** What every reader answers while nobody else's rows exist. */
let alone: Record<string, string>;
/** Puts a database with or without the predicate in place. */
let main: { real: Database; blind: Database; rewritten: () => number };

beforeAll(async () => {
  [urls, sandbox] = await Promise.all([freshDatabase(), startSandbox()]);
  Object.assign(process.env, { DATABASE_URL: urls.appUrl, AUTH_SECRET: 'locks-test'.padEnd(40, '.') });
  forgetEnv();
  const { account } = await openShop(sandbox, 'Locked Shop');
  const [mine, theirs] = [await join('owner'), await join('owner')];
  const of = (workspace: string, account: string, livemode: boolean) => ledgerOfRow({ workspace_id: workspace, account, livemode, generation: 1 });
  ledger = of(mine.workspace.id, account, false);
  const from = { sandbox: sandbox.url, account };
  held = await fill(ledger, from);
  await noteHistory(ledger, 'done');
  known = await knownOf();
  main = databases(urls.appUrl);
  alone = await readAll();
  // The same ids with other contents: another workspace, and this workspace's other mode and a former account of its own.
  for (const other of [of(theirs.workspace.id, account, false), of(mine.workspace.id, account, true), of(mine.workspace.id, 'acct_former', false)]) {
    await fill(other, from, altered);
    await noteHistory(other, 'failed');
  }
});

afterAll(async () => {
  await sandbox?.stop();
  await main?.real.close();
  await closePrisma();
  await closeDatabases();
  await urls?.drop();
});

test('the sandbox gave rows of every type, so that nothing below holds for want of rows', () => {
  expect(Object.entries(held).filter(([, { objects }]) => objects.length === 0)).toEqual([]);
});

test('every function of lib/read that takes a ledger is among the readers', () => {
  const files = readdirSync(path(root, 'lib/read'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const found = files.flatMap((file) =>
    [...readFileSync(path(root, 'lib/read', file), 'utf8').matchAll(/^export (?:async )?function (\w+)(?:<[^>]*>)?\(\s*ledger: Ledger/gm)].map(
      (match) => `${file}:${match[1]}`,
    ),
  );
  expect(found.length).toBeGreaterThan(5);
  const listed = new Set(Object.keys(readers).map((name) => name.split(' ')[0]));
  expect(found.filter((name) => !listed.has(name))).toEqual([]);
});

describe('every reader answers as if nobody else were there', () => {
  test('with both locks', async () => {
    expect(changed(await readAll())).toEqual([]);
  });

  test('with row-level security alone', async () => {
    const answers = await withoutPredicate(readAll);
    expect(main.rewritten()).toBeGreaterThan(0);
    expect(changed(answers)).toEqual([]);
  });

  test('with the predicate alone', async () => {
    expect(changed(await withoutPolicies(readAll))).toEqual([]);
  });

  // Without this the three above could hold because nothing was there to leak.
  test('and with neither lock every one of them answers otherwise', async () => {
    const answers = await withoutPolicies(() => withoutPredicate(readAll));
    expect(Object.keys(alone).filter((name) => answers[name] === alone[name])).toEqual([]);
  });
});

/** Which readers answer otherwise, and from where on. */
function changed(answers: Record<string, string>): string[] {
  return Object.entries(alone).flatMap(([name, before]) => {
    const now = answers[name] ?? '';
    const at = [...before].findIndex((sign, place) => sign !== now[place]);
    return now === before ? [] : [`${name}: …${before.slice(Math.max(0, at - 40), at + 60)}… became …${now.slice(Math.max(0, at - 40), at + 60)}…`];
  });
}

async function readAll(): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const [name, read] of Object.entries(readers)) {
    const answer = await read(ledger, known).catch((error: unknown) => `refused: ${String(error)}`);
    answers[name] = JSON.stringify(answer, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  }
  return answers;
}

/** Another merchant's object of the same id: other texts, other amounts, other states, and a sibling that only it has. */
function altered(object: StripeObject): StripeObject[] {
  const other = JSON.parse(
    JSON.stringify(object, (key, value: unknown) => {
      if (typeof value === 'number' && /amount|total|balance|fee|net|quantity/.test(key)) return value + 1_000_000;
      if (typeof value === 'string' && /^(name|email|description|number|nickname)$/.test(key)) return `${value} of another`;
      return value;
    }),
  ) as StripeObject;
  return [other, { ...other, id: foreignId(object.id), ...(object.object === 'refund' ? { status: 'failed' } : {}) }];
}

function foreignId(id: string): string {
  return `${id}Foreign`;
}

/** What stands beside the mirror: how far history was read, and the connection, whose newest a mode shows. */
async function noteHistory({ workspace, account, livemode }: Ledger, state: 'done' | 'failed'): Promise<void> {
  const key = [workspace, account, livemode];
  const older = account === 'acct_former';
  await asOwner(urls.ownerUrl, async (owner) => {
    await owner.query(`SELECT set_config('app.workspace', $1, false)`, [workspace]);
    await owner.query(`INSERT INTO backfill (workspace_id, account, livemode, generation, type, state, rows) VALUES ($1, $2, $3, 1, 'customer', $4, 7)`, [
      ...key,
      state,
    ]);
    await owner.query(
      `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts, confirmed_at, live_at, created_at)
       VALUES ($1, $2, $3, 1, $4, 'read_write', $5, now(), now(), now() - make_interval(days => $6))`,
      [...key, state === 'done' ? 'live' : 'disconnected', JSON.stringify({ name: state }), older ? 400 : 0],
    );
    if (state === 'failed') await askElsewhere(owner, key);
  });
}

/** What another asked for, by an id that this ledger comes to hear of. */
async function askElsewhere(owner: { query: (sql: string, params: unknown[]) => Promise<unknown> }, key: readonly unknown[]): Promise<void> {
  const id = foreignOperations[asked++];
  await owner.query(
    `INSERT INTO operation (id, workspace_id, account, livemode, generation, kind, target, params, params_hash, client_token, state, actor)
     VALUES ($4, $1, $2, $3, 1, 'refund_payment', 'pi_elsewhere', '{}', '', $5, 'failed', '{"kind":"job","id":"system","name":"another"}')`,
    [...key, id, `locks ${id}`],
  );
}

let asked = 0;

async function knownOf(): Promise<Known> {
  const own = await asOwner(urls.ownerUrl, async (owner) => {
    await owner.query(`SELECT set_config('app.workspace', $1, false)`, [ledger.workspace]);
    const found: [string, string[]][] = [];
    for (const entry of entries) {
      const { rows } = await owner.query<{ id: string }>(
        `SELECT id FROM ${entry.collection} WHERE deleted_at IS NULL ORDER BY created DESC NULLS LAST, id DESC`,
      );
      found.push([entry.type, rows.map((row) => row.id)]);
    }
    return Object.fromEntries(found);
  });
  const { rows } = await asOwner(urls.ownerUrl, async (owner) => {
    await owner.query(`SELECT set_config('app.workspace', $1, false)`, [ledger.workspace]);
    return owner.query<{ customer: string }>('SELECT customer FROM payments WHERE refunded > 0 AND customer IS NOT NULL ORDER BY created DESC LIMIT 1');
  });
  return { own, foreign: Object.fromEntries(Object.entries(own).map(([type, ids]) => [type, foreignId(ids[0] ?? '')])), customer: rows[0]?.customer ?? '' };
}

/** One login, two doors: as it is, and with `workspace_id = $n` taken out of every statement on its way. */
function databases(url: string): typeof main {
  const real = openDatabase({ url, role: 'app', max: 4 });
  let rewritten = 0;
  const blindly = (tx: Tx): Tx => {
    const cut = (sql: string) =>
      sql.replaceAll(/(?:\b\w+\.)?\bworkspace_id\s*=\s*(\$\d+)/g, (_, param: string) => ((rewritten += 1), `${param}::uuid IS NOT NULL`));
    return {
      ...tx,
      query: (sql, params) => tx.query(cut(sql), params),
      one: (sql, params) => tx.one(cut(sql), params),
      maybe: (sql, params) => tx.maybe(cut(sql), params),
      run: (sql, params) => tx.run(cut(sql), params),
    };
  };
  const blind: Database = { ...real, as: (who, work) => real.as(who, (tx) => work(blindly(tx))), close: async () => {} };
  return { real, blind, rewritten: () => rewritten };
}

async function withoutPredicate<T>(work: () => Promise<T>): Promise<T> {
  const restore = useDatabase({ main: main.blind });
  try {
    return await work();
  } finally {
    await restore();
  }
}

async function withoutPolicies<T>(work: () => Promise<T>): Promise<T> {
  const each = (act: string) =>
    asOwner(urls.ownerUrl, async (owner) => {
      for (const table of tenantTables) await owner.query(`ALTER TABLE ${table} ${act} ROW LEVEL SECURITY`);
    });
  await each('DISABLE');
  try {
    return await work();
  } finally {
    await each('ENABLE');
  }
}
