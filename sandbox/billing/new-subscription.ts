// A subscription begins: with a trial, with a payment, or with an invoice by mail.
import { belief, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { attempt, methodOf, noMethod } from './collect.ts';
import { finalizeInvoice } from './finalize-invoice.ts';
import { periodAt } from './period.ts';
import { drawUp, itemList, schedulePeriod } from './renew.ts';
import { type CollectionMethod, type Invoice, type Item, type Metadata, needInvoice, needSubscription, type Subscription } from './shapes.ts';
import { commonPace, itemOf, type Ordered } from './subscription-items.ts';

const DAY = 86_400;
const HOURS_TO_PAY = 23;

belief('the first invoice of a subscription that a schedule starts, or that is sent by mail, is a draft for an hour; others are finalised and paid at once');

export type SubscriptionOrder = {
  customer: StripeObject;
  items: readonly Ordered[];
  trialEnd: number | null;
  collection: CollectionMethod;
  daysUntilDue: number | null;
  method: string | null;
  payment: 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete';
  cancelAt: number | null;
  cancelAtPeriodEnd: boolean;
  description: string | null;
  metadata: Metadata;
  /** The schedule that starts it: payment then follows by the clock. */
  schedule: string | null;
};

export function newSubscription(place: Place, order: SubscriptionOrder): Subscription {
  const pace = commonPace(order.items.map(({ price }) => price));
  const currency = order.items[0]?.price.currency ?? '';
  const anchor = order.trialEnd ?? place.now;
  const period = order.trialEnd ? { start: place.now, end: order.trialEnd } : periodAt(place.now, pace, place.now);
  const byClock = order.schedule !== null || order.collection === 'send_invoice';
  const status = order.trialEnd ? 'trialing' : byClock ? 'active' : 'incomplete';
  const id = place.newId('sub');
  const items = order.items.toReversed().map((item) => place.put(itemOf(place, id, item, period))); // lists show the newest first
  const blank = blankSubscription(place, id, { ...order, currency, anchor, status, items: items.toReversed(), periodEnd: period.end });
  const draft = drawUp(place, blank, 'subscription_create', { before: { start: place.now, end: place.now }, period, advances: true });
  if (!byClock && draft.amount_due > 0 && order.payment !== 'default_incomplete' && !methodOf(place, draft) && !blank.default_payment_method) throw noMethod();
  const started = place.put<Subscription>({ ...blank, latest_invoice: draft.id });
  place.emit('customer.subscription.created', started);
  place.emit('invoice.created', draft);
  schedulePeriod(place, started);
  if (started.cancel_at !== null && !started.cancel_at_period_end) place.due('cancel_subscription', id, started.cancel_at);
  if (order.trialEnd || !byClock) payFirst(place, draft, order.payment);
  return needSubscription(place, id);
}

/** Finalises the first invoice and tries to get it paid, while the subscriber waits. */
function payFirst(place: Place, draft: Invoice, payment: SubscriptionOrder['payment']): void {
  const open = finalizeInvoice(place, draft, { advances: true, collectAt: null });
  if (open.status !== 'open' || open.collection_method === 'send_invoice') return;
  const { outcome, refusal } =
    payment === 'default_incomplete' ? { outcome: 'requires_action' as const, refusal: null } : attempt(place, open, { automatic: false });
  const subscription = needInvoice(place, open.id).parent?.subscription_details.subscription ?? '';
  if (outcome === 'paid') return;
  if (payment === 'error_if_incomplete')
    throw new Refusal(
      402,
      refusal?.error ?? {
        type: 'card_error',
        message: 'Payment for this subscription requires additional user action.',
        code: 'subscription_payment_intent_requires_action',
      },
    );
  place.due('expire_subscription', subscription, place.now + HOURS_TO_PAY * 3600);
}

type Blank = Omit<SubscriptionOrder, 'items'> & { currency: string; anchor: number; status: Subscription['status']; items: readonly Item[]; periodEnd: number };

function blankSubscription(place: Place, id: string, of: Blank): Subscription {
  return {
    id,
    object: 'subscription',
    application: place.application,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: of.anchor,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: of.cancelAtPeriodEnd ? of.periodEnd : of.cancelAt,
    cancel_at_period_end: of.cancelAtPeriodEnd,
    canceled_at: of.cancelAtPeriodEnd || of.cancelAt ? place.now : null,
    cancellation_details: {
      comment: null,
      feedback: null,
      feedback_option: null,
      reason: of.cancelAtPeriodEnd || of.cancelAt ? 'cancellation_requested' : null,
    },
    collection_method: of.collection,
    created: place.now,
    currency: of.currency,
    customer: of.customer.id,
    customer_account: null,
    days_until_due: of.collection === 'send_invoice' ? of.daysUntilDue : null,
    default_payment_method: of.method,
    default_source: null,
    default_tax_rates: [],
    description: of.description,
    discounts: [],
    ended_at: null,
    invoice_settings: { account_tax_ids: null, custom_fields: null, description: null, footer: null, issuer: { type: 'self' } },
    items: itemList(id, of.items),
    latest_invoice: null,
    livemode: place.livemode,
    managed_payments: null,
    metadata: of.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: { payment_method_options: null, payment_method_types: null, save_default_payment_method: 'off' },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: of.schedule,
    start_date: place.now,
    status: of.status,
    test_clock: null,
    transfer_data: null,
    trial_end: of.trialEnd,
    trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' } },
    trial_start: of.trialEnd ? place.now : null,
  };
}

export const trialEndIn = (place: Place, days: number | undefined): number | null => (days ? place.now + days * DAY : null);
