// The list of refunds over a real database: every pair of operation's state and Stripe's status is one row, once, under one word.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refundsGrammar, refundWords } from '#lib/catalogue/lists.ts';
import { parseQuery, writeQuery } from '#lib/catalogue/query.ts';
import { db } from '#lib/db.ts';
import type { Ledger } from '#lib/ledger.ts';
import { evidenceOfReply, writeObjects } from '#lib/mirror/write.ts';
import { type Ground, openGround } from '#tests/faults/ground.ts';
import { listRefunds, type RefundRow } from './refunds.ts';

const ZONE = 'Europe/Oslo';
const states = ['queued', 'held', 'sending', 'unknown', 'accepted', 'succeeded', 'failed', 'canceled', 'needs_review'] as const;
/** `undefined`: no object at Stripe. `came back`: failed, and its money is in the balance again. */
const statuses = [undefined, null, 'pending', 'requires_action', 'succeeded', 'failed', 'came back', 'canceled', 'half_done', 'unknown'] as const;

let ground: Ground;
let ledger: Ledger;
let other: Ledger;
const made: { pair: string; key: string; word: string }[] = [];

beforeAll(async () => {
  ground = await openGround();
  ledger = await ground.connect('acct_refunds');
  other = await ground.connect('acct_other');
  await write([
    { id: 'cus_1', object: 'customer', created: 1_790_000_000, name: 'Marta Lindqvist', email: 'marta@nordpress.example' },
    {
      id: 'ch_1',
      object: 'charge',
      created: 1_790_000_000,
      amount: 900_000,
      amount_captured: 900_000,
      currency: 'eur',
      captured: true,
      status: 'succeeded',
      customer: 'cus_1',
      payment_intent: 'pi_0001',
    },
  ]);
  let at = 0;
  for (const state of states)
    for (const status of statuses) {
      at += 1;
      const operation = await ask(state, { amount: 100 + at, refund: status === undefined ? null : `re_000${at}`, refused: at % 2 === 0 });
      if (status !== undefined) await write([refund(`re_000${at}`, status, { amount: 100 + at, metadata: at % 3 === 0 ? { op_id: operation } : {} })]);
      made.push({ pair: `${state} × ${status}`, key: `op_${operation}`, word: wordFor(state, status, at % 2 === 0) });
    }
  for (const status of statuses.slice(1)) {
    at += 1;
    await write([refund(`re_000${at}`, status ?? null, { amount: 100 + at })]);
    made.push({ pair: `none × ${status}`, key: `re_000${at}`, word: wordFor(null, status, false) });
  }
}, 120_000);
afterAll(() => ground?.close());

