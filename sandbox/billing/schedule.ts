// Schedules of one phase: when they start a subscription, and what becomes of it when the phase is over.
import { belief, type Place, type StripeObject } from '../core/define.ts';
import { putChanged } from './changed.ts';
import { endSchedule } from './end-schedule.ts';
import { endSubscription } from './end-subscription.ts';
import { newSubscription } from './new-subscription.ts';
import { type CollectionMethod, findSubscription, type Metadata, needPrice, type Subscription } from './shapes.ts';

const DAY = 86_400;
const EXPIRING_DAYS = 10;

belief('subscription_schedule.expiring comes ten days before the last phase ends, or when the phase starts if it is shorter');
belief('a schedule that runs to its end is completed whatever its end_behavior; with release the subscription goes on by itself');

export type Schedule = StripeObject & {
  customer: string;
  default_settings: {
    collection_method: CollectionMethod;
    default_payment_method: string | null;
    invoice_settings: { days_until_due: number | null };
    description: string | null;
  };
  end_behavior: 'release' | 'cancel';
  metadata: Metadata;
  phases: { start_date: number; end_date: number; items: { price: string; quantity: number; metadata: Metadata }[]; metadata: Metadata }[];
  status: 'not_started' | 'active' | 'completed' | 'released' | 'canceled';
  subscription: string | null;
};

export const needSchedule = (place: Place, id: string): Schedule => place.need('subscription_schedule', id) as Schedule; // stored by these rules

/** The start date has come. */
export function startSchedule(place: Place, id: string): Schedule {
  const schedule = needSchedule(place, id);
  const [phase] = schedule.phases;
  const customer = place.find('customer', schedule.customer);
  if (schedule.status !== 'not_started' || !phase || !customer) return schedule;
  const { default_settings: settings } = schedule;
  const subscription = newSubscription(place, {
    customer,
    items: phase.items.map(({ price, quantity, metadata }) => ({ price: needPrice(place, price, 'price'), quantity, metadata })),
    trialEnd: null,
    collection: settings.collection_method,
    daysUntilDue: settings.invoice_settings.days_until_due,
    method: settings.default_payment_method,
    payment: 'allow_incomplete',
    cancelAt: null,
    cancelAtPeriodEnd: false,
    description: settings.description,
    metadata: phase.metadata,
    schedule: id,
  });
  place.due('expire_schedule', id, Math.max(place.now, phase.end_date - EXPIRING_DAYS * DAY));
  place.due('end_schedule', id, phase.end_date);
  return putChanged<Schedule>(place, 'subscription_schedule.updated', schedule, {
    ...schedule,
    status: 'active',
    current_phase: { start_date: phase.start_date, end_date: phase.end_date },
    subscription: subscription.id,
  });
}

export function announceEnd(place: Place, id: string): void {
  const schedule = needSchedule(place, id);
  if (schedule.status === 'active') place.emit('subscription_schedule.expiring', schedule);
}

/** The last phase is over. */
export function completeSchedule(place: Place, id: string): void {
  const schedule = needSchedule(place, id);
  if (schedule.status !== 'active') return;
  const releases = schedule.end_behavior === 'release';
  endSchedule(place, schedule, 'completed', releases);
  const subscription = detach(place, schedule);
  if (subscription && !releases) endSubscription(place, subscription, {});
}

/** Lets the subscription go on by itself. */
export function releaseSchedule(place: Place, schedule: Schedule): StripeObject {
  const after = endSchedule(place, schedule, 'released', true);
  detach(place, schedule);
  return after;
}

/** Ends the schedule and its subscription. */
export function cancelSchedule(place: Place, schedule: Schedule): StripeObject {
  const after = endSchedule(place, schedule, 'canceled', false);
  if (schedule.status === 'not_started') place.emit('subscription_schedule.aborted', after);
  const subscription = detach(place, schedule);
  if (subscription) endSubscription(place, subscription, { reason: 'cancellation_requested' });
  return after;
}

function detach(place: Place, schedule: Schedule): Subscription | null {
  const subscription = schedule.subscription ? findSubscription(place, schedule.subscription) : null;
  return subscription && putChanged<Subscription>(place, 'customer.subscription.updated', subscription, { ...subscription, schedule: null });
}
