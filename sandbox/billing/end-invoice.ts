// The ways an invoice ends without being paid.
import { type Place, Refusal } from '../core/define.ts';
import { cancelIntent } from '../objects/payment-intent.ts';
import { putChanged } from './changed.ts';
import { setDelinquent } from './customer-state.ts';
import { type Invoice, linesOf, paymentsOf } from './shapes.ts';

export function voidInvoice(place: Place, invoice: Invoice): Invoice {
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') throw wrongState(invoice, 'void', 'open or uncollectible');
  cancelPayments(place, invoice.id);
  const after = stopped(place, { ...invoice, status: 'void', status_transitions: { ...invoice.status_transitions, voided_at: place.now } });
  putChanged(place, 'invoice.updated', invoice, after);
  place.emit('invoice.voided', after);
  return after;
}

export function writeOff(place: Place, invoice: Invoice): Invoice {
  if (invoice.status !== 'open') throw wrongState(invoice, 'mark as uncollectible', 'open');
  const after = stopped(place, {
    ...invoice,
    status: 'uncollectible',
    status_transitions: { ...invoice.status_transitions, marked_uncollectible_at: place.now },
  });
  putChanged(place, 'invoice.updated', invoice, after);
  place.emit('invoice.marked_uncollectible', after);
  setDelinquent(place, invoice.customer, false);
  return after;
}

/** Gives up the payments that are still open; invoice-payment.ts follows what becomes of their intents. */
export function cancelPayments(place: Place, invoice: string): void {
  for (const { status, payment } of paymentsOf(place, invoice)) if (status === 'open') cancelIntent(place, payment.payment_intent, 'void_invoice');
}

/** Ends automatic collection; the invoice stays what it is. */
export function stopCollecting(place: Place, invoice: Invoice): Invoice {
  return putChanged(place, 'invoice.updated', invoice, stopped(place, invoice));
}

/** Removes a one-off draft; the items drawn into it are pending again. */
export function deleteDraft(place: Place, invoice: Invoice): { id: string; object: string } {
  if (invoice.status !== 'draft') throw new Refusal(400, { message: 'You can only delete draft invoices.', code: 'invoice_not_editable' });
  if (invoice.parent)
    throw new Refusal(400, {
      message: 'Invoices that belong to a subscription cannot be deleted; void it once it is finalized.',
      code: 'invoice_not_editable',
    });
  for (const line of linesOf(place, invoice.id)) place.remove('line_item', line.id);
  for (const item of place.all('invoiceitem', { invoice: invoice.id })) place.put({ ...item, invoice: null });
  place.due('advance_invoice', invoice.id, null);
  const answer = place.remove('invoice', invoice.id);
  place.emit('invoice.deleted', invoice);
  return answer;
}

function stopped(place: Place, invoice: Invoice): Invoice {
  place.due('advance_invoice', invoice.id, null);
  place.due('retry_invoice', invoice.id, null);
  if (invoice.status !== 'open') place.due('overdue_invoice', invoice.id, null);
  return { ...invoice, auto_advance: false, automatically_finalizes_at: null, next_payment_attempt: null };
}

function wrongState(invoice: Invoice, verb: string, needed: string): Refusal {
  return new Refusal(400, {
    message: `You can only ${verb} an invoice that is ${needed}. This invoice is ${invoice.status}.`,
    code: 'status_transition_invalid',
  });
}
