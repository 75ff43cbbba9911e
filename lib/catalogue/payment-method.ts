import { define, text, valuesAt, type Column, type ColumnKind } from './define.ts';

export const paymentMethod = define({
  type: 'payment_method',
  collection: 'payment_methods',
  prefixes: ['pm_', 'card_', 'src_', 'ba_'],
  money: false,
  // There is no list of all of an account's methods by time: they are walked customer by customer.
  listing: { how: 'under', parent: 'customer', param: 'customer' },
  path: (id) => `/v1/payment_methods/${encodeURIComponent(id)}`,
  expand: [],
  children: {},
  columns: {
    customer: text('customer'),
    kind: text('type'),
    brand: ofType('text', ['display_brand', 'brand', 'bank_name', 'bank']),
    last4: ofType('text', ['last4']),
    exp_month: ofType('integer', ['exp_month']),
    exp_year: ofType('integer', ['exp_year']),
  },
  // A detached method stays, with customer null.
  deletion: 'state',
  touches: [
    { owes: 'customer', at: 'customer' },
    { owes: 'customer', at: 'prev.customer' },
  ],
  fields: [
    { label: 'fields.method', kind: 'method', at: '' },
    { label: 'fields.customer', kind: 'customer', at: 'customer' },
    { label: 'fields.expiryMonth', kind: 'number', at: 'card.exp_month' },
    { label: 'fields.expiryYear', kind: 'number', at: 'card.exp_year' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});

/** The first of these names in the part that is called after the method's own type. */
function ofType(kind: ColumnKind, names: readonly string[]): Column {
  return { kind, of: (object) => names.flatMap((name) => valuesAt(object, `${String(object['type'])}.${name}`))[0] ?? null };
}
