// All types this sandbox has. A type exists once its line stands here.
import type { ObjectType } from '../core/define.ts';
import { balanceTransaction } from './balance-transaction.ts';
import { billingSettings } from '../billing/settings.ts';
import { card } from './card.ts';
import { charge } from './charge.ts';
import { customer } from './customer.ts';
import { dispute } from './dispute.ts';
import { invoiceItem } from './invoice-item.ts';
import { invoiceLine } from './invoice-line.ts';
import { invoicePayment } from './invoice-payment.ts';
import { invoice } from './invoice.ts';
import { paymentIntent } from './payment-intent.ts';
import { paymentMethod } from './payment-method.ts';
import { price } from './price.ts';
import { product } from './product.ts';
import { refund } from './refund.ts';
import { setupAttempt, setupIntent } from './setup-intent.ts';
import { subscriptionItem } from './subscription-item.ts';
import { subscriptionSchedule } from './subscription-schedule.ts';
import { subscription } from './subscription.ts';
import { webhookEndpoint } from './webhook-endpoint.ts';

export const TYPES: readonly ObjectType[] = [
  customer,
  paymentMethod,
  paymentIntent,
  charge,
  refund,
  dispute,
  balanceTransaction,
  card,
  setupIntent,
  setupAttempt,
  product,
  price,
  subscription,
  subscriptionItem,
  subscriptionSchedule,
  invoice,
  invoiceLine,
  invoiceItem,
  invoicePayment,
  billingSettings,
  webhookEndpoint,
];
