import type { ObjectType } from '../core/define.ts';
import { intentCanceled, intentSettled } from '../billing/collect.ts';

export const invoicePayment: ObjectType = {
  object: 'invoice_payment',
  prefix: 'inpay',
  collection: 'invoice_payments',
  indexes: ['invoice', 'status', 'payment.type', 'payment.payment_intent'],
  expandable: { invoice: 'invoice', 'payment.payment_intent': 'payment_intent' },
  listFilters: { invoice: 'invoice', status: 'status', 'payment.type': 'payment.type', 'payment.payment_intent': 'payment.payment_intent' },
  reacts: {
    'payment_intent.succeeded': (place, intent) => intentSettled(place, intent, true),
    'payment_intent.canceled': intentCanceled,
    'payment_intent.payment_failed': (place, intent) => intentSettled(place, intent, false),
  },
};
