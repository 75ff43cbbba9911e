import { boolean, define, integer, money, text } from './define.ts';

export const price = define({
  type: 'price',
  collection: 'prices',
  prefixes: ['price_', 'plan_'],
  money: false,
  // The plain list answers active prices only: each half is asked for by name.
  listing: { how: 'all', variants: [{ active: true }, { active: false }] },
  path: (id) => `/v1/prices/${encodeURIComponent(id)}`,
  expand: [],
  children: {},
  columns: {
    product: text('product'),
    active: boolean('active'),
    currency: text('currency'),
    unit_amount: money('unit_amount'),
    interval: text('recurring.interval'),
    interval_count: integer('recurring.interval_count'),
  },
  deletion: 'tombstone',
  touches: [
    { owes: 'plan', at: 'id' },
    { owes: 'product', at: 'product' },
  ],
  fields: [
    { label: 'fields.nickname', kind: 'text', at: 'nickname' },
    { label: 'fields.unitAmount', kind: 'money', at: 'unit_amount' },
    { label: 'fields.interval', kind: 'text', at: 'recurring.interval' },
    { label: 'fields.product', kind: 'ref', at: 'product' },
    { label: 'fields.active', kind: 'boolean', at: 'active' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});
