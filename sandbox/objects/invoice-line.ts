import type { ObjectType } from '../core/define.ts';

export const invoiceLine: ObjectType = {
  object: 'line_item',
  prefix: 'il',
  collection: 'invoice_line_items',
  indexes: ['invoice'],
  expandable: { subscription: 'subscription', 'pricing.price_details.price': 'price' },
  retrievable: false,
  routes: [
    {
      method: 'GET',
      path: '/v1/invoices/{id}/lines',
      run: (place, { params, path }) => {
        const { id } = place.need('invoice', path.id ?? '');
        return place.list('line_item', { invoice: id }, params, `/v1/invoices/${id}/lines`);
      },
    },
  ],
};
