import { type ObjectType, type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { flag, mergedMetadata } from '../core/given.ts';
import { oneOf, only, within } from '../billing/asked.ts';
import { putChanged } from '../billing/changed.ts';
import { endSchedule } from '../billing/end-schedule.ts';
import { scheduleFrom } from '../billing/new-schedule.ts';
import { announceEnd, cancelSchedule, completeSchedule, needSchedule, releaseSchedule, type Schedule, startSchedule } from '../billing/schedule.ts';

export const subscriptionSchedule: ObjectType = {
  object: 'subscription_schedule',
  prefix: 'sub_sched',
  collection: 'subscription_schedules',
  indexes: ['customer', 'status'],
  expandable: { customer: 'customer', subscription: 'subscription', 'phases.items.price': 'price' },
  listFilters: { customer: 'customer' },
  listed: (one, params) =>
    (flag(params, 'scheduled') ?? one.status === 'not_started') === (one.status === 'not_started') &&
    ['canceled_at', 'completed_at', 'released_at'].every((name) => within(params, name, typeof one[name] === 'number' ? one[name] : null)),
  routes: [
    { method: 'POST', path: '/v1/subscription_schedules', run: (place, { params }) => create(place, params) },
    { method: 'POST', path: '/v1/subscription_schedules/{id}', run: (place, { params, path }) => update(place, running(place, path.id ?? ''), params) },
    {
      method: 'POST',
      path: '/v1/subscription_schedules/{id}/cancel',
      run: (place, { params, path }) => {
        only(params, ['invoice_now', 'prorate']);
        return cancelSchedule(place, running(place, path.id ?? ''));
      },
    },
    {
      method: 'POST',
      path: '/v1/subscription_schedules/{id}/release',
      run: (place, { params, path }) => {
        only(params, ['preserve_cancel_date']);
        return releaseSchedule(place, running(place, path.id ?? ''));
      },
    },
  ],
  due: { start_schedule: (place, id) => void startSchedule(place, id), expire_schedule: announceEnd, end_schedule: completeSchedule },
  reacts: {
    'customer.deleted': (place, customer) => {
      for (const one of place.all('subscription_schedule', { customer: customer.id, status: 'not_started' })) endSchedule(place, one, 'canceled', false);
    },
  },
};

function create(place: Place, params: Params): StripeObject {
  const schedule = place.put(scheduleFrom(place, params));
  place.emit('subscription_schedule.created', schedule);
  const start = schedule.phases[0]?.start_date ?? place.now;
  if (start <= place.now) return startSchedule(place, schedule.id);
  place.due('start_schedule', schedule.id, start);
  return schedule;
}

function update(place: Place, before: Schedule, params: Params): Schedule {
  only(params, ['end_behavior', 'metadata']);
  return putChanged<Schedule>(place, 'subscription_schedule.updated', before, {
    ...before,
    end_behavior: oneOf(params, 'end_behavior', ['release', 'cancel']) ?? before.end_behavior,
    metadata: mergedMetadata(before.metadata, params),
  });
}

function running(place: Place, id: string): Schedule {
  const one = needSchedule(place, id);
  if (one.status === 'not_started' || one.status === 'active') return one;
  throw new Refusal(400, { message: `The subscription schedule ${id} is ${one.status} and can't be changed any more.` });
}
