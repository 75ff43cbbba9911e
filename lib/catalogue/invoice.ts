import { define, money, text, time } from './define.ts';

const PAID = ['finalized', 'paid', 'payment_succeeded', 'overpaid'] as const;

export const invoice = define({
  type: 'invoice',
  collection: 'invoices',
  prefixes: ['in_'],
  money: true,
  listing: { how: 'all' },
  path: (id) => `/v1/invoices/${encodeURIComponent(id)}`,
  expand: ['payments'],
  children: { lines: { type: 'line_item', parentColumn: 'invoice' }, payments: { type: 'invoice_payment', parentColumn: 'invoice' } },
  columns: {
    customer: text('customer'),
    subscription: text('parent.subscription_details.subscription'),
    number: text('number'),
    status: text('status'),
    currency: text('currency'),
    total: money('total'),
    amount_due: money('amount_due'),
    amount_remaining: money('amount_remaining'),
    due_date: time('due_date'),
  },
  // Only drafts can be deleted.
  deletion: 'tombstone',
  touches: [
    { owes: 'subscription', at: 'parent.subscription_details.subscription' },
    { on: [...PAID, 'payment_failed', 'payment_action_required'], owes: 'invoice_payment', list: { invoice: 'id' } },
    { on: [...PAID, 'voided'], owes: 'customer', at: 'customer' },
    { on: [...PAID, 'voided'], owes: 'customer_balance_transaction', list: { customer: 'customer' } },
  ],
  fields: [
    { label: 'fields.number', kind: 'text', at: 'number' },
    { label: 'fields.status', kind: 'status', at: 'status' },
    { label: 'fields.total', kind: 'money', at: 'total' },
    { label: 'fields.amountRemaining', kind: 'money', at: 'amount_remaining' },
    { label: 'fields.customer', kind: 'customer', at: 'customer' },
    { label: 'fields.subscription', kind: 'ref', at: 'parent.subscription_details.subscription' },
    { label: 'fields.dueDate', kind: 'date', at: 'due_date' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});
