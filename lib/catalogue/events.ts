// The one list of Stripe events this product understands, by the type of object they carry. The endpoint's enabled_events and the doctor follow it.
import type { Touch } from './define.ts';
import { findEntry } from './index.ts';

const named = (prefix: string, ...actions: string[]) => actions.map((action) => `${prefix}.${action}`);

/** Type of data.object → the events that carry it. */
export const carried: Readonly<Record<string, readonly string[]>> = {
  charge: named('charge', 'captured', 'expired', 'failed', 'pending', 'refunded', 'succeeded', 'updated'),
  dispute: named('charge.dispute', 'closed', 'created', 'funds_reinstated', 'funds_withdrawn', 'updated'),
  refund: [...named('refund', 'created', 'updated', 'failed'), 'charge.refund.updated'],
  credit_note: named('credit_note', 'created', 'updated', 'voided'),
  customer: named('customer', 'created', 'deleted', 'updated'),
  source: [...named('customer.source', 'created', 'deleted', 'expiring', 'updated'), ...named('source', 'canceled', 'chargeable', 'failed')],
  subscription: named(
    'customer.subscription',
    'created',
    'deleted',
    'trial_will_end',
    'updated',
    'paused',
    'resumed',
    'pending_update_applied',
    'pending_update_expired',
  ),
  discount: named('customer.discount', 'created', 'updated', 'deleted'),
  invoice: named(
    'invoice',
    'created',
    'deleted',
    'finalized',
    'marked_uncollectible',
    'payment_action_required',
    'payment_failed',
    'payment_succeeded',
    'upcoming',
    'updated',
    'voided',
    'paid',
    'finalization_failed',
    'overdue',
    'sent',
    'overpaid',
  ),
  invoice_payment: named('invoice_payment', 'paid'),
  payment_intent: named(
    'payment_intent',
    'amount_capturable_updated',
    'canceled',
    'created',
    'payment_failed',
    'requires_action',
    'succeeded',
    'processing',
    'partially_funded',
  ),
  setup_intent: named('setup_intent', 'canceled', 'created', 'requires_action', 'setup_failed', 'succeeded'),
  subscription_schedule: named('subscription_schedule', 'aborted', 'canceled', 'completed', 'expiring', 'released', 'updated', 'created'),
  payment_method: named('payment_method', 'attached', 'detached', 'updated', 'automatically_updated'),
  product: named('product', 'created', 'updated', 'deleted'),
  price: named('price', 'created', 'updated', 'deleted'),
  plan: named('plan', 'created', 'updated', 'deleted'),
  coupon: named('coupon', 'created', 'updated', 'deleted'),
  promotion_code: named('promotion_code', 'created', 'updated'),
  tax_rate: named('tax_rate', 'created', 'updated'),
  application: named('account.application', 'authorized', 'deauthorized'),
  account: named('account', 'updated'),
};

export const eventNames: readonly string[] = Object.values(carried).flat();

/** Events that move the connection itself and not the mirror. */
export const accountEvents: readonly string[] = [...carried['application']!, ...carried['account']!];

/** What events of a type owe to its neighbours: its entry's touches, or these for types that are carried but not mirrored. */
export function touchesOf(type: string): readonly Touch[] {
  return findEntry(type)?.touches ?? (Object.hasOwn(unmirrored, type) ? unmirrored[type]! : []);
}

const legacySource: readonly Touch[] = [
  { owes: 'customer', at: 'customer' },
  { owes: 'payment_method', children: 'customer', at: 'customer' },
];

const unmirrored: Readonly<Record<string, readonly Touch[]>> = {
  setup_intent: [
    { owes: 'setup_attempt', list: { setup_intent: 'id' } },
    { owes: 'payment_method', at: 'payment_method' },
  ],
  credit_note: [
    { owes: 'invoice', at: 'invoice' },
    { owes: 'refund', at: 'refunds[].refund' },
    { owes: 'customer', at: 'customer' },
    { owes: 'customer_balance_transaction', list: { customer: 'customer' } },
  ],
  discount: [
    { owes: 'customer', at: 'customer' },
    { owes: 'subscription', at: 'subscription' },
    { owes: 'coupon', at: 'source.coupon' },
    { owes: 'promotion_code', at: 'promotion_code' },
  ],
  card: legacySource,
  bank_account: legacySource,
  source: legacySource,
  plan: [
    { owes: 'price', at: 'id' },
    { owes: 'product', at: 'product' },
  ],
  promotion_code: [{ owes: 'coupon', at: 'promotion.coupon' }],
};
