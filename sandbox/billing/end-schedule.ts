import type { Place, StripeObject } from '../core/define.ts';

type Ending = 'canceled' | 'aborted' | 'completed' | 'released';

/** Ends a schedule and says so; what becomes of its subscription is its caller's. A released one lets go of it by name. */
export function endSchedule(place: Place, schedule: StripeObject, ending: Ending, letsGo: boolean): StripeObject {
  for (const job of ['start_schedule', 'expire_schedule', 'end_schedule']) place.due(job, schedule.id, null);
  const status = ending === 'aborted' ? 'canceled' : ending;
  const after = place.put({
    ...schedule,
    status,
    current_phase: null,
    canceled_at: status === 'canceled' ? place.now : schedule.canceled_at,
    completed_at: status === 'completed' ? place.now : schedule.completed_at,
    released_at: status === 'released' ? place.now : schedule.released_at,
    ...(letsGo ? { released_subscription: schedule.subscription, subscription: null } : {}),
  });
  place.emit(`subscription_schedule.${ending}`, after);
  return after;
}
