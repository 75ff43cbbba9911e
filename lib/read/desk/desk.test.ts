// The desk's reads against a paper of eighteen months, brought over from the sandbox through the mirror's own door.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customersGrammar, paymentsGrammar, refundsGrammar } from '#lib/catalogue/lists.ts';
import { type Grammar, parseQuery, writeQuery } from '#lib/catalogue/query.ts';
import { db } from '#lib/db.ts';
import type { Ledger } from '#lib/ledger.ts';
import { exponentOf } from '#lib/money.ts';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { perform } from '#lib/perform/run.ts';
import { type Connected, startConnected } from '#tests/connected.ts';
import { fill } from '#tests/filled.ts';
import { ledgerOfRow } from '../../access/job.ts';
import { breakdownOf } from './breakdown.ts';
import { findCustomer, listCustomerMoments } from './customer.ts';
import { type CustomerRow, listCustomers } from './customers.ts';
import { spanOf } from './days.ts';
import { momentsOf } from './moments.ts';
import { findPayment, manyParts } from './payment.ts';
import { listPayments, type PaymentRow } from './payments.ts';
import { listRefunds } from './refunds.ts';

const ZONE = 'Europe/Oslo';
const hostile = ['<script>alert(1)</script>', 'שלום \u202eevil\u202c', '👩‍👩‍👧‍👦🏴‍☠️', 'x'.repeat(300), `Robert'); DROP TABLE customers;--`, '%_\\', ' \u00a0 '];

let world: Connected;
let ledger: Ledger;
let foreign: Ledger;
let account: string;
const ours = { payment: '', refund: '' };

beforeAll(async () => {
  world = await startConnected();
  ({ ledger, account } = await connectWorld());
  foreign = ledgerOfRow({ workspace_id: '99999999-9999-4999-8999-999999999999', account, livemode: false, generation: 1 });
}, 180_000);
afterAll(() => world?.stop());

