// What a merchant or a customer does to an invoice by hand: finalise, send, pay.
import { type Params, type Place, Refusal } from '../core/define.ts';
import { flag, text } from '../core/given.ts';
import { only } from './asked.ts';
import { attempt, methodOf, noMethod } from './collect.ts';
import { finalizeInvoice } from './finalize-invoice.ts';
import { markPaid } from './settle.ts';
import type { Invoice } from './shapes.ts';

const HOUR = 3600;

export function finalizeByHand(place: Place, invoice: Invoice, params: Params): Invoice {
  only(params, ['auto_advance']);
  return finalizeInvoice(place, invoice, { advances: flag(params, 'auto_advance') ?? invoice.auto_advance, collectAt: place.now + HOUR });
}

export function sendByHand(place: Place, invoice: Invoice, params: Params): Invoice {
  only(params, []);
  if (invoice.collection_method !== 'send_invoice')
    throw new Refusal(400, { message: 'You can only manually send an invoice if its collection method is `send_invoice`.' });
  const open = invoice.status === 'draft' ? finalizeInvoice(place, invoice, { advances: false, collectAt: null }) : invoice;
  if (open.status !== 'open' && open.status !== 'paid')
    throw new Refusal(400, { message: `An invoice that is ${open.status} can't be sent.`, code: 'invoice_not_editable' });
  place.emit('invoice.sent', open);
  return open;
}

/** Finalises a draft first. A card that is refused leaves its attempt behind. */
export function payByHand(place: Place, invoice: Invoice, params: Params): Invoice {
  only(params, ['payment_method', 'paid_out_of_band', 'off_session']);
  if (invoice.status === 'paid') throw new Refusal(400, { message: 'Invoice is already paid' });
  if (invoice.status === 'void') throw new Refusal(400, { message: 'Voided invoices cannot be paid.' });
  const off = flag(params, 'paid_out_of_band') ?? false;
  const method = off ? null : chosenMethod(place, invoice, params);
  const open = invoice.status === 'draft' ? finalizeInvoice(place, invoice, { advances: invoice.auto_advance, collectAt: place.now + HOUR }) : invoice;
  if (open.status === 'paid') return open;
  if (off) return markPaid(place, open, { attempt: null, off: true });
  if (!method) throw noMethod();
  const tried = attempt(place, open, { method, automatic: false });
  if (tried.outcome === 'paid') return tried.invoice;
  if (tried.outcome === 'requires_action')
    throw new Refusal(
      402,
      {
        type: 'card_error',
        message:
          'This payment requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent associated with the invoice.',
        code: 'invoice_payment_intent_requires_action',
        payment_intent: tried.intent,
      },
      true,
    );
  const refusal = tried.refusal ?? noMethod();
  throw new Refusal(refusal.status, refusal.error, true);
}

function chosenMethod(place: Place, invoice: Invoice, params: Params): string | null {
  const asked = text(params, 'payment_method');
  if (!asked) return methodOf(place, invoice);
  const method = place.need('payment_method', asked, 'payment_method');
  if (method.customer !== invoice.customer)
    throw new Refusal(400, {
      message: 'The payment method must be attached to the customer of the invoice.',
      code: 'resource_missing',
      param: 'payment_method',
    });
  return method.id;
}
