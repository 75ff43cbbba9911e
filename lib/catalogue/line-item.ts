import { define, idAt, money, text } from './define.ts';

export const lineItem = define({
  type: 'line_item',
  collection: 'invoice_line_items',
  prefixes: ['il_'],
  money: true,
  listing: { how: 'embedded', parent: 'invoice' },
  path: null,
  expand: [],
  children: {},
  columns: {
    invoice: text('invoice'),
    subscription: {
      kind: 'text',
      of: (object) =>
        idAt(object, 'subscription') ??
        idAt(object, 'parent.subscription_item_details.subscription') ??
        idAt(object, 'parent.invoice_item_details.subscription'),
    },
    amount: money('amount'),
    currency: text('currency'),
  },
  deletion: 'tombstone',
  touches: [],
  fields: [
    { label: 'fields.description', kind: 'text', at: 'description' },
    { label: 'fields.amount', kind: 'money', at: 'amount' },
    { label: 'fields.quantity', kind: 'number', at: 'quantity' },
    { label: 'fields.invoice', kind: 'ref', at: 'invoice' },
  ],
});
