import { define, money, text, time } from './define.ts';

export const balanceTransaction = define({
  type: 'balance_transaction',
  collection: 'balance_transactions',
  prefixes: ['txn_'],
  money: true,
  listing: { how: 'all' },
  path: (id) => `/v1/balance_transactions/${encodeURIComponent(id)}`,
  expand: [],
  children: {},
  columns: {
    source: text('source'),
    kind: text('type'),
    reporting_category: text('reporting_category'),
    amount: money('amount'),
    fee: money('fee'),
    net: money('net'),
    currency: text('currency'),
    status: text('status'),
    available_on: time('available_on'),
  },
  deletion: 'state',
  // Stripe has no event of its own for it: it is owed by charges, refunds and disputes.
  touches: [],
  fields: [
    { label: 'fields.amount', kind: 'money', at: 'amount' },
    { label: 'fields.fee', kind: 'money', at: 'fee' },
    { label: 'fields.net', kind: 'money', at: 'net' },
    { label: 'fields.reportingCategory', kind: 'text', at: 'reporting_category' },
    { label: 'fields.status', kind: 'status', at: 'status' },
    { label: 'fields.source', kind: 'ref', at: 'source' },
    { label: 'fields.availableOn', kind: 'date', at: 'available_on' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});
