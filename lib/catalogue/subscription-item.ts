import { define, integer, text, time } from './define.ts';

export const subscriptionItem = define({
  type: 'subscription_item',
  collection: 'subscription_items',
  prefixes: ['si_'],
  money: true,
  // It has no event of its own: it is part of its subscription's refetch, and its absence there is its deletion.
  listing: { how: 'embedded', parent: 'subscription' },
  path: (id) => `/v1/subscription_items/${encodeURIComponent(id)}`,
  expand: [],
  children: {},
  columns: {
    subscription: text('subscription'),
    price: text('price'),
    product: text('price.product'),
    quantity: integer('quantity'),
    current_period_end: time('current_period_end'),
  },
  deletion: 'tombstone',
  touches: [],
  fields: [
    { label: 'fields.price', kind: 'ref', at: 'price.id' },
    { label: 'fields.quantity', kind: 'number', at: 'quantity' },
    { label: 'fields.periodEnd', kind: 'time', at: 'current_period_end' },
    { label: 'fields.subscription', kind: 'ref', at: 'subscription' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});
