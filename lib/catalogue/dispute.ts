import { define, money, text, valuesAt } from './define.ts';

export const dispute = define({
  type: 'dispute',
  collection: 'disputes',
  prefixes: ['du_', 'dp_'],
  money: true,
  listing: { how: 'all' },
  path: (id) => `/v1/disputes/${encodeURIComponent(id)}`,
  expand: ['charge'],
  children: {},
  inline: ['balance_transactions[]'],
  columns: {
    charge: text('charge'),
    payment_intent: text('payment_intent'),
    status: text('status'),
    amount: money('amount'),
    currency: text('currency'),
    // 0 means that no answer is possible: there is no deadline.
    due_by: { kind: 'time', of: (object) => valuesAt(object, 'evidence_details.due_by')[0] || null },
  },
  deletion: 'state',
  touches: [
    { owes: 'charge', at: 'charge' },
    { owes: 'payment_intent', at: 'payment_intent' },
    { owes: 'balance_transaction', at: 'balance_transactions[].id' },
    // A pending refund fails when its charge is disputed.
    { on: ['created'], owes: 'refund', list: { charge: 'charge' } },
  ],
  fields: [
    { label: 'fields.amount', kind: 'money', at: 'amount' },
    { label: 'fields.status', kind: 'status', at: 'status' },
    { label: 'fields.reason', kind: 'text', at: 'reason' },
    { label: 'fields.dueBy', kind: 'time', at: 'evidence_details.due_by' },
    { label: 'fields.charge', kind: 'ref', at: 'charge' },
    { label: 'fields.paymentIntent', kind: 'ref', at: 'payment_intent' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});
