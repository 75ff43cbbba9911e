// Stripe's published limits, off until switched on: 100 a second in live mode, 25 in test, 25 per endpoint and account.
import { Refusal } from '../core/define.ts';

export type RateLimits = ReturnType<typeof newRateLimits>;
export class TooFast extends Refusal {
  readonly reason: string;
  constructor(reason: string) {
    super(429, {
      code: 'rate_limit',
      message: 'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
    });
    this.reason = reason;
  }
}

export function newRateLimits() {
  let on = false;
  let second = 0;
  let counts = new Map<string, number>();
  let refused = 0;
  const count = (name: string): number => {
    const next = (counts.get(name) ?? 0) + 1;
    counts.set(name, next);
    return next;
  };
  const refuse = (reason: string): never => {
    refused++;
    throw new TooFast(reason);
  };
  return {
    set: (value: boolean): void => {
      on = value;
    },
    state: () => ({ on, refused }),
    pass(account: string, livemode: boolean, endpoint: string): void {
      if (!on) return;
      const now = Math.floor(Date.now() / 1000);
      if (now !== second) {
        second = now;
        counts = new Map();
      }
      if (count(`${account} ${String(livemode)}`) > (livemode ? 100 : 25)) refuse('global-rate');
      if (count(`${account} ${String(livemode)} ${endpoint}`) > 25) refuse('endpoint-rate');
    },
  };
}
