// Events as Stripe would send them, signed with a secret of choice.
import Stripe from 'stripe';
import { API_VERSION } from '#lib/stripe.ts';

export const SECRETS = { test: 'whsec_test_one', testOld: 'whsec_test_old', live: 'whsec_live_one' } as const;

export type EventOf = {
  id?: string;
  type?: string;
  created?: number;
  livemode?: boolean;
  account?: string | undefined;
  api_version?: string | null;
  object?: Record<string, unknown>;
  previous?: Record<string, unknown>;
};

let count = 0;
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

export function eventOf(of: EventOf = {}): Record<string, unknown> {
  const { account = 'acct_one' } = of;
  return {
    id: of.id ?? `evt_${process.pid}_${(count += 1)}`,
    object: 'event',
    api_version: of.api_version === undefined ? API_VERSION : of.api_version,
    created: of.created ?? nowSeconds(),
    livemode: of.livemode ?? false,
    pending_webhooks: 1,
    request: null,
    type: of.type ?? 'customer.updated',
    ...('account' in of && of.account === undefined ? {} : { account }),
    data: { object: of.object ?? customerOf('cus_one'), ...(of.previous ? { previous_attributes: of.previous } : {}) },
  };
}

export function customerOf(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    object: 'customer',
    created: 1_700_000_000,
    name: 'Ada',
    email: 'ada@example.com',
    balance: 0,
    currency: 'eur',
    livemode: false,
    metadata: {},
    ...more,
  };
}

export function sign(body: string, secret: string = SECRETS.test, timestamp: number = nowSeconds()): string {
  return Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
}