describe('the list of payments', () => {
  it('holds every payment that Stripe holds', async () => {
    const truth = await world.truth('payment_intent');
    const { total, rows } = await payments('size=100');
    expect(total).toEqual({ count: truth.length, exact: true });
    expect(new Set((await everyPayment('size=100')).map(({ id }) => id))).toEqual(new Set(truth.map(({ id }) => id)));
    expect(rows[0]!.created >= rows[1]!.created).toBe(true);
  });

  it.each(['', 'sort=created', 'sort=-amount', 'sort=amount'])('visits each row once, forwards and back again: "%s"', async (address) => {
    const there = await walk(listPayments, paymentsGrammar, `${address}&size=25`);
    const { total } = await payments(address);
    expect(new Set(there.ids).size).toBe(there.ids.length);
    expect(there.ids.length).toBe(total.count);
    expect(there.back).toEqual(there.ids);
    expect(there.starts).toEqual(there.starts.map((_, page) => 1 + page * 25));
  });

  it.each(paymentsGrammar.tabs)('counts under the tab "%s" what it lists', async (tab) => {
    const rows = await everyPayment(`tab=${tab}`);
    const list = await payments(`tab=${tab}`);
    expect(list.total).toEqual({ count: rows.length, exact: true });
    expect((await payments('')).tabs[tab]).toEqual(list.total);
    expect(rows.length).toBeGreaterThan(0);
  });

  const filters: readonly (readonly [string, (row: PaymentRow) => boolean])[] = [
    ['status=succeeded', ({ word }) => word === 'succeeded'],
    ['status=disputed,partly_refunded', ({ word }) => word === 'disputed' || word === 'partly_refunded'],
    ['method=card', (row) => row.method_type === 'card'],
    ['amount=gte:20.00', (row) => decimal(row) >= 20],
    ['amount=lte:9', (row) => decimal(row) <= 9],
    ['amount=between:9.00..19.00usd', (row) => decimal(row) >= 9 && decimal(row) <= 19 && row.currency === 'usd'],
    ['amount=1200jpy', (row) => row.amount === 1200n && row.currency === 'jpy'],
    ['created=90d', ({ created }) => created >= spanOf({ field: 'created', operator: 'last', values: ['90'] }, ZONE).from!],
    ['created=2026-10-25', ({ created }) => created >= new Date('2026-10-24T22:00:00Z') && created < new Date('2026-10-25T23:00:00Z')],
    ['created=..2026-01-31', ({ created }) => created < new Date('2026-01-31T23:00:00Z')],
    ['q=%40nord', ({ customer_email: email }) => email?.includes('@nord') === true],
    ['customer=anders', (row) => `${row.customer_name} ${row.customer_email}`.toLowerCase().includes('anders')],
  ];
  it.each(filters)('keeps with "%s" exactly the rows that are meant, and counts them', async (address, meant) => {
    const all = await everyPayment('size=100');
    const found = await everyPayment(address);
    expect(found.map(({ id }) => id)).toEqual(all.filter(meant).map(({ id }) => id));
    const list = await payments(address);
    expect(list.total).toEqual({ count: found.length, exact: true });
    for (const tab of paymentsGrammar.tabs) expect(list.tabs[tab].count).toBe((await everyPayment(`${address}&tab=${tab}`)).length);
  });

  it('finds a payment by any id that belongs to it, by its amount, and by name or e-mail', async () => {
    const row = (await everyPayment('tab=refunded')).find(({ customer_email: email, invoice }) => email && invoice)!;
    const { refunds } = (await findPayment(ledger, row.id))!;
    const searches = [
      row.id,
      row.charge,
      row.customer,
      row.invoice,
      refunds[0]!.id,
      row.customer_email,
      row.customer_name?.toUpperCase(),
      decimalText(row),
      `${decimalText(row)} ${row.currency}`,
    ];
    for (const text of searches)
      expect(
        (await everyPayment(`q=${encodeURIComponent(text!)}`)).map(({ id }) => id),
        text!,
      ).toContain(row.id);
  });

  it('sums what it shows, each currency on its own', async () => {
    const { rows, sums } = await payments('size=100');
    for (const { currency, amount } of sums) expect(amount).toBe(rows.filter((row) => row.currency === currency).reduce((sum, row) => sum + row.amount, 0n));
    expect(sums.length).toBeGreaterThan(1);
  });

  it('compares amounts by the exponents of lib/money', async () => {
    const codes = [...new Set([...Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()), 'xyz'])];
    const { rows } = await world.owner.query<{ expression: string }>(
      `SELECT pg_get_expr(d.adbin, d.adrelid) AS expression FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attname = 'amount_thousandths'`,
    );
    const scaled = await world.owner.query<{ currency: string; scale: string }>(
      `SELECT currency, (${rows[0]!.expression})::text AS scale FROM (SELECT unnest($1::text[]) AS currency, 1::bigint AS amount) payments`,
      [codes],
    );
    expect(Object.fromEntries(scaled.rows.map((row) => [row.currency, Number(row.scale)]))).toEqual(
      Object.fromEntries(codes.map((code) => [code, 10 ** (3 - exponentOf(code))])),
    );
  });

  it('takes any text that is looked for, and never fails', async () => {
    for (const text of [...hostile, 'pi_', 'cus_0000', '0', '999999999999999', `'; --`, '\ufffd']) {
      const address = `q=${encodeURIComponent(text.slice(0, 200))}`;
      expect((await everyPayment(address)).length).toBe((await payments(address)).total.count);
    }
  });

  it('shows the beginning where a cursor points behind the end', async () => {
    const last = (await everyPayment('size=100')).at(-1)!;
    const query = { ...parse('', paymentsGrammar), cursor: { values: ['1990-01-01T00:00:00.000000Z'], id: last.id, ordinal: 9999, backwards: false } };
    expect(await listPayments(ledger, query, ZONE)).toMatchObject({ start: 1, previous: null });
  });

  it('knows no ordinal for a cursor of another view', async () => {
    const { next } = await payments('size=25');
    const address = writeQuery({ ...parse('size=25', paymentsGrammar), cursor: next }, paymentsGrammar);
    address.set('tab', 'succeeded');
    const page = await payments(address.toString());
    expect(page.start).toBeUndefined();
    expect(page.rows.length).toBe(25);
  });

  it('shows a foreign workspace nothing', async () => {
    expect((await listPayments(foreign, parse('', paymentsGrammar), ZONE)).total.count).toBe(0);
    expect(await findPayment(foreign, (await payments('')).rows[0]!.id)).toBeNull();
    expect((await listCustomers(foreign, parse('', customersGrammar), ZONE)).total.count).toBe(0);
    expect(await findCustomer(foreign, (await customers('')).rows[0]!.id)).toBeNull();
  });
});

