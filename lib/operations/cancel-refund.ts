import { z } from 'zod';
import { define, replyOf, type Clients, type Reply, type Settled } from './define.ts';

const input = z.strictObject({ refund: z.string().regex(/^(re|pyr)_\w{1,240}$/) });

const outcomes: Readonly<Record<string, Settled>> = { canceled: 'succeeded', succeeded: 'failed', failed: 'failed' };

/** Stripe lets a refund be canceled only while it waits for the customer (`requires_action`, FACTS §5). */
export const cancelRefund = define({
  kind: 'cancel_refund',
  capability: 'refund',
  input,
  params: input,
  on: 'refund',
  audited: 'cancellation',
  words: { act: 'refund.cancelAct', refused: {}, refusedOther: 'refund.cancelRefused' },
  reserves: false,
  readingSettles: true,
  whilePaused: false,
  targetOf: (given) => given.refund,
  toParams: (given) => given,
  send: async ({ asAccount }, { refund }, { key, timeout }) => {
    const canceled = await asAccount.refunds.cancel(refund, { expand: ['charge'] }, { idempotencyKey: key, timeout, maxNetworkRetries: 0 });
    return replyOf('refund', canceled, canceled.lastResponse);
  },
  // Whoever canceled it: while it is not, this act has had no effect.
  find: async (clients, { refund }) => {
    const reply = await retrieve(clients, refund);
    return reply.object['status'] === 'canceled' ? reply : null;
  },
  retrieve,
  statusOf: (object) => (typeof object['status'] === 'string' ? object['status'] : null),
  settledBy: (status) => (status !== null && Object.hasOwn(outcomes, status) ? outcomes[status]! : 'accepted'),
});

async function retrieve({ asAccount }: Clients, id: string): Promise<Reply> {
  const refund = await asAccount.refunds.retrieve(id, { expand: ['charge'] });
  return replyOf('refund', refund, refund.lastResponse);
}
