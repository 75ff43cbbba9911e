// Lines of invoices, from subscription items and from invoice items.
import type { Place } from '../core/define.ts';
import { moneyText } from '../console/money-text.ts';
import type { InvoiceItem, Item, Line, Subscription } from './shapes.ts';
import { lineAmount } from './totals.ts';

type Period = { start: number; end: number };
type LineParent =
  | { subscription_item_details: { [field: string]: unknown }; invoice_item_details: null; type: 'subscription_item_details' }
  | { subscription_item_details: null; invoice_item_details: { [field: string]: unknown }; type: 'invoice_item_details' };

/** One item for one period; during a trial it costs nothing. */
export function subscriptionLine(place: Place, invoice: string, subscription: Subscription, item: Item, period: Period, trial: boolean): Line {
  const { price, quantity } = item;
  const unit = trial ? '0' : price.unit_amount_decimal;
  return blankLine(place, {
    invoice,
    amount: lineAmount(unit, quantity),
    currency: price.currency,
    description: trial ? `Trial period for ${productName(place, price.product)}` : `${quantity} × ${productName(place, price.product)} (at ${rate(item)})`,
    metadata: subscription.metadata,
    parent: {
      type: 'subscription_item_details',
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: { credited_items: null },
        subscription: subscription.id,
        subscription_item: item.id,
      },
    },
    period,
    pricing: priceDetails(price.id, price.product, unit),
    quantity,
    subscription: subscription.id,
  });
}

export function itemLine(place: Place, invoice: string, item: InvoiceItem): Line {
  return blankLine(place, {
    invoice,
    amount: item.amount,
    currency: item.currency,
    description: item.description,
    metadata: item.metadata,
    parent: {
      type: 'invoice_item_details',
      subscription_item_details: null,
      invoice_item_details: { invoice_item: item.id, proration: false, proration_details: { credited_items: null }, subscription: null },
    },
    period: item.period,
    pricing: item.pricing,
    quantity: item.quantity,
    subscription: null,
  });
}

export function priceDetails(price: string, product: string, unit: string): { [field: string]: unknown } {
  return { price_details: { price, product }, type: 'price_details', unit_amount_decimal: unit };
}

type Given = Pick<Line, 'amount' | 'invoice' | 'period' | 'subscription'> & {
  currency: string;
  description: string | null;
  metadata: object;
  parent: LineParent;
  pricing: unknown;
  quantity: number;
};

function blankLine(place: Place, given: Given): Line {
  return {
    id: place.newId('il'),
    object: 'line_item',
    discount_amounts: [],
    discountable: true,
    discounts: [],
    livemode: place.livemode,
    pretax_credit_amounts: [],
    quantity_decimal: String(given.quantity),
    subtotal: given.amount,
    taxes: [],
    ...given,
  };
}

function productName(place: Place, product: string): string {
  return String(place.find('product', product)?.name ?? product);
}

function rate({ price }: Item): string {
  const each = price.unit_amount === null ? `${price.unit_amount_decimal} ${price.currency.toUpperCase()}` : moneyText(price.unit_amount, price.currency);
  const { interval, interval_count } = price.recurring ?? { interval: 'month', interval_count: 1 };
  return `${each} / ${interval_count === 1 ? interval : `every ${interval_count} ${interval}s`}`;
}
