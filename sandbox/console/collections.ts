// What the console can list of an account, and how one row of each reads.
import type { Made } from '../world/hand.ts';
import { html, type Piece } from './html.ts';
import { moneyText } from './money-text.ts';
import { when } from './shell.ts';

export type Collection = {
  path: string;
  title: string;
  prefixes: readonly string[];
  query?: Record<string, string>;
  columns: readonly [head: string, cell: (row: Made) => Piece][];
};

const money = (field: string): [string, (row: Made) => Piece] => ['Amount', (row) => amount(row, field)];
const state: [string, (row: Made) => Piece] = ['Status', (row) => stateCell(row.status)];
const customer: [string, (row: Made) => Piece] = ['Customer', (row) => idOf(row.customer)];
const text = (head: string, field: string): [string, (row: Made) => Piece] => [head, (row) => html`<span class="clip">${plain(row[field])}</span>`];
const created: [string, (row: Made) => Piece] = ['Created (UTC)', (row) => when(Number(row.created ?? row.start ?? 0))];

export const COLLECTIONS: readonly Collection[] = [
  { path: 'customers', title: 'Customers', prefixes: ['cus_'], columns: [text('Name', 'name'), text('E-mail', 'email'), created] },
  {
    path: 'payment_intents',
    title: 'Payment intents',
    prefixes: ['pi_'],
    columns: [money('amount'), state, customer, text('Description', 'description'), created],
  },
  {
    path: 'charges',
    title: 'Charges',
    prefixes: ['ch_', 'py_'],
    columns: [
      money('amount'),
      state,
      ['Refunded', (row) => (Number(row.amount_refunded) ? amount(row, 'amount_refunded') : '')],
      ['Disputed', (row) => (row.disputed ? 'yes' : '')],
      customer,
      created,
    ],
  },
  { path: 'refunds', title: 'Refunds', prefixes: ['re_', 'pyr_'], columns: [money('amount'), state, ['Charge', (row) => idOf(row.charge)], created] },
  {
    path: 'disputes',
    title: 'Disputes',
    prefixes: ['du_', 'dp_'],
    columns: [money('amount'), state, text('Reason', 'reason'), ['Charge', (row) => idOf(row.charge)], created],
  },
  { path: 'invoices', title: 'Invoices', prefixes: ['in_'], columns: [text('Number', 'number'), money('total'), state, customer, created] },
  {
    path: 'subscriptions',
    title: 'Subscriptions',
    prefixes: ['sub_'],
    query: { status: 'all' },
    columns: [state, customer, ['Ends', (row) => (row.cancel_at_period_end ? 'at period end' : '')], created],
  },
  { path: 'subscription_schedules', title: 'Schedules', prefixes: ['sub_sched_'], columns: [state, customer, created] },
  {
    path: 'balance_transactions',
    title: 'Balance transactions',
    prefixes: ['txn_'],
    columns: [money('amount'), ['Fee', (row) => amount(row, 'fee')], text('Type', 'type'), ['Source', (row) => idOf(row.source)], created],
  },
  { path: 'products', title: 'Products', prefixes: ['prod_'], columns: [text('Name', 'name'), created] },
  {
    path: 'prices',
    title: 'Prices',
    prefixes: ['price_'],
    columns: [money('unit_amount'), text('Type', 'type'), ['Product', (row) => idOf(row.product)], created],
  },
];

export function collectionOfId(id: string): Collection | undefined {
  return COLLECTIONS.filter((one) => one.prefixes.some((prefix) => id.startsWith(prefix))).at(-1);
}

export function stateCell(status: unknown): Piece {
  const word = plain(status);
  const tone = GOOD.has(word) ? 'good' : BAD.has(word) ? 'bad' : WAITING.has(word) ? 'warn' : '';
  return html`<span class="state ${tone}">${word.replaceAll('_', ' ')}</span>`;
}

const GOOD = new Set(['succeeded', 'paid', 'active', 'won', 'warning_closed', 'completed']);
const BAD = new Set(['failed', 'lost', 'unpaid', 'uncollectible', 'incomplete_expired']);
const WAITING = new Set([
  'pending',
  'open',
  'past_due',
  'requires_action',
  'requires_capture',
  'requires_payment_method',
  'needs_response',
  'warning_needs_response',
  'incomplete',
]);

function amount(row: Made, field: string): Piece {
  const value = row[field];
  return typeof value === 'number' ? html`<span class="num">${moneyText(value, plain(row.currency))}</span>` : '';
}

function idOf(value: unknown): Piece {
  if (typeof value === 'string') return html`<span class="id">${value}</span>`;
  return value && typeof value === 'object' && 'id' in value ? html`<span class="id">${plain(value.id)}</span>` : '';
}

function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