describe('one payment', () => {
  it('is found by its own id and by that of any of its charges, and by nothing else', async () => {
    const { rows } = await payments('tab=succeeded');
    for (const id of [rows[0]!.id, rows[0]!.charge!]) expect((await findPayment(ledger, id))!.row.id).toBe(rows[0]!.id);
    for (const id of ['pi_none', 'ch_none', rows[0]!.customer!, '', "pi_' OR true", 'pi_\u0000', 'x'.repeat(5000)])
      expect(await findPayment(ledger, id)).toBeNull();
  });

  it('adds up: what is left after fees is what its balance transactions say, where all is one currency', async () => {
    let one = 0;
    let two = 0;
    const ids = (await everyPayment('size=100')).map(({ id }) => id);
    for (const { row, parts } of await db.as(ledger, (tx) => manyParts(tx, ledger, ids))) {
      const { transactions, refunds } = parts;
      const { paid, balance } = breakdownOf(row, parts);
      if (balance) {
        two += 1;
        expect(paid.lines.at(-1)!.amount).toBe(row.captured - row.refunded);
        expect(balance.lines.at(-1)!.amount).toBe(transactions.reduce((sum, each) => sum + each.net, 0n));
      } else if (transactions.length > 0 && refunds.every((refund) => refund.balance_transaction)) {
        one += 1;
        expect(paid.lines.at(-1)!.amount, row.id).toBe(transactions.reduce((sum, each) => sum + each.net, 0n));
      }
    }
    expect(one).toBeGreaterThan(50);
    expect(two).toBeGreaterThan(10);
  });

  it('says of a refund whether it was asked for here or made in Stripe', async () => {
    const refundsOf = async (id: string) => {
      const payment = (await findPayment(ledger, id))!;
      return momentsOf(id, payment.row.created, null, payment).filter((moment) => moment.kind === 'refund');
    };
    const [here] = await refundsOf(ours.payment);
    expect(here).toMatchObject({ id: ours.refund, by: { where: 'here', name: 'test' }, reason: 'duplicate', note: 'Paid twice', amount: 500n });
    const other = (await everyPayment('status=refunded')).find(({ id }) => id !== ours.payment)!;
    expect((await refundsOf(other.id))[0]).toMatchObject({ by: { where: 'stripe' } });
  });

  it('tells of attempts that failed, of disputes, and in the order they happened', async () => {
    for (const tab of ['failed', 'disputed', 'refunded'] as const) {
      for (const row of await everyPayment(`tab=${tab}`)) {
        const payment = (await findPayment(ledger, row.id))!;
        const moments = momentsOf(row.id, row.created, row.invoice, payment);
        const kinds = moments.map(({ kind }) => kind);
        expect(kinds).toContain({ failed: 'failed', disputed: 'disputed', refunded: 'refund' }[tab]);
        expect(kinds.at(-1)).toBe('created');
        expect(moments.map(({ at }) => at.getTime())).toEqual(moments.map(({ at }) => at.getTime()).toSorted((a, b) => b - a));
        expect(new Set(moments.map(({ id }) => id)).size).toBe(moments.length);
      }
    }
  });
});

