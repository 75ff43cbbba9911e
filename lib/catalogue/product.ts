import { boolean, define, text } from './define.ts';

export const product = define({
  type: 'product',
  collection: 'products',
  prefixes: ['prod_'],
  money: false,
  listing: { how: 'all' },
  path: (id) => `/v1/products/${encodeURIComponent(id)}`,
  expand: [],
  children: {},
  columns: { name: text('name'), active: boolean('active'), default_price: text('default_price') },
  deletion: 'tombstone',
  touches: [{ owes: 'price', at: 'default_price' }],
  fields: [
    { label: 'fields.name', kind: 'text', at: 'name' },
    { label: 'fields.active', kind: 'boolean', at: 'active' },
    { label: 'fields.defaultPrice', kind: 'ref', at: 'default_price' },
    { label: 'fields.description', kind: 'text', at: 'description' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});
