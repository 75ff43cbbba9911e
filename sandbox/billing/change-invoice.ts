// Invoices that a merchant writes, and what may still be changed on one.
import { type Params, type Place, Refusal } from '../core/define.ts';
import { flag, integer, mergedMetadata, missing, needText, textOr, text } from '../core/given.ts';
import { currencyOf, oneOf, only, wholeNumber } from './asked.ts';
import { putChanged } from './changed.ts';
import { methodFor } from './change-subscription.ts';
import { newInvoice } from './new-invoice.ts';
import { pendingItems } from './renew.ts';
import type { CollectionMethod, Invoice } from './shapes.ts';

const DAY = 86_400;
const HOUR = 3600;

export function invoiceFrom(place: Place, params: Params): Invoice {
  only(params, [
    'auto_advance',
    'collection_method',
    'currency',
    'customer',
    'days_until_due',
    'default_payment_method',
    'description',
    'due_date',
    'footer',
    'metadata',
    'pending_invoice_items_behavior',
    'statement_descriptor',
  ]);
  const customer = place.need('customer', needText(params, 'customer'), 'customer');
  const collection = oneOf(params, 'collection_method', ['charge_automatically', 'send_invoice']) ?? 'charge_automatically';
  const includes = oneOf(params, 'pending_invoice_items_behavior', ['exclude', 'include']) === 'include';
  const currency =
    currencyOf(params) ?? (typeof customer.currency === 'string' ? customer.currency : (firstPending(place, customer.id) ?? place.merchant.currency));
  const dueDate = dueDateIn(place, collection, params);
  if (collection === 'send_invoice' && dueDate === null) throw missing('days_until_due');
  const invoice = newInvoice(
    place,
    {
      customer,
      currency,
      reason: 'manual',
      collection,
      advances: flag(params, 'auto_advance') ?? false,
      dueDate,
      description: text(params, 'description') ?? null,
      footer: text(params, 'footer') ?? null,
      method: methodFor(place, customer.id, params, null),
      statement: text(params, 'statement_descriptor') ?? null,
      metadata: mergedMetadata(null, params),
    },
    () => [],
    includes ? pendingItems(place, customer.id, currency) : [],
  );
  place.emit('invoice.created', invoice);
  return invoice;
}

export function changeInvoice(place: Place, before: Invoice, params: Params): Invoice {
  only(params, [
    'auto_advance',
    'collection_method',
    'days_until_due',
    'default_payment_method',
    'description',
    'due_date',
    'footer',
    'metadata',
    'statement_descriptor',
  ]);
  const draft = before.status === 'draft';
  const late = Object.keys(params).find((name) => !['auto_advance', 'default_payment_method', 'metadata'].includes(name));
  if (!draft && late)
    throw new Refusal(400, {
      message: `This invoice is ${before.status} and its ${late} can't be changed any more.`,
      code: 'invoice_not_editable',
      param: late,
    });
  const collection = oneOf(params, 'collection_method', ['charge_automatically', 'send_invoice']) ?? before.collection_method;
  const dueDate = dueDateIn(place, collection, params) ?? (collection === 'send_invoice' ? before.due_date : null);
  if (collection === 'send_invoice' && dueDate === null) throw missing('days_until_due');
  return putChanged<Invoice>(place, 'invoice.updated', before, {
    ...before,
    ...advancing(place, before, flag(params, 'auto_advance') ?? before.auto_advance, collection),
    collection_method: collection,
    default_payment_method: methodFor(place, before.customer, params, before.default_payment_method),
    description: textOr(params, 'description', before.description),
    due_date: dueDate,
    footer: textOr(params, 'footer', before.footer),
    metadata: mergedMetadata(before.metadata, params),
    statement_descriptor: textOr(params, 'statement_descriptor', before.statement_descriptor),
  });
}

/** Sets the clock when automatic collection is turned on or off. */
function advancing(place: Place, invoice: Invoice, on: boolean, collection: CollectionMethod): Partial<Invoice> {
  if (on === invoice.auto_advance) return {};
  const at = on ? place.now + HOUR : null;
  if (invoice.status === 'draft') {
    place.due('advance_invoice', invoice.id, at);
    return { auto_advance: on, automatically_finalizes_at: at, next_payment_attempt: collection === 'charge_automatically' ? at : null };
  }
  if (invoice.status !== 'open')
    throw new Refusal(400, { message: `An invoice that is ${invoice.status} does not advance.`, code: 'invoice_not_editable', param: 'auto_advance' });
  const next = collection === 'charge_automatically' ? at : null;
  place.due('retry_invoice', invoice.id, next);
  return { auto_advance: on, next_payment_attempt: next };
}

function dueDateIn(place: Place, collection: CollectionMethod, params: Params): number | null {
  const days = wholeNumber(params, 'days_until_due', 0, 3650);
  const date = integer(params, 'due_date');
  if (days === undefined && date === undefined) return null;
  if (collection !== 'send_invoice')
    throw new Refusal(400, {
      message: 'You can only set a due date if the `collection_method` is `send_invoice`.',
      param: days === undefined ? 'due_date' : 'days_until_due',
    });
  if (date === undefined) return place.now + (days ?? 0) * DAY;
  if (date <= place.now) throw new Refusal(400, { message: 'The due date must be in the future.', param: 'due_date' });
  return date;
}

function firstPending(place: Place, customer: string): string | null {
  const item = place.all('invoiceitem', { customer }).find((one) => one.invoice === null);
  return item ? String(item.currency) : null;
}
