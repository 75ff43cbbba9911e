// A payment made for an invoice beside its own: attached to it, and credited once it has succeeded. So an invoice is paid in several payments.
import { belief, type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { needText } from '../core/given.ts';
import { only } from './asked.ts';
import { putChanged } from './changed.ts';
import { cancelPayments } from './end-invoice.ts';
import { markPaid } from './settle.ts';
import { type Invoice, type InvoicePayment, needInvoice, paymentsOf } from './shapes.ts';

belief('a payment of another customer, currency or invoice, a canceled one, or one above what remains, is not attached to an invoice');
belief('once part of an invoice is paid by an attached payment, its own open payment is canceled and the next attempt asks for what remains');

/** `POST /v1/invoices/{id}/attach_payment`, for payment intents. */
export function attachPayment(place: Place, invoice: Invoice, params: Params): Invoice {
  only(params, ['payment_intent']);
  const intent = place.need('payment_intent', needText(params, 'payment_intent'), 'payment_intent');
  const refuse = (message: string) => new Refusal(400, { message, param: 'payment_intent' });
  if (invoice.status !== 'open') throw new Refusal(400, { message: `A payment can only be attached to an open invoice; this one is ${invoice.status}.` });
  if (intent.customer !== invoice.customer) throw refuse('The payment intent must be of the customer of the invoice.');
  if (intent.currency !== invoice.currency) throw refuse('The payment intent must be in the currency of the invoice.');
  if (intent.status === 'canceled') throw refuse('A canceled payment intent cannot be attached to an invoice.');
  if (place.all('invoice_payment', { 'payment.payment_intent': intent.id }).length > 0) throw refuse('The payment intent is attached to an invoice already.');
  if (Number(intent.amount) > invoice.amount_remaining) throw refuse('The payment intent is larger than what remains of the invoice.');
  const payment = place.put<InvoicePayment>({
    id: place.newId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: Number(intent.amount),
    created: place.now,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: false,
    livemode: place.livemode,
    payment: { type: 'payment_intent', payment_intent: intent.id },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
  return intent.status === 'succeeded' ? credit(place, invoice, payment, intent) : invoice;
}

/** What came by a payment lessens what remains; the last of it pays the invoice. */
export function credit(place: Place, invoice: Invoice, payment: InvoicePayment, intent: StripeObject): Invoice {
  const amount = Number(intent.amount_received);
  if (amount >= invoice.amount_remaining) return markPaid(place, invoice, { payment, attempt: payment.is_default ? 'by hand' : null });
  const paid = place.put<InvoicePayment>({ ...payment, amount_paid: amount, status: 'paid', status_transitions: { canceled_at: null, paid_at: place.now } });
  if (paymentsOf(place, invoice.id).some(({ status, is_default }) => status === 'open' && is_default)) cancelPayments(place, invoice.id);
  const now = needInvoice(place, invoice.id);
  const after = putChanged<Invoice>(place, 'invoice.updated', now, {
    ...now,
    amount_paid: now.amount_paid + amount,
    amount_remaining: now.amount_remaining - amount,
  });
  place.emit('invoice_payment.paid', paid);
  return after;
}
