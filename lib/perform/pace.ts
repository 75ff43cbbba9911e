// Every time constant of operations in one place. Short test runs shrink them by TIME_FACTOR; what Stripe promises in hours is never shrunk.
import { backoff, tempo } from '../mirror/tempo.ts';
import type { State } from './machine.ts';

export function pace() {
  const { factor } = tempo();
  return {
    /** Claim to socket at most `sendWithin`, then the call's own timeout: together under the lease. */
    lease: 30_000 * factor,
    sendWithin: 8_000 * factor,
    callTimeout: 20_000 * factor,
    /** The longest a person waits. */
    patience: 10_000,
    /** How often one waits for an operation that another process has in hand. */
    glance: 100,
  };
}

/** How long an operation rests before its next turn. Refunds pending at Stripe are asked for after 1 min, growing to 6 h. */
export function restOf(state: State, tries: number): number {
  const { factor } = tempo();
  if (state === 'accepted') return Math.min(6 * 3_600_000, 60_000 * 2 ** Math.min(tries, 12)) * factor;
  if (state === 'held') return Math.min(60_000, 2_000 * 2 ** Math.min(tries, 8)) * factor;
  return backoff(tries, tempo());
}