describe('the list of customers', () => {
  it('holds every customer that Stripe lists, and not the deleted ones', async () => {
    const truth = await world.truth('customer');
    expect(new Set((await everyCustomer('size=100')).map(({ id }) => id))).toEqual(new Set(truth.map(({ id }) => id)));
  });

  it.each(['', 'sort=created'])('visits each row once, forwards and back again: "%s"', async (address) => {
    const there = await walk(listCustomers, customersGrammar, `${address}&size=25`);
    expect(new Set(there.ids).size).toBe((await customers('')).total.count);
    expect(there.back).toEqual(there.ids);
  });

  it.each(customersGrammar.tabs)('counts under the tab "%s" what it lists', async (tab) => {
    const rows = await everyCustomer(`tab=${tab}`);
    expect((await customers('')).tabs[tab]).toEqual({ count: rows.length, exact: true });
    expect(rows.length).toBeGreaterThan(0);
  });

  it('puts under its tabs whom Stripe would', async () => {
    const [subscriptions, invoices, methods, all] = await Promise.all(
      ['subscription', 'invoice', 'payment_method', 'customer'].map((type) => world.truth(type)),
    );
    const now = Date.now() / 1000;
    const active = new Set(subscriptions!.filter(({ status }) => status === 'active' || status === 'trialing').map(({ customer }) => customer));
    const late = new Set(
      (invoices as Invoice[])
        .filter((each) => each.status === 'open' && each.amount_remaining > 0)
        .filter((each) => (each.due_date !== null && each.due_date < now) || (each.collection_method === 'charge_automatically' && each.attempt_count >= 1))
        .map(({ customer }) => customer),
    );
    const held = new Set(methods!.map(({ customer }) => customer));
    const ids = (all as { id: string }[]).map(({ id }) => id);
    const listed = async (tab: string) => (await everyCustomer(`tab=${tab}`)).map(({ id }) => id).sort();
    expect(await listed('active')).toEqual(ids.filter((id) => active.has(id)).sort());
    expect(await listed('past_due')).toEqual(ids.filter((id) => late.has(id)).sort());
    expect(await listed('no_method')).toEqual(ids.filter((id) => !held.has(id)).sort());
  });

  it('says what each has spent and owes, as Stripe has it', async () => {
    const [charges, refunds, disputes, invoices] = await Promise.all(['charge', 'refund', 'dispute', 'invoice'].map((type) => world.truth(type)));
    const spent = new Map<string, bigint>();
    const add = (key: string, amount: number) => spent.set(key, (spent.get(key) ?? 0n) + BigInt(amount));
    const keys = new Map<unknown, string>();
    for (const charge of charges as Charge[]) {
      keys.set(charge.id, `${charge.customer} ${charge.currency}`);
      if (charge.status === 'succeeded' && charge.captured) add(`${charge.customer} ${charge.currency}`, charge.amount_captured);
    }
    for (const refund of refunds as Refund[]) {
      const failed = refund.status === 'failed' || refund.status === 'canceled';
      const took = refund.status === 'succeeded' || refund.balance_transaction !== null;
      if (took && !(failed && refund.failure_balance_transaction)) add(keys.get(refund.charge)!, -refund.amount);
    }
    for (const dispute of disputes as Dispute[])
      for (const moved of dispute.balance_transactions)
        add(keys.get(dispute.charge)!, moved.currency === dispute.currency ? moved.amount : Math.sign(moved.amount) * dispute.amount);
    const owed = new Map<string, bigint>();
    for (const { customer, currency, status, amount_remaining: left } of invoices as Invoice[])
      if (status === 'open') owed.set(`${customer} ${currency}`, (owed.get(`${customer} ${currency}`) ?? 0n) + BigInt(left));

    const rows = await everyCustomer('size=100');
    for (const { id, spend, open } of rows) {
      for (const { currency, amount } of spend) expect(amount, `${id} ${currency}`).toBe(spent.get(`${id} ${currency}`));
      for (const { currency, amount } of open) expect(amount, `${id} ${currency}`).toBe(owed.get(`${id} ${currency}`));
    }
    expect(rows.flatMap(({ open }) => open).length).toBe([...owed.keys()].filter((key) => rows.some(({ id }) => key.startsWith(`${id} `))).length);
    expect(rows.filter(({ spend }) => spend.length > 0).length).toBeGreaterThan(20);
  });

  it.each(hostile.slice(0, 6))('keeps and finds a customer called %s', async (name) => {
    const found = await everyCustomer(`q=${encodeURIComponent(name.slice(0, 100))}`);
    expect(found.map((row) => row.name)).toContain(name);
    const customer = (await findCustomer(ledger, found.find((row) => row.name === name)!.id))!;
    expect(customer.copy.data['name']).toBe(name);
  });
});

describe('one customer', () => {
  it('is still found when deleted at Stripe', async () => {
    const { rows } = await world.owner.query<{ id: string }>('SELECT id FROM customers WHERE deleted_at IS NOT NULL AND created IS NOT NULL LIMIT 1');
    const deleted = rows[0] ?? (await world.owner.query<{ id: string }>('SELECT id FROM customers WHERE deleted_at IS NOT NULL LIMIT 1')).rows[0]!;
    expect((await findCustomer(ledger, deleted.id))!.copy.deleted_at).toBeInstanceOf(Date);
  });

  it('has on one timeline what its payments tell, newest first, and older ones on request', async () => {
    const busy = (await everyCustomer('tab=active')).toSorted((a, b) => (b.spend[0]?.rows ?? 0) - (a.spend[0]?.rows ?? 0))[0]!;
    const customer = (await findCustomer(ledger, busy.id))!;
    const all = await listCustomerMoments(ledger, customer, null, 300);
    const few = await listCustomerMoments(ledger, customer, null, 5);
    expect(all.older).toBe(false);
    expect(few.older).toBe(true);
    expect(few.moments).toEqual(all.moments.slice(0, 5));
    expect(all.moments.filter(({ kind }) => kind === 'created').length).toBe(customer.payments.count);
    const { moments: subscriptions } = await listCustomerMoments(ledger, customer, 'subscriptions', 300);
    expect(subscriptions.map(({ kind }) => kind)).toContain('subscribed');
  });

  it('lists its refunds', async () => {
    const refunded = (await everyPayment('tab=refunded')).filter(({ customer }) => customer);
    for (const customer of new Set(refunded.map((row) => row.customer!))) {
      const { rows } = await listRefunds(ledger, parseQuery(new URLSearchParams(`customer=${customer}&size=100`), refundsGrammar), ZONE);
      expect(rows.length).toBe((await findCustomer(ledger, customer))!.refunds.count);
      expect(rows.map(({ payment }) => payment)).toContain(refunded.find((row) => row.customer === customer)!.id);
    }
  });
});

