// An event as a merchant's older account would have it rendered: another api_version, and fields where they used to be.
import type { StripeObject } from '../core/define.ts';

type Fields = Record<string, unknown>;

export function inOldShape(event: StripeObject, version: string): StripeObject {
  const data = event.data as { object: Fields }; // every event carries its object
  return { ...event, api_version: version, data: { ...data, object: { ...data.object, ...older(data.object) } } };
}

function older(object: Fields): Fields {
  switch (object.object) {
    case 'charge':
      return {
        invoice: null,
        refunds: { object: 'list', data: [], has_more: false, url: `/v1/charges/${String(object.id)}/refunds` },
        amount_captured: undefined,
      };
    case 'payment_intent':
      return {
        charges: { object: 'list', data: [], has_more: false, url: `/v1/charges?payment_intent=${String(object.id)}` },
        latest_charge: undefined,
        invoice: null,
      };
    case 'invoice': {
      const parent = object.parent as { subscription_details?: { subscription?: string } } | null | undefined;
      return { subscription: parent?.subscription_details?.subscription ?? null, parent: undefined, paid: object.status === 'paid', discount: null };
    }
    case 'subscription': {
      const first = (object.items as { data?: Fields[] } | undefined)?.data?.[0];
      return {
        current_period_start: first?.current_period_start,
        current_period_end: first?.current_period_end,
        plan: first?.plan ?? null,
        quantity: first?.quantity,
        discount: null,
        discounts: undefined,
      };
    }
    case 'discount': {
      const source = object.source as { coupon?: unknown } | undefined;
      return { coupon: source?.coupon ?? null, source: undefined };
    }
    case 'customer':
      return { sources: { object: 'list', data: [], has_more: false, url: `/v1/customers/${String(object.id)}/sources` }, account_balance: object.balance };
    default:
      return {};
  }
}
