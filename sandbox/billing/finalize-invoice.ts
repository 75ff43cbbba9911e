import { belief, type Place, Refusal } from '../core/define.ts';
import { takeInvoiceNumber } from './customer-state.ts';
import { markPaid } from './settle.ts';
import type { Invoice } from './shapes.ts';

belief('the payment intent of an invoice is made with its first attempt, not when the invoice is finalised');

/** Draft → open, with a number; an invoice over nothing is paid at once. `collectAt`: the second of the first automatic attempt, null when the caller makes it. */
export function finalizeInvoice(place: Place, draft: Invoice, { advances, collectAt }: { advances: boolean; collectAt: number | null }): Invoice {
  if (draft.status !== 'draft')
    throw new Refusal(400, { message: "This invoice is already finalized, you can't re-finalize a non-draft invoice.", code: 'invoice_not_editable' });
  if (draft.total < 0) throw new Refusal(400, { message: 'This sandbox does not carry invoices whose total is below zero.' });
  if (draft.lines.data.length === 0)
    throw new Refusal(400, { message: "You can't finalize an invoice without line items.", code: 'invoice_no_customer_line_items' });
  place.due('advance_invoice', draft.id, null);
  const collects = advances && draft.collection_method === 'charge_automatically' && draft.amount_due > 0;
  const open = place.put<Invoice>({
    ...draft,
    status: 'open',
    auto_advance: advances,
    automatically_finalizes_at: null,
    due_date: draft.collection_method === 'send_invoice' ? Math.max(draft.due_date ?? 0, place.now) : null,
    effective_at: place.now,
    ending_balance: 0,
    hosted_invoice_url: `https://invoice.sandbox.example/i/${place.account}/${draft.id}`,
    invoice_pdf: `https://invoice.sandbox.example/i/${place.account}/${draft.id}/pdf`,
    next_payment_attempt: collects ? collectAt : null,
    number: draft.number ?? takeInvoiceNumber(place, draft.customer, draft.currency),
    status_transitions: { ...draft.status_transitions, finalized_at: place.now },
  });
  place.emit('invoice.finalized', open);
  if (open.amount_due === 0) return markPaid(place, open, { attempt: null });
  if (collects && collectAt !== null) place.due('retry_invoice', open.id, collectAt);
  if (open.due_date !== null) place.due('overdue_invoice', open.id, Math.max(open.due_date, place.now + 1));
  if (advances && open.collection_method === 'send_invoice') place.emit('invoice.sent', open);
  return open;
}
