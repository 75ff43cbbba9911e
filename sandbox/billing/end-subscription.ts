// The ways a subscription ends.
import { belief, type Place } from '../core/define.ts';
import { putChanged } from './changed.ts';
import { stopCollecting, voidInvoice } from './end-invoice.ts';
import { endSchedule } from './end-schedule.ts';
import { findInvoice, invoicesOf, type Subscription } from './shapes.ts';

type Why = { reason?: 'cancellation_requested' | 'payment_failed' | 'payment_disputed'; comment?: string | null; feedback?: string | null };

belief(
  'a subscription that never got its first payment becomes incomplete_expired after 23 hours with customer.subscription.updated, and its invoice is voided',
);

export const ended = ({ status }: Subscription): boolean => status === 'canceled' || status === 'incomplete_expired';

/** Cancels at this second: open invoices are no longer collected, drafts no longer advance. */
export function endSubscription(place: Place, subscription: Subscription, why: Why): Subscription {
  if (ended(subscription)) return subscription;
  clearJobs(place, subscription.id);
  const after = place.put<Subscription>({
    ...subscription,
    status: 'canceled',
    canceled_at: subscription.canceled_at ?? place.now,
    cancellation_details: {
      comment: why.comment === undefined ? subscription.cancellation_details.comment : why.comment,
      feedback: why.feedback === undefined ? subscription.cancellation_details.feedback : why.feedback,
      feedback_option: null,
      reason: why.reason ?? subscription.cancellation_details.reason ?? 'cancellation_requested',
    },
    ended_at: place.now,
    schedule: null,
  });
  place.emit('customer.subscription.deleted', after);
  for (const invoice of invoicesOf(place, subscription.id)) if (invoice.status === 'open' || invoice.status === 'draft') stopCollecting(place, invoice);
  const schedule = subscription.schedule ? place.find('subscription_schedule', subscription.schedule) : null;
  if (schedule?.status === 'active') endSchedule(place, schedule, why.reason === 'payment_failed' ? 'aborted' : 'canceled', false);
  return after;
}

/** The first payment did not come in time. */
export function expireSubscription(place: Place, subscription: Subscription): Subscription {
  clearJobs(place, subscription.id);
  const first = subscription.latest_invoice ? findInvoice(place, subscription.latest_invoice) : null;
  if (first?.status === 'open') voidInvoice(place, first);
  return putChanged(place, 'customer.subscription.updated', subscription, { ...subscription, status: 'incomplete_expired', ended_at: place.now });
}

function clearJobs(place: Place, id: string): void {
  for (const job of ['renew_subscription', 'announce_renewal', 'announce_trial_end', 'cancel_subscription', 'expire_subscription']) place.due(job, id, null);
}
