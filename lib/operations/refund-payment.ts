import type Stripe from 'stripe';
import { z } from 'zod';
import type { Minor } from '../money.ts';
import { define, replyOf, type Reply, type Settled } from './define.ts';

/** Stripe takes the first three; the fourth is the person's own words, kept as metadata. */
const reasons = ['requested_by_customer', 'duplicate', 'fraudulent', 'other'] as const;

/** Stripe's own limit is 50 keys; ours are two of them. */
const METADATA_KEYS = 48;

const ours = new Set(['op_id', 'note']);
const storable = (text: string) => !text.includes('\u0000') && text.isWellFormed();

const minor = z.union([z.bigint(), z.number(), z.string()], 'not_a_number').transform((given, context): Minor => {
  const text = String(given).trim();
  if (/^-?\d{1,15}$/.test(text)) return BigInt(text);
  context.issues.push({ code: 'custom', message: /^-?\d+$/.test(text) ? 'above_left' : 'not_a_number', input: given });
  return z.NEVER;
});

const input = z
  .strictObject({
    payment: z
      .string()
      .regex(/^(pi|ch|py)_\w{1,240}$/)
      .optional(),
    /** Alone where one payment paid it; else together with the payment picked. */
    invoice: z
      .string()
      .regex(/^in_\w{1,240}$/)
      .optional(),
    /** Minor units; absent = all that is left. */
    amount: minor.optional(),
    reason: z.enum(reasons, 'unknown_reason').optional(),
    note: z.string().trim().max(500).refine(storable, 'invalid').optional(),
    metadata: z
      .record(z.string().min(1).max(40).refine(storable, 'invalid'), z.string().max(500).refine(storable, 'invalid'))
      .refine((pairs) => Object.keys(pairs).length <= METADATA_KEYS && !Object.keys(pairs).some((key) => ours.has(key)), 'invalid')
      .optional(),
    seenLeft: minor.optional(),
    /** The same amount left this payment within ten minutes, and is meant once more. */
    again: z.boolean().optional(),
  })
  .refine((given) => given.payment !== undefined || given.invoice !== undefined, { message: 'invalid', path: ['payment'] })
  .refine((given) => given.reason !== 'other' || Boolean(given.note), { message: 'note_required', path: ['note'] });

const params = z.strictObject({
  charge: z.string(),
  amount: z.string().regex(/^\d+$/),
  reason: z.enum(['requested_by_customer', 'duplicate', 'fraudulent']).nullable(),
  metadata: z.record(z.string(), z.string()),
});

const outcomes: Readonly<Record<string, Settled>> = { succeeded: 'succeeded', failed: 'failed', canceled: 'canceled' };

export const refundPayment = define({
  kind: 'refund_payment',
  capability: 'refund',
  input,
  params,
  on: 'charge',
  audited: 'refund',
  words: {
    act: 'refund.button',
    refused: {
      charge_already_refunded: 'refund.refused.charge_already_refunded',
      charge_disputed: 'refund.refused.charge_disputed',
      refund_disputed_payment: 'refund.refused.refund_disputed_payment',
      charge_not_refundable: 'refund.refused.charge_not_refundable',
      balance_insufficient: 'refund.refused.balance_insufficient',
      amount_too_large: 'refund.refused.amount_too_large',
    },
    refusedOther: 'refund.refused.other',
  },
  reserves: true,
  whilePaused: false,
  targetOf: (given) => (given.payment ?? given.invoice)!,
  toParams: ({ reason, note, metadata }, resolved) => ({
    charge: resolved!.charge,
    amount: resolved!.amount.toString(),
    reason: reason === undefined || reason === 'other' ? null : reason,
    metadata: { ...metadata, ...(note ? { note } : {}) },
  }),
  send: async ({ asAccount }, { charge, amount, reason, metadata }, { operation, key, timeout }) => {
    const refund = await asAccount.refunds.create(
      // The expanded charge brings its new amount_refunded with the refund, in one reply of one moment.
      { charge, amount: Number(amount), ...(reason ? { reason } : {}), metadata: { ...metadata, op_id: operation }, expand: ['charge'] },
      { idempotencyKey: key, timeout, maxNetworkRetries: 0 },
    );
    return replyOf('refund', refund, refund.lastResponse);
  },
  find: async ({ asAccount }, stored, operation) => {
    let after: Stripe.RefundListParams = {};
    let oldest: Reply | null = null;
    for (;;) {
      const page = await asAccount.refunds.list({ charge: stored.charge, limit: 100, expand: ['data.charge'], ...after });
      // Amount too: a person may copy metadata from one refund to another. Newest first: of several the last one met was there before its copies.
      const found = page.data.findLast((refund) => refund.metadata?.['op_id'] === operation && String(refund.amount) === stored.amount);
      if (found) oldest = replyOf('refund', found, page.lastResponse);
      const last = page.data.at(-1);
      if (!page.has_more || !last) return oldest;
      after = { starting_after: last.id };
    }
  },
  retrieve: async ({ asAccount }, id) => {
    const refund = await asAccount.refunds.retrieve(id, { expand: ['charge'] });
    return replyOf('refund', refund, refund.lastResponse);
  },
  statusOf: (object) => (typeof object['status'] === 'string' ? object['status'] : null),
  settledBy: (status) => (status !== null && Object.hasOwn(outcomes, status) ? outcomes[status]! : 'accepted'),
});
