import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ColumnKind } from './define.ts';
import { accountEvents, carried, eventNames, touchesOf } from './events.ts';
import { entries, findCollection, findEntry, guessByPrefix } from './index.ts';

const schema = readFileSync(join(import.meta.dirname, '../../prisma/schema/mirror.prisma'), 'utf8');
// Columns that the database makes of others are its own: nobody writes them.
const models = modelsOf(schema.replaceAll(/^.*@default\(dbgenerated\(\)\).*$/gm, ''));
const frame = [
  'workspace_id',
  'account',
  'livemode',
  'id',
  'created',
  'data',
  'api_version',
  'as_of_low',
  'as_of_high',
  'as_of_source',
  'confirmed',
  'deleted_at',
  'note',
  'mirrored_at',
];
const prismaTypes: Readonly<Record<ColumnKind, readonly string[]>> = {
  text: ['String'],
  money: ['BigInt'],
  boolean: ['Boolean'],
  integer: ['Int', 'BigInt'],
  time: ['DateTime'],
};

describe('the catalogue and the schema', () => {
  test('know the same tables', () => {
    expect(entries.map((entry) => entry.collection).sort()).toEqual([...models.keys()].sort());
  });

  test.each(entries.map((entry) => [entry.collection, entry] as const))('%s has the same columns in both', (collection, entry) => {
    const promoted: Record<string, readonly string[]> = {
      ...Object.fromEntries(Object.entries(entry.columns).map(([name, column]) => [name, prismaTypes[column.kind]])),
      ...(entry.search ? { search: ['String'] } : {}),
    };
    const model = new Map([...models.get(collection)!].filter(([name]) => !frame.includes(name)));
    expect([...model.keys()].sort()).toEqual(Object.keys(promoted).sort());
    for (const [name, type] of model) expect(promoted[name], name).toContain(type);
    expect(frame.filter((name) => !models.get(collection)!.has(name))).toEqual([]);
  });
});

describe('every entry', () => {
  test.each(entries.map((entry) => [entry.type, entry] as const))('%s holds together', (type, entry) => {
    expect(findEntry(type)).toBe(entry);
    expect(findCollection(entry.collection)).toBe(entry);
    for (const child of Object.values(entry.children)) expect(findEntry(child.type)?.columns[child.parentColumn]?.kind).toBe('text');
    if (entry.listing.how !== 'all') expect(findEntry(entry.listing.parent)).not.toBeNull();
    for (const prefix of entry.prefixes) expect(guessByPrefix(`${prefix}123`)).toBe(entry);
    for (const touch of entry.touches) if (touch.children && findEntry(touch.owes)) expect(findEntry(touch.owes)!.columns[touch.children]).toBeDefined();
    // Hostile shapes give empty columns, never an exception.
    for (const odd of [
      { id: 'x', object: type },
      { id: 'x', object: type, items: 7, parent: null, metadata: 'no', recurring: [], type: '__proto__' },
    ]) {
      for (const column of Object.values(entry.columns)) expect(() => column.of(odd)).not.toThrow();
    }
  });
});

describe('the list of events', () => {
  test('has the 99 names, each once', () => {
    expect(new Set(eventNames).size).toBe(99);
    expect(eventNames).toHaveLength(99);
  });

  test('says of every name what it owes', () => {
    const nothing = ['coupon', 'tax_rate', 'account', 'application'];
    for (const [type, names] of Object.entries(carried)) {
      expect(names.length, type).toBeGreaterThan(0);
      if (!nothing.includes(type)) expect(touchesOf(type).length, type).toBeGreaterThan(0);
    }
    expect(accountEvents).toEqual(['account.application.authorized', 'account.application.deauthorized', 'account.updated']);
  });

  test('names only suffixes that exist', () => {
    for (const type of Object.keys(carried)) {
      const suffixes = carried[type]!.map((name) => name.split('.').at(-1));
      for (const touch of touchesOf(type)) for (const on of touch.on ?? []) expect(suffixes, `${type} ${on}`).toContain(on);
    }
  });

  test('expands to the table of neighbours', () => {
    const lines = Object.keys(carried).flatMap((type) =>
      touchesOf(type).map(
        (touch) =>
          `${type} ${touch.on?.join(' ') ?? '*'} → ${touch.owes}${touch.list ? `?${Object.entries(touch.list).map(([param, path]) => `${param}=${path}`)}` : ''}${touch.children ? `~${touch.children}` : ''}${touch.at ? `@${touch.at}` : ''}${touch.onlyNew ? ' if new' : ''}${touch.ifPrevious ? ` if prev ${touch.ifPrevious.join(' ')}` : ''}`,
      ),
    );
    expect(lines.sort()).toEqual(TABLE.trim().split('\n').sort());
  });
});

const TABLE = `
charge * → payment_intent@payment_intent
charge * → balance_transaction@balance_transaction
charge * → balance_transaction@failure_balance_transaction
charge refunded expired → refund?charge=id
dispute * → charge@charge
dispute * → payment_intent@payment_intent
dispute * → balance_transaction@balance_transactions[].id
dispute created → refund?charge=charge
refund * → charge@charge
refund * → payment_intent@payment_intent
refund * → balance_transaction@balance_transaction
refund * → balance_transaction@failure_balance_transaction
payment_intent * → charge@latest_charge
payment_intent * → payment_method@payment_method if new
payment_intent payment_failed succeeded canceled → charge?payment_intent=id
setup_intent * → setup_attempt?setup_intent=id
setup_intent * → payment_method@payment_method
invoice * → subscription@parent.subscription_details.subscription
invoice finalized paid payment_succeeded overpaid payment_failed payment_action_required → invoice_payment?invoice=id
invoice finalized paid payment_succeeded overpaid voided → customer@customer
invoice finalized paid payment_succeeded overpaid voided → customer_balance_transaction?customer=customer
invoice_payment * → invoice@invoice
invoice_payment * → payment_intent@payment.payment_intent
invoice_payment * → charge@payment.charge
credit_note * → invoice@invoice
credit_note * → refund@refunds[].refund
credit_note * → customer@customer
credit_note * → customer_balance_transaction?customer=customer
customer updated → customer_balance_transaction?customer=id if prev balance invoice_credit_balance
customer updated → payment_method@invoice_settings.default_payment_method if prev invoice_settings
customer deleted → subscription~customer
customer deleted → payment_method~customer
customer deleted → source~customer
discount * → customer@customer
discount * → subscription@subscription
discount * → coupon@source.coupon
discount * → promotion_code@promotion_code
source * → customer@customer
source * → payment_method~customer@customer
payment_method * → customer@customer
payment_method * → customer@prev.customer
subscription * → invoice@latest_invoice
subscription * → subscription_schedule@schedule
subscription * → price@items.data[].price.id if new
subscription * → setup_intent@pending_setup_intent
subscription deleted → invoice?subscription=id
subscription_schedule * → subscription@subscription
subscription_schedule * → subscription@released_subscription
product * → price@default_price
price * → plan@id
price * → product@product
plan * → price@id
plan * → product@product
promotion_code * → coupon@promotion.coupon
`;

function modelsOf(schema: string): Map<string, Map<string, string>> {
  return new Map(
    [...schema.matchAll(/^model (\w+) \{([^}]*)\}/gm)].map((model) => [
      model[1]!,
      new Map([...model[2]!.matchAll(/^\s{2}(\w+)\s+(\w+)\??/gm)].map((field) => [field[1]!, field[2]!])),
    ]),
  );
}
