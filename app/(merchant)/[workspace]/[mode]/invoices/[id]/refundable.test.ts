import { describe, expect, test } from 'vitest';
import type { InvoiceWhole, PaymentOf } from '#lib/read/desk/invoice.ts';
import { whyNothing } from './refundable.ts';

const paid = { status: 'paid', payment: { captured: 1_000n, refunded: 400n, word: 'partly_refunded' } } as PaymentOf;
const refunded = { status: 'paid', payment: { captured: 1_000n, refunded: 1_000n, word: 'refunded' } } as PaymentOf;
const disputed = { status: 'paid', payment: { captured: 1_000n, refunded: 0n, word: 'disputed' } } as PaymentOf;
const outside = { status: 'paid', payment: null } as PaymentOf;
const open = { status: 'open', payment: { captured: 0n, refunded: 0n, word: 'failed' } } as PaymentOf;
const invoice = (word: string, payments: PaymentOf[], data: object = {}, deleted: Date | null = null) =>
  ({ word, payments, copy: { data, deleted_at: deleted } }) as unknown as InvoiceWhole;

describe('there is nothing to refund', () => {
  test.each([
    ['of a draft', invoice('draft', []), 'draft'],
    ['of one that waits', invoice('open', []), 'open'],
    ['of one whose attempt failed', invoice('open', [open], { attempted: true }), 'failed'],
    ['of one whose day has passed', invoice('past_due', [open], { attempted: true }), 'failed'],
    ['of a void one', invoice('void', []), 'void'],
    ['of one given up', invoice('uncollectible', [open]), 'uncollectible'],
    ['where the money came from elsewhere', invoice('paid', [outside]), 'elsewhere'],
    ['of nothing at all', invoice('paid', []), 'elsewhere'],
    ['where all is back', invoice('paid', [refunded]), 'refunded'],
    ['where a dispute holds it', invoice('paid', [disputed, refunded]), 'refunded'],
    ['of a deleted draft', invoice('draft', [], {}, new Date()), 'deleted'],
    ['of a word nobody knows', invoice('mystery', []), 'elsewhere'],
  ] as const)('%s', (_, given, why) => {
    expect(whyNothing(given)).toBe(why);
  });
});

test.each(['paid', 'open', 'past_due', 'uncollectible', 'void'])('one payment with something left can be refunded, also of an invoice that is %s', (word) => {
  expect(whyNothing(invoice(word, [refunded, paid]))).toBeNull();
});
