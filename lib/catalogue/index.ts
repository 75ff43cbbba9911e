// The registry of mirrored types: one import per file, looked up by type, collection or id prefix.
import { balanceTransaction } from './balance-transaction.ts';
import { charge } from './charge.ts';
import { customer } from './customer.ts';
import type { Entry } from './define.ts';
import { dispute } from './dispute.ts';
import { invoicePayment } from './invoice-payment.ts';
import { invoice } from './invoice.ts';
import { lineItem } from './line-item.ts';
import { paymentIntent } from './payment-intent.ts';
import { paymentMethod } from './payment-method.ts';
import { price } from './price.ts';
import { product } from './product.ts';
import { refund } from './refund.ts';
import { subscriptionItem } from './subscription-item.ts';
import { subscriptionSchedule } from './subscription-schedule.ts';
import { subscription } from './subscription.ts';

/** In the order their histories are read: what others refer to comes first. */
export const entries: readonly Entry[] = [
  customer,
  product,
  price,
  subscription,
  subscriptionItem,
  subscriptionSchedule,
  invoice,
  lineItem,
  paymentIntent,
  charge,
  refund,
  dispute,
  balanceTransaction,
  invoicePayment,
  paymentMethod,
];

const byType = new Map(entries.map((entry) => [entry.type, entry]));
const byCollection = new Map(entries.map((entry) => [entry.collection, entry]));

export function findEntry(type: string): Entry | null {
  return byType.get(type) ?? null;
}

/** The entry of a type that this code itself names. */
export function entryOf(type: string): Entry {
  const entry = byType.get(type);
  if (!entry) throw new Error(`The catalogue has no type ${type}.`);
  return entry;
}

export function findCollection(collection: string): Entry | null {
  return byCollection.get(collection) ?? null;
}

/** A guess for a pasted id, longest prefix first ('sub_sched_' before 'sub_'). Stripe's own word on a type is `object`, never the prefix. */
export function guessByPrefix(id: string): Entry | null {
  const matches = entries.flatMap((entry) => entry.prefixes.filter((prefix) => id.startsWith(prefix)).map((prefix) => ({ entry, prefix })));
  return matches.sort((a, b) => b.prefix.length - a.prefix.length)[0]?.entry ?? null;
}
