import { define, money, text } from './define.ts';

export const refund = define({
  type: 'refund',
  collection: 'refunds',
  prefixes: ['re_', 'pyr_'],
  money: true,
  listing: { how: 'all' },
  path: (id) => `/v1/refunds/${encodeURIComponent(id)}`,
  expand: ['balance_transaction', 'failure_balance_transaction', 'charge'],
  children: {},
  columns: {
    charge: text('charge'),
    payment_intent: text('payment_intent'),
    balance_transaction: text('balance_transaction'),
    failure_balance_transaction: text('failure_balance_transaction'),
    status: text('status'),
    amount: money('amount'),
    currency: text('currency'),
    op_id: text('metadata.op_id'),
  },
  deletion: 'state',
  touches: [
    { owes: 'charge', at: 'charge' },
    { owes: 'payment_intent', at: 'payment_intent' },
    { owes: 'balance_transaction', at: 'balance_transaction' },
    { owes: 'balance_transaction', at: 'failure_balance_transaction' },
  ],
  fields: [
    { label: 'fields.amount', kind: 'money', at: 'amount' },
    { label: 'fields.status', kind: 'status', at: 'status' },
    { label: 'fields.reason', kind: 'text', at: 'reason' },
    { label: 'fields.failureReason', kind: 'text', at: 'failure_reason' },
    { label: 'fields.charge', kind: 'ref', at: 'charge' },
    { label: 'fields.paymentIntent', kind: 'ref', at: 'payment_intent' },
    { label: 'fields.balanceTransaction', kind: 'ref', at: 'balance_transaction' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});
