// Attempts to get an invoice paid: by the clock, by a person, and by a customer who authenticates later.
import { type Place, Refusal, type StripeObject } from '../core/define.ts';
import { confirmIntent, pay } from '../objects/payment-intent.ts';
import { credit } from './attach-payment.ts';
import { defaultMethodOf } from './customer-state.ts';
import { finalizeInvoice } from './finalize-invoice.ts';
import { markFailed, markPaid } from './settle.ts';
import { findSubscription, type Invoice, type InvoicePayment, needInvoice, paymentsOf, subscriptionOf } from './shapes.ts';

type Attempted = { invoice: Invoice; outcome: 'paid' | 'requires_action' | 'declined'; refusal: Refusal | null; intent: StripeObject | null };

/** Payment intents whose attempt is being made here: their events are not answered twice. */
const underWay = new Set<string>();

/** One attempt on an open invoice, with the method given or the one that stands on invoice, subscription or customer. */
export function attempt(place: Place, invoice: Invoice, { method, automatic }: { method?: string | null; automatic: boolean }): Attempted {
  const chosen = usable(place, invoice, method ?? methodOf(place, invoice));
  if (!chosen) {
    const refusal = noMethod();
    return { invoice: markFailed(place, invoice, { automatic, refusal }), outcome: 'declined', refusal, intent: null };
  }
  const open = paymentsOf(place, invoice.id).find((one) => one.status === 'open' && one.is_default);
  const { intent, outcome, refusal } = open ? again(place, open.payment.payment_intent, chosen) : firstTime(place, invoice, chosen);
  const payment = open ?? newPayment(place, invoice, intent.id);
  const current = needInvoice(place, invoice.id);
  if (outcome === 'succeeded')
    return { invoice: markPaid(place, current, { payment, attempt: automatic ? 'automatic' : 'by hand' }), outcome: 'paid', refusal: null, intent };
  const waits = outcome === 'requires_action';
  return { invoice: markFailed(place, current, { automatic, refusal: waits ? null : (refusal ?? noMethod()) }), outcome, refusal, intent };
}

/** The clock's turn: finalises a draft whose hour is over, then tries to get it paid. */
export function advance(place: Place, invoice: Invoice): void {
  if (invoice.status !== 'draft' || !invoice.auto_advance) return;
  const open = finalizeInvoice(place, invoice, { advances: true, collectAt: null });
  if (open.status === 'open' && open.collection_method === 'charge_automatically') attempt(place, open, { automatic: true });
}

export function retry(place: Place, invoice: Invoice): void {
  if (invoice.status === 'open' && invoice.auto_advance) attempt(place, invoice, { automatic: true });
}

/** A payment that had to wait for its customer came through, or failed. */
export function intentSettled(place: Place, intent: StripeObject, succeeded: boolean): void {
  if (underWay.has(intent.id)) return;
  const [payment] = place.all('invoice_payment', { 'payment.payment_intent': intent.id }) as InvoicePayment[]; // stored below
  if (payment?.status !== 'open') return;
  const invoice = needInvoice(place, payment.invoice);
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') return;
  if (succeeded) credit(place, invoice, payment, intent);
  else if (payment.is_default) markFailed(place, invoice, { automatic: false, refusal: noMethod() });
}

/** The intent of a payment is gone: a further attempt makes another. */
export function intentCanceled(place: Place, intent: StripeObject): void {
  for (const payment of place.all('invoice_payment', { 'payment.payment_intent': intent.id }))
    place.put({ ...payment, status: 'canceled', status_transitions: { canceled_at: place.now, paid_at: null } });
}

export function methodOf(place: Place, invoice: Invoice): string | null {
  const subscription = subscriptionOf(invoice);
  return (
    invoice.default_payment_method ??
    (subscription ? findSubscription(place, subscription)?.default_payment_method : null) ??
    defaultMethodOf(place, invoice.customer)
  );
}

/** A default that was detached since is no method any more. */
function usable(place: Place, invoice: Invoice, method: string | null): string | null {
  if (!method?.startsWith('pm_')) return method;
  return place.find('payment_method', method)?.customer === invoice.customer ? method : null;
}

function firstTime(place: Place, invoice: Invoice, method: string): ReturnType<typeof pay> {
  return pay(place, {
    amount: invoice.amount_remaining,
    currency: invoice.currency,
    customer: invoice.customer,
    method,
    description: DESCRIPTIONS[invoice.billing_reason] ?? 'Payment for Invoice',
    offSession: invoice.billing_reason === 'subscription_cycle',
  });
}

const DESCRIPTIONS: Readonly<Record<string, string>> = { subscription_create: 'Subscription creation', subscription_cycle: 'Subscription update' };

function again(place: Place, intent: string, method: string): ReturnType<typeof confirmIntent> {
  underWay.add(intent);
  try {
    return confirmIntent(place, intent, method);
  } finally {
    underWay.delete(intent);
  }
}

function newPayment(place: Place, invoice: Invoice, intent: string): InvoicePayment {
  return place.put<InvoicePayment>({
    id: place.newId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_remaining,
    created: place.now,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: place.livemode,
    payment: { type: 'payment_intent', payment_intent: intent },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
}

export function noMethod(): Refusal {
  return new Refusal(400, {
    message: 'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
    code: 'resource_missing',
  });
}
