// What billing changes on a customer.
import { belief, type Place, Refusal } from '../core/define.ts';
import { putChanged } from './changed.ts';

belief('the next invoice number moves on without customer.updated');

/** The next invoice number of the customer; their first invoice also fixes their currency. */
export function takeInvoiceNumber(place: Place, customer: string, currency: string): string {
  const before = place.find('customer', customer);
  if (!before) throw new Refusal(400, { message: `The customer ${customer} of this invoice has been deleted.`, code: 'invoice_not_editable' });
  const sequence = Number(before.next_invoice_sequence ?? 1);
  const after = { ...before, next_invoice_sequence: sequence + 1 };
  if (before.currency) place.put(after);
  else putChanged(place, 'customer.updated', before, { ...after, currency });
  return `${String(before.invoice_prefix ?? customer.slice(-8).toUpperCase())}-${String(sequence).padStart(4, '0')}`;
}

/** Follows the latest thing that happened to any of the customer's invoices. */
export function setDelinquent(place: Place, customer: string, delinquent: boolean): void {
  const before = place.find('customer', customer);
  if (before && (before.delinquent ?? false) !== delinquent) putChanged(place, 'customer.updated', before, { ...before, delinquent });
}

/** The method an invoice without one of its own is paid with. */
export function defaultMethodOf(place: Place, customer: string): string | null {
  const found = place.find('customer', customer);
  const settings = found?.invoice_settings as { default_payment_method?: string | null } | undefined; // stored by the customer's own rules
  const source = found?.default_source;
  return settings?.default_payment_method ?? (typeof source === 'string' ? source : null);
}
