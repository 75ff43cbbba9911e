import type { StripeObject } from '../../catalogue/define.ts';

/** How a subscription is called in its badge, and the moment that goes with the word: when its trial or it itself ends. */
export type SubscriptionWord = { readonly word: string; readonly until: Date | null };

export function subscriptionWord(data: StripeObject, periodEnd: Date | null): SubscriptionWord {
  const status = typeof data['status'] === 'string' ? data['status'] : 'unknown';
  const running = ['active', 'trialing', 'past_due'].includes(status);
  if (running && data['pause_collection']) return { word: 'collection_paused', until: null };
  if (status === 'trialing') return { word: status, until: dateAt(data, 'trial_end') };
  const ends = dateAt(data, 'cancel_at') ?? (data['cancel_at_period_end'] === true ? periodEnd : null);
  return status === 'active' && ends ? { word: 'ending', until: ends } : { word: status, until: null };
}

function dateAt(data: StripeObject, field: string): Date | null {
  const seconds = data[field];
  return typeof seconds === 'number' ? new Date(seconds * 1000) : null;
}
