// What follows when an invoice is paid, or an attempt to pay it fails: for the invoice, its payment, its customer and its subscription.
import { belief, type Place, type Refusal } from '../core/define.ts';
import { putChanged } from './changed.ts';
import { setDelinquent } from './customer-state.ts';
import { cancelPayments } from './end-invoice.ts';
import { endSubscription } from './end-subscription.ts';
import { nextAttempt } from './retries.ts';
import { afterLastRetry } from './settings.ts';
import { findSubscription, type Invoice, type InvoicePayment, needInvoice, type Subscription, type SubscriptionStatus, subscriptionOf } from './shapes.ts';

belief('an invoice paid out of band counts as paid in amount_paid, and in amount_paid_off_stripe beside it');
belief('an invoice whose payment waits for the customer sends invoice.payment_action_required and not invoice.payment_failed');

/** `off` says that the money did not come through Stripe. */
export function markPaid(place: Place, invoice: Invoice, by: { payment?: InvoicePayment; attempt: 'automatic' | 'by hand' | null; off?: boolean }): Invoice {
  const paid = invoice.amount_due;
  const last = invoice.amount_remaining;
  place.due('retry_invoice', invoice.id, null);
  place.due('overdue_invoice', invoice.id, null);
  if (by.off) cancelPayments(place, invoice.id);
  const payment =
    by.payment &&
    place.put<InvoicePayment>({ ...by.payment, amount_paid: last, status: 'paid', status_transitions: { canceled_at: null, paid_at: place.now } });
  const after = putChanged<Invoice>(place, 'invoice.updated', invoice, {
    ...invoice,
    status: 'paid',
    amount_paid: paid,
    amount_paid_off_stripe: by.off ? last : 0,
    amount_remaining: 0,
    attempt_count: attemptsAfter(invoice, by.attempt),
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    status_transitions: { ...invoice.status_transitions, paid_at: place.now },
  });
  if (payment) place.emit('invoice_payment.paid', payment);
  place.emit('invoice.paid', after);
  if (!by.off) place.emit('invoice.payment_succeeded', after);
  setDelinquent(place, invoice.customer, false);
  latestIsSettled(place, after);
  return after;
}

export function markFailed(place: Place, invoice: Invoice, by: { automatic: boolean; refusal: Refusal | null }): Invoice {
  const attempts = attemptsAfter(invoice, by.automatic ? 'automatic' : 'by hand');
  const retries =
    by.automatic && invoice.auto_advance && invoice.collection_method === 'charge_automatically' && invoice.billing_reason !== 'subscription_create';
  const next = retries ? nextAttempt(attempts, place.now) : by.automatic ? null : invoice.next_payment_attempt;
  place.due('retry_invoice', invoice.id, next);
  const after = putChanged<Invoice>(place, 'invoice.updated', invoice, { ...invoice, attempt_count: attempts, attempted: true, next_payment_attempt: next });
  place.emit(by.refusal ? 'invoice.payment_failed' : 'invoice.payment_action_required', after);
  if (by.automatic) setDelinquent(place, invoice.customer, true);
  const subscription = subscriptionIn(place, invoice, ['active', 'trialing', 'past_due']);
  if (!subscription || !by.automatic) return after;
  if (retries && next === null) giveUp(place, subscription);
  else setStatus(place, subscription, 'past_due');
  return needInvoice(place, invoice.id);
}

/** Automatic attempts move the calendar of retries on; a person's attempts do not, save the first. */
function attemptsAfter(invoice: Invoice, attempt: 'automatic' | 'by hand' | null): number {
  if (attempt === 'automatic') return invoice.attempt_count + 1;
  return attempt ? Math.max(1, invoice.attempt_count) : invoice.attempt_count;
}

/** A due date has passed. */
export function markOverdue(place: Place, invoice: Invoice): void {
  place.emit('invoice.overdue', invoice);
  setDelinquent(place, invoice.customer, true);
  const subscription = subscriptionIn(place, invoice, ['active', 'trialing']);
  if (subscription) setStatus(place, subscription, 'past_due');
}

/** Paying, voiding or writing off the newest invoice puts its subscription in order again. */
export function latestIsSettled(place: Place, invoice: Invoice): void {
  const subscription = subscriptionIn(place, invoice, ['incomplete', 'past_due', 'unpaid']);
  if (subscription?.latest_invoice !== invoice.id) return;
  if (subscription.status === 'incomplete' && invoice.status !== 'paid') return;
  if (subscription.status === 'incomplete') place.due('expire_subscription', subscription.id, null);
  setStatus(place, subscription, 'active');
}

function setStatus(place: Place, subscription: Subscription, status: SubscriptionStatus): Subscription {
  return putChanged<Subscription>(place, 'customer.subscription.updated', subscription, { ...subscription, status });
}

function giveUp(place: Place, subscription: Subscription): void {
  const after = afterLastRetry(place);
  if (after === 'cancel') endSubscription(place, subscription, { reason: 'payment_failed' });
  else setStatus(place, subscription, after);
}

function subscriptionIn(place: Place, invoice: Invoice, states: readonly SubscriptionStatus[]): Subscription | null {
  const id = subscriptionOf(invoice);
  const subscription = id ? findSubscription(place, id) : null;
  return subscription && states.includes(subscription.status) ? subscription : null;
}
