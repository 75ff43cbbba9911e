import { define, money, text } from './define.ts';

export const paymentIntent = define({
  type: 'payment_intent',
  collection: 'payment_intents',
  prefixes: ['pi_'],
  money: true,
  listing: { how: 'all' },
  path: (id) => `/v1/payment_intents/${encodeURIComponent(id)}`,
  // A card payment's four events cost this one call.
  expand: ['latest_charge.balance_transaction'],
  children: {},
  columns: {
    customer: text('customer'),
    status: text('status'),
    amount: money('amount'),
    currency: text('currency'),
    latest_charge: text('latest_charge'),
    payment_method: text('payment_method'),
  },
  deletion: 'state',
  touches: [
    { owes: 'charge', at: 'latest_charge' },
    { owes: 'payment_method', at: 'payment_method', onlyNew: true },
    // Earlier attempts appear only in the list of charges.
    { on: ['payment_failed', 'succeeded', 'canceled'], owes: 'charge', list: { payment_intent: 'id' } },
  ],
  fields: [
    { label: 'fields.amount', kind: 'money', at: 'amount' },
    { label: 'fields.status', kind: 'status', at: 'status' },
    { label: 'fields.customer', kind: 'customer', at: 'customer' },
    { label: 'fields.latestCharge', kind: 'ref', at: 'latest_charge' },
    { label: 'fields.paymentMethod', kind: 'ref', at: 'payment_method' },
    { label: 'fields.description', kind: 'text', at: 'description' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});
