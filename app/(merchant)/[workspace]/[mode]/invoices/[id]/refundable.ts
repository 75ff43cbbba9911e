// Whether an invoice has a payment worth opening for a refund, and if not, why. What can really be refunded is decided on the payment's page.
import { valuesAt } from '#lib/catalogue/define.ts';
import type { InvoiceWhole, PaymentOf } from '#lib/read/desk/invoice.ts';

export type WhyNothing = 'draft' | 'open' | 'failed' | 'void' | 'uncollectible' | 'elsewhere' | 'refunded' | 'deleted';

export function isRefundable({ status, payment }: PaymentOf): boolean {
  return status === 'paid' && payment !== null && payment.captured > payment.refunded && payment.word !== 'disputed';
}

/** Null where some payment can be refunded: also of an invoice that is only partly paid, or was given up afterwards. */
export function whyNothing({ copy, word, payments }: Pick<InvoiceWhole, 'copy' | 'word' | 'payments'>): WhyNothing | null {
  if (copy.deleted_at) return 'deleted';
  if (payments.some(isRefundable)) return null;
  if (payments.some(({ status, payment }) => status === 'paid' && payment !== null)) return 'refunded';
  switch (word) {
    case 'draft':
    case 'void':
    case 'uncollectible':
      return word;
    case 'open':
    case 'past_due':
      return valuesAt(copy.data, 'attempted')[0] === true ? 'failed' : 'open';
    default:
      return 'elsewhere';
  }
}
