// The registry of what a merchant may do.
import { cancelRefund } from './cancel-refund.ts';
import { deauthorize } from './deauthorize.ts';
import type { Kind, Verb } from './define.ts';
import { refundPayment } from './refund-payment.ts';

export const verbs: Readonly<Record<Kind, Verb>> = { refund_payment: refundPayment, cancel_refund: cancelRefund, deauthorize };

/** The verb of a stored operation. */
export function verbOf(kind: string): Verb {
  if (!Object.hasOwn(verbs, kind)) throw new Error(`There is no operation of kind ${kind}.`);
  return verbs[kind as Kind];
}
