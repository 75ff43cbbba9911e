import { define, money, text } from './define.ts';

export const customer = define({
  type: 'customer',
  collection: 'customers',
  prefixes: ['cus_'],
  money: false,
  // The list omits deleted customers: absence from it proves nothing.
  listing: { how: 'all' },
  path: (id) => `/v1/customers/${encodeURIComponent(id)}`,
  expand: [],
  children: {},
  columns: {
    name: text('name'),
    email: text('email'),
    currency: text('currency'),
    balance: money('balance'),
    default_payment_method: text('invoice_settings.default_payment_method'),
  },
  search: (object) =>
    [object.id, object['name'], object['email'], object['phone'], object['description']]
      .filter((part) => typeof part === 'string')
      .join(' ')
      .toLowerCase(),
  deletion: 'tombstone',
  touches: [
    { on: ['updated'], owes: 'customer_balance_transaction', list: { customer: 'id' }, ifPrevious: ['balance', 'invoice_credit_balance'] },
    { on: ['updated'], owes: 'payment_method', at: 'invoice_settings.default_payment_method', ifPrevious: ['invoice_settings'] },
    { on: ['deleted'], owes: 'subscription', children: 'customer' },
    { on: ['deleted'], owes: 'payment_method', children: 'customer' },
    { on: ['deleted'], owes: 'source', children: 'customer' },
  ],
  fields: [
    { label: 'fields.name', kind: 'text', at: 'name' },
    { label: 'fields.email', kind: 'text', at: 'email' },
    { label: 'fields.phone', kind: 'text', at: 'phone' },
    { label: 'fields.balance', kind: 'money', at: 'balance' },
    { label: 'fields.defaultMethod', kind: 'ref', at: 'invoice_settings.default_payment_method' },
    { label: 'fields.delinquent', kind: 'boolean', at: 'delinquent' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});
