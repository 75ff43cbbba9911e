// What a merchant sets in Stripe's dashboard about billing. No API of Stripe's shows it, so the sandbox keeps it under a name of its own.
import type { ObjectType, Place } from '../core/define.ts';

type AfterLastRetry = 'unpaid' | 'cancel' | 'past_due';

export const billingSettings: ObjectType = {
  object: 'sandbox.billing_settings',
  prefix: 'sandbox',
  collection: 'sandbox.billing_settings',
  indexes: [],
  retrievable: false,
};

const ID = 'sandbox_billing_settings';

/** What becomes of a subscription whose last automatic retry has failed. */
export function afterLastRetry(place: Place): AfterLastRetry {
  const kept = place.find(billingSettings.object, ID)?.after_last_retry;
  return kept === 'cancel' || kept === 'past_due' ? kept : 'unpaid';
}

export function setAfterLastRetry(place: Place, after: AfterLastRetry): void {
  place.put({ id: ID, object: billingSettings.object, after_last_retry: after });
}
