import { type ObjectType, type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { flag, hash, mergedMetadata, needText, text, textOr } from '../core/given.ts';
import { currencyOf, only, wholeNumber } from '../billing/asked.ts';
import { putChanged } from '../billing/changed.ts';
import { drawIn, withLines } from '../billing/new-invoice.ts';
import { itemLine, priceDetails } from '../billing/new-line.ts';
import { type Invoice, type InvoiceItem, linesOf, needInvoice, needPrice } from '../billing/shapes.ts';
import { lineAmount } from '../billing/totals.ts';

export const invoiceItem: ObjectType = {
  object: 'invoiceitem',
  prefix: 'ii',
  collection: 'invoiceitems',
  indexes: ['customer', 'invoice'],
  expandable: { customer: 'customer', invoice: 'invoice' },
  listFilters: { customer: 'customer', invoice: 'invoice' },
  listed: (one, params) => (flag(params, 'pending') ?? one.invoice === null) === (one.invoice === null),
  routes: [
    { method: 'POST', path: '/v1/invoiceitems', run: (place, { params }) => create(place, params) },
    { method: 'POST', path: '/v1/invoiceitems/{id}', run: (place, { params, path }) => update(place, editable(place, path.id ?? ''), params) },
    {
      method: 'DELETE',
      path: '/v1/invoiceitems/{id}',
      run: (place, { path }) => {
        const one = editable(place, path.id ?? '');
        const answer = place.remove('invoiceitem', one.id);
        place.emit('invoiceitem.deleted', one);
        if (one.invoice) redraw(place, one.invoice, one, null);
        return answer;
      },
    },
  ],
};

const CARRIED = ['amount', 'currency', 'customer', 'description', 'invoice', 'metadata', 'period', 'pricing', 'quantity', 'unit_amount_decimal'];

function create(place: Place, params: Params): InvoiceItem {
  only(params, CARRIED);
  const customer = place.need('customer', needText(params, 'customer'), 'customer');
  const onto = text(params, 'invoice') ? needInvoice(place, needText(params, 'invoice'), 'invoice') : null;
  const sold = amountOf(place, params, String(onto?.currency ?? customer.currency ?? place.merchant.currency));
  if (onto) checkDraft(onto, customer, sold.currency);
  const item = place.put<InvoiceItem>({
    id: place.newId('ii'),
    object: 'invoiceitem',
    customer: customer.id,
    customer_account: null,
    date: place.now,
    description: text(params, 'description') ?? sold.name,
    discountable: true,
    discounts: [],
    invoice: null,
    livemode: place.livemode,
    metadata: mergedMetadata(null, params),
    parent: null,
    period: periodOf(place, params),
    proration: false,
    tax_rates: [],
    test_clock: null,
    amount: sold.amount,
    currency: sold.currency,
    pricing: sold.pricing,
    quantity: sold.quantity,
    quantity_decimal: String(sold.quantity),
  });
  if (!onto) {
    place.emit('invoiceitem.created', item);
    return item;
  }
  const drawn = { ...item, invoice: onto.id };
  drawIn(place, onto.id, item);
  place.emit('invoiceitem.created', drawn);
  putChanged(place, 'invoice.updated', onto, withLines(place, onto));
  return drawn;
}

function update(place: Place, before: InvoiceItem, params: Params): InvoiceItem {
  only(params, ['amount', 'description', 'metadata']);
  const amount = wholeNumber(params, 'amount', -99_999_999) ?? before.amount;
  const after = place.put<InvoiceItem>({
    ...before,
    amount,
    description: textOr(params, 'description', before.description),
    metadata: mergedMetadata(before.metadata, params),
    pricing: amount === before.amount ? before.pricing : { type: 'price_details', unit_amount_decimal: String(amount) },
  });
  if (after.invoice) redraw(place, after.invoice, before, after);
  return after;
}

/** The line an item made on its draft is written anew, or taken off. */
function redraw(place: Place, invoice: string, before: InvoiceItem, after: InvoiceItem | null): void {
  for (const line of linesOf(place, invoice)) {
    const details = (line.parent as { invoice_item_details: { invoice_item: string } | null }).invoice_item_details; // written by itemLine
    if (details?.invoice_item !== before.id) continue;
    if (after) place.put({ ...itemLine(place, invoice, after), id: line.id });
    else place.remove('line_item', line.id);
  }
  const draft = needInvoice(place, invoice);
  putChanged(place, 'invoice.updated', draft, withLines(place, draft));
}

function editable(place: Place, id: string): InvoiceItem {
  const one = place.need('invoiceitem', id) as InvoiceItem; // stored by these routes
  if (one.invoice && needInvoice(place, one.invoice).status !== 'draft')
    throw new Refusal(400, { message: 'This invoice item is on an invoice that is no longer editable.', code: 'invoice_not_editable' });
  return one;
}

function checkDraft(onto: Invoice, customer: StripeObject, currency: string): void {
  if (onto.status !== 'draft')
    throw new Refusal(400, { message: "This invoice is no longer editable: you can't add an item to it.", code: 'invoice_not_editable', param: 'invoice' });
  if (onto.customer !== customer.id) throw new Refusal(400, { message: `The invoice ${onto.id} belongs to another customer.`, param: 'invoice' });
  if (onto.currency !== currency)
    throw new Refusal(400, {
      message: `The currency of the invoice item (${currency}) does not match that of the invoice (${onto.currency}).`,
      param: 'currency',
    });
}

type Sold = { amount: number; currency: string; quantity: number; pricing: unknown; name: string | null };

function amountOf(place: Place, params: Params, fallback: string): Sold {
  const quantity = wholeNumber(params, 'quantity', 0) ?? 1;
  const priced = hash(params, 'pricing');
  if (priced) {
    only(priced, ['price']);
    const price = needPrice(place, needText(priced, 'price'), 'pricing[price]');
    if (price.recurring) throw new Refusal(400, { message: 'The price specified must have `type=one_time`.', param: 'pricing[price]' });
    const name = String(place.find('product', price.product)?.name ?? price.product);
    const unit = price.unit_amount_decimal;
    return { amount: lineAmount(unit, quantity), currency: price.currency, quantity, pricing: priceDetails(price.id, price.product, unit), name };
  }
  const currency = currencyOf(params) ?? fallback;
  const unit = text(params, 'unit_amount_decimal');
  const whole = wholeNumber(params, 'amount', -99_999_999);
  if (unit) return { amount: lineAmount(unit, quantity), currency, quantity, pricing: { type: 'price_details', unit_amount_decimal: unit }, name: null };
  if (whole === undefined)
    throw new Refusal(400, { message: 'You must specify either `amount`, `unit_amount_decimal` or `pricing`.', code: 'parameter_missing', param: 'amount' });
  return { amount: whole, currency, quantity: 1, pricing: { type: 'price_details', unit_amount_decimal: String(whole) }, name: null };
}

function periodOf(place: Place, params: Params): { start: number; end: number } {
  const given = hash(params, 'period');
  const start = given ? wholeNumber(given, 'start', 0, 1e11) : undefined;
  const end = given ? wholeNumber(given, 'end', 0, 1e11) : undefined;
  if ((start ?? place.now) > (end ?? start ?? place.now)) throw new Refusal(400, { message: 'period[start] must be before period[end].', param: 'period' });
  return { start: start ?? place.now, end: end ?? start ?? place.now };
}
