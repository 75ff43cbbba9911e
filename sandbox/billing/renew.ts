// A subscription's clock: what is announced, what is drawn up when a period ends.
import { belief, type Place } from '../core/define.ts';
import { endSubscription, ended } from './end-subscription.ts';
import { formerValues } from './changed.ts';
import { draftOf, type InvoiceOrder, newInvoice } from './new-invoice.ts';
import { itemLine, subscriptionLine } from './new-line.ts';
import { periodAt } from './period.ts';
import { type Invoice, type InvoiceItem, type Item, itemsOf, type Line, needSubscription, type Subscription } from './shapes.ts';
import { embeddedList } from '../core/embedded-list.ts';

const DAY = 86_400;

belief('invoice.upcoming comes seven days before a period ends, for weekly and shorter ones one day before');

/** The period is over: it ends, or begins anew with a draft invoice. */
export function renew(place: Place, id: string): void {
  const subscription = needSubscription(place, id);
  if (ended(subscription)) return;
  if (subscription.cancel_at_period_end || (subscription.cancel_at !== null && subscription.cancel_at <= place.now)) {
    endSubscription(place, subscription, {});
    return;
  }
  const items = itemsOf(place, id);
  const first = items[0];
  if (!first?.price.recurring) return;
  const period = periodAt(subscription.billing_cycle_anchor, first.price.recurring, place.now);
  const before = { start: first.current_period_start, end: first.current_period_end };
  const renewed = items.map((item) => place.put<Item>({ ...item, current_period_start: period.start, current_period_end: period.end }));
  const running: Subscription = {
    ...subscription,
    status: subscription.status === 'trialing' ? 'active' : subscription.status,
    items: itemList(id, renewed),
  };
  const invoice = drawUp(place, running, 'subscription_cycle', { before, period, advances: running.status !== 'unpaid' });
  const after = place.put<Subscription>({ ...running, latest_invoice: invoice.id });
  place.emit('customer.subscription.updated', after, formerValues(subscription, after));
  place.emit('invoice.created', invoice);
  schedulePeriod(place, after);
}

/** Draws up the invoice for a period that begins, with what is pending for the customer. Its events are the caller's. */
export function drawUp(
  place: Place,
  subscription: Subscription,
  reason: InvoiceOrder['reason'],
  { before, period, advances }: { before: { start: number; end: number }; period: { start: number; end: number }; advances: boolean },
): Invoice {
  const pending = pendingItems(place, subscription.customer, subscription.currency);
  const items = itemsOf(place, subscription.id);
  const lines = (invoice: string): Line[] =>
    items.map((item) => subscriptionLine(place, invoice, subscription, item, period, subscription.status === 'trialing'));
  return newInvoice(place, orderOf(place, subscription, reason, before, advances), lines, pending);
}

export function pendingItems(place: Place, customer: string, currency: string): InvoiceItem[] {
  return (place.all('invoiceitem', { customer }) as InvoiceItem[]).filter((item) => item.invoice === null && item.currency === currency); // stored by invoice-item.ts
}

/** Says days ahead what the next invoice will be. It has no id: it is a forecast. */
export function announceRenewal(place: Place, id: string): void {
  const subscription = needSubscription(place, id);
  const first = subscription.items.data[0];
  if (ended(subscription) || subscription.status === 'unpaid' || subscription.cancel_at_period_end || !first?.price.recurring) return;
  const at = first.current_period_end;
  if (subscription.cancel_at !== null && subscription.cancel_at <= at) return;
  const period = periodAt(subscription.billing_cycle_anchor, first.price.recurring, at);
  const lines = [
    ...pendingItems(place, subscription.customer, subscription.currency).map((item) => itemLine(place, '', item)),
    ...itemsOf(place, id).map((item) => subscriptionLine(place, '', subscription, item, period, false)),
  ].map((line) => ({ ...line, invoice: null }) as unknown as Line); // a forecast's lines belong to no invoice
  const order = orderOf(place, subscription, 'upcoming', { start: first.current_period_start, end: at }, true);
  const { id: _, ...forecast } = draftOf(place, 'upcoming', order, lines);
  place.emit('invoice.upcoming', {
    ...forecast,
    created: at,
    automatically_finalizes_at: null,
    next_payment_attempt: subscription.collection_method === 'charge_automatically' ? at + 3600 : null,
    webhooks_delivered_at: null,
  } as unknown as Invoice); // the one object of Stripe's that is sent without an id
}

export function announceTrialEnd(place: Place, id: string): void {
  const subscription = needSubscription(place, id);
  if (subscription.status === 'trialing') place.emit('customer.subscription.trial_will_end', subscription);
}

/** Sets the clock for the period that runs now. */
export function schedulePeriod(place: Place, subscription: Subscription): void {
  const first = subscription.items.data[0];
  if (!first) return;
  const { current_period_start: start, current_period_end: end } = first;
  place.due('renew_subscription', subscription.id, end);
  const ahead = end - start > 8 * DAY ? 7 * DAY : DAY;
  place.due('announce_renewal', subscription.id, end - ahead > place.now ? end - ahead : null);
  place.due('announce_trial_end', subscription.id, subscription.status === 'trialing' ? Math.max(place.now, end - 3 * DAY) : null);
}

export function itemList(subscription: string, items: readonly Item[]): Subscription['items'] {
  return embeddedList(`/v1/subscription_items?subscription=${subscription}`, items) as Subscription['items']; // made of items only
}

function orderOf(
  place: Place,
  subscription: Subscription,
  reason: InvoiceOrder['reason'],
  before: { start: number; end: number },
  advances: boolean,
): InvoiceOrder {
  return {
    customer: place.need('customer', subscription.customer, 'customer'),
    currency: subscription.currency,
    reason,
    collection: subscription.collection_method,
    advances,
    daysUntilDue: subscription.days_until_due,
    subscription,
    period: before,
    description: subscription.description,
  };
}
