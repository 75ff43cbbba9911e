import type { Place, StripeObject } from '../core/define.ts';
import { embeddedList } from '../core/embedded-list.ts';
import { itemLine } from './new-line.ts';
import { type CollectionMethod, type Invoice, type InvoiceItem, type Line, linesOf, type Metadata, type Subscription } from './shapes.ts';
import { sumOf } from './totals.ts';

const DAY = 86_400;
const HOUR = 3600;

export type InvoiceOrder = {
  customer: StripeObject;
  currency: string;
  reason: 'manual' | 'subscription_create' | 'subscription_cycle' | 'subscription_update' | 'upcoming';
  collection: CollectionMethod;
  advances: boolean;
  daysUntilDue?: number | null;
  dueDate?: number | null;
  subscription?: Subscription;
  period?: { start: number; end: number };
  description?: string | null;
  footer?: string | null;
  method?: string | null;
  statement?: string | null;
  metadata?: Metadata;
};

/** A draft with its lines, stored; its caller says `invoice.created` once what it belongs to is told. `lines` writes them for the new invoice's id. */
export function newInvoice(place: Place, order: InvoiceOrder, lines: (invoice: string) => readonly Line[], pending: readonly InvoiceItem[] = []): Invoice {
  const invoice = draftOf(place, place.newId('in'), order, []);
  for (const line of lines(invoice.id).toReversed()) place.put(line); // lists show the newest first
  for (const item of pending) drawIn(place, invoice.id, item);
  const filled = place.put(withLines(place, invoice));
  if (filled.automatically_finalizes_at !== null) place.due('advance_invoice', filled.id, filled.automatically_finalizes_at);
  return filled;
}

/** The invoice as it would be drawn up, stored nowhere. */
export function draftOf(place: Place, id: string, order: InvoiceOrder, lines: readonly Line[]): Invoice {
  const { customer, subscription } = order;
  const sums = sumOf(lines.map((line) => line.amount));
  const dueDate = order.dueDate ?? (order.collection === 'send_invoice' ? place.now + (order.daysUntilDue ?? 30) * DAY : null);
  return {
    id,
    object: 'invoice',
    account_country: place.merchant.country,
    account_name: place.merchant.name,
    account_tax_ids: null,
    ...sums,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_paid_off_stripe: 0,
    amount_shipping: 0,
    application: place.application,
    attempt_count: 0,
    attempted: false,
    auto_advance: order.advances,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: order.advances ? place.now + HOUR : null,
    billing_reason: order.reason,
    collection_method: order.collection,
    created: place.now,
    currency: order.currency,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: customer.address ?? null,
    customer_email: customer.email ?? null,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: customer.shipping ?? null,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    customer_tax_ids: [],
    default_payment_method: order.method ?? null,
    default_source: null,
    default_tax_rates: [],
    description: order.description ?? null,
    discounts: [],
    due_date: dueDate,
    effective_at: null,
    ending_balance: null,
    footer: order.footer ?? null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: embeddedList(`/v1/invoices/${id}/lines`, lines),
    livemode: place.livemode,
    metadata: order.metadata ?? {},
    next_payment_attempt: order.advances && order.collection === 'charge_automatically' ? place.now + HOUR : null,
    number: null,
    on_behalf_of: null,
    parent: subscription
      ? { type: 'subscription_details', quote_details: null, subscription_details: { metadata: subscription.metadata, subscription: subscription.id } }
      : null,
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: order.period?.end ?? place.now,
    period_start: order.period?.start ?? place.now,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: order.statement ?? null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal_excluding_tax: sums.subtotal,
    test_clock: null,
    total_discount_amounts: [],
    total_excluding_tax: sums.total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: place.now,
  };
}

/** The draft with the lines that are stored for it now, and their sums. */
export function withLines(place: Place, invoice: Invoice): Invoice {
  const lines = linesOf(place, invoice.id);
  const sums = sumOf(lines.map((line) => line.amount));
  return {
    ...invoice,
    ...sums,
    subtotal_excluding_tax: sums.subtotal,
    total_excluding_tax: sums.total,
    lines: embeddedList(`/v1/invoices/${invoice.id}/lines`, lines),
  };
}

/** Puts a pending item onto an invoice: it becomes a line there and is pending no more. */
export function drawIn(place: Place, invoice: string, item: InvoiceItem): void {
  place.put({ ...item, invoice });
  place.put(itemLine(place, invoice, item));
}