describe('the list of refunds', () => {
  it('shows every pair of operation and refund once, under its one word', async () => {
    const rows = await every('size=100');
    expect(rows.map(({ key }) => key).sort()).toEqual(made.map(({ key }) => key).sort());
    const words = new Map(rows.map((row) => [row.key, row.word]));
    expect(made.map(({ pair, key }) => `${pair}: ${words.get(key)}`)).toEqual(made.map(({ pair, word }) => `${pair}: ${word}`));
    for (const row of rows) expect(row.by.where, row.key).toBe(row.key.startsWith('op_') ? 'here' : 'stripe');
  });

  it('shows an operation once whose refund is mirrored before it knows of it, and a copied op_id does not hide a refund', async () => {
    const operation = await ask('sending', { amount: 7_001, refund: null });
    await write([
      refund('re_found', 'succeeded', { amount: 7_001, metadata: { op_id: operation } }),
      refund('re_copied', 'succeeded', { amount: 7_002, metadata: { op_id: operation } }),
    ]);
    const rows = (await every('amount=between:70.01..70.02')).map(({ key, id }) => [key, id]);
    expect(Object.fromEntries(rows)).toEqual({ [`op_${operation}`]: 're_found', re_copied: 're_copied' });
  });

  it('shows an operation whose refund the mirror has not taken yet', async () => {
    const operation = await ask('accepted', { amount: 7_003, refund: 're_elsewhere' });
    expect(await every('amount=70.03')).toMatchObject([{ id: `op_${operation}`, word: 'pending', by: { where: 'here', name: 'Dana Ruiz' } }]);
  });

  it.each(['', 'sort=created', 'sort=-amount', 'sort=amount', 'tab=failed', 'by=here'])('visits each row once, forwards and back: "%s"', async (address) => {
    const there = await walk(`${address}&size=25`);
    expect(new Set(there.ids).size).toBe(there.ids.length);
    expect(there.ids.length).toBe((await list(address)).total.count);
    expect(there.back).toEqual(there.ids);
    expect(there.starts).toEqual(there.starts.map((_, page) => 1 + page * 25));
  });

  it('keeps its places where refunds and operations stand at the same instant', async () => {
    const at = new Date('2026-10-01T10:00:00Z');
    for (let index = 0; index < 30; index += 1) {
      await ask('queued', { amount: 50_000 + index, refund: null, at });
      await write([refund(`re_same${index}`, 'succeeded', { amount: 60_000 + index, created: at.getTime() / 1000 })]);
    }
    for (const sort of ['created', '-created']) {
      const there = await walk(`created=2026-10-01&size=25&sort=${sort}`);
      expect(there.ids.length).toBe(60);
      expect(new Set(there.ids).size).toBe(60);
      expect(there.back).toEqual(there.ids);
    }
  });

  it.each(refundsGrammar.tabs)('counts under the tab "%s" what it lists', async (tab) => {
    const rows = await every(`tab=${tab}`);
    expect((await list('')).tabs[tab]).toEqual({ count: rows.length, exact: true });
    expect(rows.length).toBeGreaterThan(0);
  });

  it('has no row under two tabs, and none that waits for nobody under "needs action"', async () => {
    const under = new Map<string, string[]>();
    for (const tab of refundsGrammar.tabs.slice(1)) for (const { key } of await every(`tab=${tab}`)) under.set(key, [...(under.get(key) ?? []), tab]);
    expect([...under.values()].filter((tabs) => tabs.length > 1)).toEqual([]);
    expect(new Set((await every('tab=needs_action')).map(({ word }) => word))).toEqual(new Set(['needs_review', 'requires_action']));
  });

  it.each(refundWords)('finds by the status "%s" exactly the rows with that word', async (word) => {
    const meant = (await every('size=100')).filter((row) => row.word === word).map(({ key }) => key);
    expect((await every(`status=${word}`)).map(({ key }) => key)).toEqual(meant);
  });

  const filters: readonly (readonly [string, (row: RefundRow) => boolean])[] = [
    ['by=stripe', ({ by }) => by.where === 'stripe'],
    ['by=here', ({ by }) => by.where === 'here'],
    ['reason=duplicate', ({ reason }) => reason === 'duplicate'],
    ['customer=cus_1', ({ customer }) => customer === 'cus_1'],
    ['customer=lindq', ({ customer_name: name }) => name?.includes('Lindq') === true],
    ['q=nordpress', ({ customer_email: email }) => email?.includes('nordpress') === true],
    ['amount=gte:1.50', ({ amount }) => amount >= 150n],
    ['created=2026-10-01', ({ created }) => created.toISOString().startsWith('2026-10-01')],
    ['q=pi_0001', ({ payment }) => payment === 'pi_0001'],
    ['q=re_00095', ({ id }) => id === 're_00095'],
  ];
  it.each(filters)('keeps with "%s" exactly the rows that are meant', async (address, meant) => {
    const all = await every('size=100');
    const found = await every(address);
    expect(found.map(({ key }) => key)).toEqual(all.filter(meant).map(({ key }) => key));
    expect(found.length).toBeGreaterThan(0);
  });

  it('finds one by the id of its operation, with and without "op_"', async () => {
    const row = (await every('by=here')).find(({ refund: id, operation }) => id === null && operation)!;
    for (const text of [row.operation, `op_${row.operation}`]) expect((await every(`q=${text}`)).map(({ key }) => key)).toEqual([row.key]);
  });

  it('sums what it shows, each currency on its own', async () => {
    const { rows, sums } = await list('size=100');
    for (const { currency, amount } of sums) expect(amount).toBe(rows.filter((row) => row.currency === currency).reduce((sum, row) => sum + row.amount, 0n));
  });

  it('takes any text that is looked for, and never fails', async () => {
    for (const text of [`'; --`, '%_\\', 'op_', '\ufffd', '0', '999999999999999', `op_${randomUUID()}`]) await list(`q=${encodeURIComponent(text)}`);
  });

  it('shows another ledger nothing', async () => {
    expect((await listRefunds(other, parseQuery(new URLSearchParams(), refundsGrammar), ZONE)).rows).toEqual([]);
  });
});

