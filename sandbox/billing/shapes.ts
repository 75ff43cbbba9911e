// The fields of billing objects that rules read and write. Each reader below casts what only this room stores.
import type { List, Place, StripeObject } from '../core/define.ts';
import type { Pace } from './period.ts';

export type Metadata = Record<string, string>;

export type Price = StripeObject & {
  active: boolean;
  currency: string;
  product: string;
  nickname: string | null;
  recurring: (Pace & { meter: string | null; trial_period_days: number | null; usage_type: string }) | null;
  type: 'recurring' | 'one_time';
  unit_amount: number | null;
  unit_amount_decimal: string;
  metadata: Metadata;
  created: number;
};

export type Item = StripeObject & {
  created: number;
  current_period_start: number;
  current_period_end: number;
  price: Price;
  quantity: number;
  metadata: Metadata;
  subscription: string;
};

export type SubscriptionStatus = 'incomplete' | 'incomplete_expired' | 'trialing' | 'active' | 'past_due' | 'unpaid' | 'canceled';

export type Subscription = StripeObject & {
  status: SubscriptionStatus;
  billing_cycle_anchor: number;
  cancel_at: number | null;
  cancel_at_period_end: boolean;
  canceled_at: number | null;
  cancellation_details: { comment: string | null; feedback: string | null; feedback_option: null; reason: string | null };
  collection_method: CollectionMethod;
  created: number;
  currency: string;
  customer: string;
  days_until_due: number | null;
  default_payment_method: string | null;
  description: string | null;
  ended_at: number | null;
  items: Omit<List, 'data'> & { data: Item[] };
  latest_invoice: string | null;
  metadata: Metadata;
  schedule: string | null;
  trial_end: number | null;
  trial_start: number | null;
};

export type CollectionMethod = 'charge_automatically' | 'send_invoice';

export type Invoice = StripeObject & {
  status: 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';
  amount_due: number;
  amount_paid: number;
  amount_paid_off_stripe: number;
  amount_remaining: number;
  attempt_count: number;
  attempted: boolean;
  auto_advance: boolean;
  automatically_finalizes_at: number | null;
  billing_reason: string;
  collection_method: CollectionMethod;
  created: number;
  currency: string;
  customer: string;
  default_payment_method: string | null;
  description: string | null;
  due_date: number | null;
  lines: List;
  metadata: Metadata;
  next_payment_attempt: number | null;
  number: string | null;
  parent: { type: 'subscription_details'; quote_details: null; subscription_details: { metadata: Metadata; subscription: string } } | null;
  status_transitions: { finalized_at: number | null; marked_uncollectible_at: number | null; paid_at: number | null; voided_at: number | null };
  total: number;
};

export type Line = StripeObject & { amount: number; invoice: string; subscription: string | null; period: { start: number; end: number } };

export type InvoiceItem = StripeObject & {
  amount: number;
  currency: string;
  customer: string;
  date: number;
  description: string | null;
  invoice: string | null;
  metadata: Metadata;
  period: { start: number; end: number };
  quantity: number;
};

export type InvoicePayment = StripeObject & {
  amount_paid: number | null;
  amount_requested: number;
  invoice: string;
  payment: { type: 'payment_intent'; payment_intent: string };
  status: 'open' | 'paid' | 'canceled';
  status_transitions: { canceled_at: number | null; paid_at: number | null };
};

export const needInvoice = (place: Place, id: string, param?: string): Invoice => place.need('invoice', id, param) as Invoice;
export const needSubscription = (place: Place, id: string, param?: string): Subscription => place.need('subscription', id, param) as Subscription;
export const needPrice = (place: Place, id: string, param?: string): Price => place.need('price', id, param) as Price;
export const findSubscription = (place: Place, id: string): Subscription | null => place.find('subscription', id) as Subscription | null;
export const findInvoice = (place: Place, id: string): Invoice | null => place.find('invoice', id) as Invoice | null;
export const itemsOf = (place: Place, subscription: string): Item[] => place.all('subscription_item', { subscription }) as Item[];
export const linesOf = (place: Place, invoice: string): Line[] => place.all('line_item', { invoice }) as Line[];
export const paymentsOf = (place: Place, invoice: string): InvoicePayment[] => place.all('invoice_payment', { invoice }) as InvoicePayment[];
/** All invoices that a subscription made, newest first. */
export const invoicesOf = (place: Place, subscription: string): Invoice[] =>
  place.all('invoice', { 'parent.subscription_details.subscription': subscription }) as Invoice[];
export const subscriptionOf = (invoice: Invoice): string | null => invoice.parent?.subscription_details.subscription ?? null;
