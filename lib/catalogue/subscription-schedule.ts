import { define, idAt, text } from './define.ts';

export const subscriptionSchedule = define({
  type: 'subscription_schedule',
  collection: 'subscription_schedules',
  prefixes: ['sub_sched_'],
  money: false,
  listing: { how: 'all' },
  path: (id) => `/v1/subscription_schedules/${encodeURIComponent(id)}`,
  expand: [],
  children: {},
  columns: {
    customer: text('customer'),
    // After a release the id moves to released_subscription.
    subscription: { kind: 'text', of: (object) => idAt(object, 'subscription') ?? idAt(object, 'released_subscription') },
    status: text('status'),
  },
  deletion: 'state',
  touches: [
    { owes: 'subscription', at: 'subscription' },
    { owes: 'subscription', at: 'released_subscription' },
  ],
  fields: [
    { label: 'fields.status', kind: 'status', at: 'status' },
    { label: 'fields.customer', kind: 'customer', at: 'customer' },
    { label: 'fields.subscription', kind: 'ref', at: 'subscription' },
    { label: 'fields.endBehavior', kind: 'text', at: 'end_behavior' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});