function wordFor(state: string | null, status: (typeof statuses)[number], refused: boolean): string {
  if (status === undefined) return state === 'failed' ? (refused ? 'refused' : 'not_refunded') : state!;
  if (status === null) return 'no_status';
  if (status === 'unknown') return 'UNKNOWN';
  return status === 'came back' ? 'failed_afterwards' : status;
}

type More = { amount: number; metadata?: Record<string, string>; created?: number };

function refund(id: string, status: string | null, { amount, metadata = {}, created = 1_790_000_000 + amount }: More) {
  return {
    id,
    object: 'refund',
    created,
    amount,
    currency: 'eur',
    charge: 'ch_1',
    payment_intent: 'pi_0001',
    reason: amount % 2 ? 'duplicate' : null,
    metadata,
    status: status === 'came back' ? 'failed' : status,
    failure_balance_transaction: status === 'came back' ? `txn_${id}` : null,
  };
}

type Asked = { amount: number; refund: string | null; refused?: boolean; at?: Date };

/** An operation's row, as the engine leaves it in this state. */
async function ask(state: string, { amount, refund: made, refused = false, at = new Date(1_790_000_000_000 + amount * 1000) }: Asked): Promise<string> {
  const id = randomUUID();
  await ground.owner.query(
    `INSERT INTO operation (id, workspace_id, account, livemode, generation, kind, target, charge, params, params_hash, client_token, state, amount, currency, actor, stripe_id, decided, created_at)
     VALUES ($1, $2, $3, false, 1, 'refund_payment', 'pi_0001', 'ch_1', '{"charge":"ch_1","reason":"duplicate","metadata":{}}', 'x', gen_random_uuid()::text, $4, $5, 'eur',
       '{"kind":"person","id":"p","name":"Dana Ruiz","role":"owner"}', $6, $7, $8)`,
    [
      id,
      ledger.workspace,
      ledger.account,
      state,
      amount,
      made,
      refused ? null : '{"what":"not_refunded","by":{"kind":"person","id":"p","name":"Ada Ode"},"at":"2026-11-22T10:00:00Z"}',
      made === 're_elsewhere' ? new Date() : at,
    ],
  );
  return id;
}

async function write(objects: Parameters<typeof writeObjects>[2]): Promise<void> {
  await db.as(ledger, (tx) => writeObjects(tx, ledger, objects, evidenceOfReply({ headers: { date: new Date().toUTCString() } }, 0)));
}

function list(address: string) {
  return listRefunds(ledger, parseQuery(new URLSearchParams(address), refundsGrammar), ZONE);
}

async function every(address: string): Promise<RefundRow[]> {
  const rows: RefundRow[] = [];
  for (let query = parseQuery(new URLSearchParams(address), refundsGrammar); ; ) {
    const page = await listRefunds(ledger, query, ZONE);
    rows.push(...page.rows);
    if (!page.next) return rows;
    query = parseQuery(writeQuery({ ...query, cursor: page.next }, refundsGrammar), refundsGrammar);
  }
}

async function walk(address: string): Promise<{ ids: string[]; back: string[]; starts: (number | undefined)[] }> {
  const pages: RefundRow[][] = [];
  const starts: (number | undefined)[] = [];
  let query = parseQuery(new URLSearchParams(address), refundsGrammar);
  const to = (cursor: typeof query.cursor) => parseQuery(writeQuery({ ...query, cursor }, refundsGrammar), refundsGrammar);
  for (;;) {
    const page = await listRefunds(ledger, query, ZONE);
    pages.push([...page.rows]);
    starts.push(page.start);
    if (!page.next) break;
    query = to(page.next);
  }
  const back = [pages.at(-1)!];
  for (;;) {
    const page = await listRefunds(ledger, query, ZONE);
    if (!page.previous) break;
    query = to(page.previous);
    const before = await listRefunds(ledger, query, ZONE);
    back.unshift([...before.rows]);
  }
  return { ids: pages.flat().map(({ id }) => id), back: back.flat().map(({ id }) => id), starts };
}
