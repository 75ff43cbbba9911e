// What a failed read from Stripe means for the work that asked for it.
import Stripe from 'stripe';
import { isAccessLost } from '../stripe.ts';

/** The call was not made: its time, its budget or the breaker stood against it. Nothing failed. */
export class NotNow extends Error {}

export type Failure = 'not_now' | 'access_lost' | 'missing' | 'too_fast' | 'unavailable' | 'refused' | 'ours';

export function failureOf(error: unknown): Failure {
  if (error instanceof NotNow) return 'not_now';
  if (isAccessLost(error)) return 'access_lost';
  if (!(error instanceof Stripe.errors.StripeError)) return 'ours';
  if (error.statusCode === 404 || error.code === 'resource_missing') return 'missing';
  if (error.statusCode === 429) return 'too_fast';
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) return 'refused';
  return 'unavailable';
}
