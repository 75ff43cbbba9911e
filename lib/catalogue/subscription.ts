import { boolean, define, text, valuesAt } from './define.ts';

export const subscription = define({
  type: 'subscription',
  collection: 'subscriptions',
  prefixes: ['sub_'],
  money: true,
  // The plain list hides canceled ones.
  listing: { how: 'all', params: { status: 'all' } },
  path: (id) => `/v1/subscriptions/${encodeURIComponent(id)}`,
  expand: ['latest_invoice.payments'],
  children: { items: { type: 'subscription_item', parentColumn: 'subscription' } },
  columns: {
    customer: text('customer'),
    status: text('status'),
    currency: text('currency'),
    latest_invoice: text('latest_invoice'),
    schedule: text('schedule'),
    cancel_at_period_end: boolean('cancel_at_period_end'),
    // Periods stand on the items and may differ: the first to end counts.
    current_period_end: { kind: 'time', of: (object) => least(valuesAt(object, 'items.data[].current_period_end')) },
  },
  // customer.subscription.deleted means status canceled.
  deletion: 'state',
  touches: [
    { owes: 'invoice', at: 'latest_invoice' },
    { owes: 'subscription_schedule', at: 'schedule' },
    { owes: 'price', at: 'items.data[].price.id', onlyNew: true },
    { owes: 'setup_intent', at: 'pending_setup_intent' },
    // Auto-collection of its open invoices stops.
    { on: ['deleted'], owes: 'invoice', list: { subscription: 'id' } },
  ],
  fields: [
    { label: 'fields.status', kind: 'status', at: 'status' },
    { label: 'fields.customer', kind: 'customer', at: 'customer' },
    { label: 'fields.latestInvoice', kind: 'ref', at: 'latest_invoice' },
    { label: 'fields.schedule', kind: 'ref', at: 'schedule' },
    { label: 'fields.endsAtPeriodEnd', kind: 'boolean', at: 'cancel_at_period_end' },
    { label: 'fields.canceledAt', kind: 'time', at: 'canceled_at' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});

function least(values: readonly unknown[]): number | null {
  const seconds = values.filter((value) => typeof value === 'number');
  return seconds.length > 0 ? Math.min(...seconds) : null;
}
