// The writes this API has, by collection: what is made in it, and what is done to one of its objects.
import { perform } from '#lib/perform/run.ts';
import type { Merchant } from '#lib/merchant.ts';
import { requireLedger } from './place.ts';
import { readRefund, type RefundRequest } from './refund-request.ts';
import { renamed, toldOf } from './told.ts';
import { write } from './write.ts';

export type Creates = (request: Request) => Promise<Response>;

export const creates: ReadonlyMap<string, Creates> = new Map([
  ['refunds', (request: Request) => write(request, { scope: 'refund', read: readRefund, perform: refund })],
]);

async function refund(merchant: Merchant, { named, ...input }: RefundRequest, clientToken: string) {
  const ledger = requireLedger(merchant);
  try {
    return await toldOf(ledger, await perform(merchant, 'refund_payment', input, { clientToken }), named);
  } catch (error) {
    throw renamed(error, named);
  }
}