type Charge = { id: string; customer: string | null; currency: string; status: string; captured: boolean; amount_captured: number };
type Refund = { charge: string; status: string; amount: number; balance_transaction: string | null; failure_balance_transaction?: string | null };
type Dispute = { charge: string; currency: string; amount: number; balance_transactions: { amount: number; currency: string }[] };
type Invoice = {
  customer: string;
  currency: string;
  status: string;
  amount_remaining: number;
  due_date: number | null;
  collection_method: string;
  attempt_count: number;
};

async function connectWorld(): Promise<{ ledger: Ledger; account: string }> {
  const { sandbox, ledger: own, stripe, merchant, pay } = world;
  await sandbox.control('world', { name: 'harbor', account: own.account, livemode: false, seed: 11, readers: 40 });
  for (const name of hostile) await stripe('POST', '/v1/customers', { name, email: 'hostile@example.com' });
  const paid = await pay(2000);
  await fill(own, { sandbox: sandbox.url, account: own.account });
  const outcome = await perform(
    merchant,
    'refund_payment',
    { payment: paid.intent, amount: '500', reason: 'duplicate', note: 'Paid twice' },
    { clientToken: crypto.randomUUID() },
  );
  if (outcome.kind !== 'accepted')
    throw new Error(`The refund was not accepted: ${JSON.stringify(outcome, (_, value) => (typeof value === 'bigint' ? String(value) : value))}`);
  Object.assign(ours, { payment: paid.intent, refund: outcome.object });
  await confirmNow(own, [{ type: 'charge', id: paid.charge }]);
  const analyst = new pg.Client({ connectionString: world.urls.ownerUrl });
  await analyst.connect();
  await analyst.query('ANALYZE payments, customers, charges, refunds, invoices, subscriptions');
  await analyst.end();
  return { ledger: own, account: own.account };
}

function parse(address: string, grammar: Grammar) {
  return parseQuery(new URLSearchParams(address), grammar);
}

const payments = (address: string) => listPayments(ledger, parse(address, paymentsGrammar), ZONE);
const customers = (address: string) => listCustomers(ledger, parse(address, customersGrammar), ZONE);
const everyPayment = async (address: string): Promise<PaymentRow[]> => (await walk(listPayments, paymentsGrammar, address)).rows;
const everyCustomer = async (address: string): Promise<CustomerRow[]> => (await walk(listCustomers, customersGrammar, address)).rows;

type List<R> = (
  of: Ledger,
  query: ReturnType<typeof parse>,
  zone: string,
) => Promise<{ rows: readonly R[]; start: number | undefined; previous: Cursor; next: Cursor }>;
type Cursor = ReturnType<typeof parse>['cursor'];

/** Reads a list to its end and back, each page by the address that the page before it gave. */
async function walk<R extends { id: string }>(list: List<R>, grammar: Grammar, address: string) {
  const rows: R[] = [];
  const starts: (number | undefined)[] = [];
  const base = parse(address, grammar);
  const through = (cursor: Cursor) => parseQuery(writeQuery({ ...base, cursor }, grammar), grammar);
  let page = await list(ledger, base, ZONE);
  for (;;) {
    rows.push(...page.rows);
    if (page.rows.length > 0) starts.push(page.start);
    if (!page.next) break;
    page = await list(ledger, through(page.next), ZONE);
  }
  const back = page.rows.map(({ id }) => id);
  while (page.previous) {
    page = await list(ledger, through(page.previous), ZONE);
    back.unshift(...page.rows.map(({ id }) => id));
  }
  return { rows, ids: rows.map(({ id }) => id), back, starts };
}

function decimal({ amount, currency }: PaymentRow): number {
  return Number(amount) / 10 ** exponentOf(currency);
}

function decimalText(row: PaymentRow): string {
  return decimal(row).toFixed(exponentOf(row.currency));
}
