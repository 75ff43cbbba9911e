// The writes this API has, by collection: what is made in it, and what is done to one of its objects.
import { entryOf } from '#lib/catalogue/index.ts';
import { AppError } from '#lib/errors.ts';
import { perform } from '#lib/perform/run.ts';
import type { Merchant } from '#lib/merchant.ts';
import { findObject } from '#lib/read/find.ts';
import { requireLedger } from './place.ts';
import { readNothing, readRefund, type RefundRequest } from './refund-request.ts';
import { renamed, toldOf } from './told.ts';
import { write } from './write.ts';

export type Creates = (request: Request) => Promise<Response>;
export type Acts = (request: Request, id: string) => Promise<Response>;

export const creates: ReadonlyMap<string, Creates> = new Map([
  ['refunds', (request: Request) => write(request, { scope: 'refund', read: readRefund, perform: refund })],
]);

/** `{collection}/{id}/{act}`, in Stripe's own path. */
export const acts: ReadonlyMap<string, Acts> = new Map([
  [
    'refunds/cancel',
    (request: Request, id: string) =>
      write(request, { scope: 'refund', read: readNothing, perform: (merchant, _asked, clientToken) => cancel(merchant, id, clientToken) }),
  ],
]);

async function refund(merchant: Merchant, { named, ...input }: RefundRequest, clientToken: string) {
  const ledger = requireLedger(merchant);
  try {
    return await toldOf(ledger, await perform(merchant, 'refund_payment', input, { clientToken }), named);
  } catch (error) {
    throw renamed(error, named);
  }
}

/** Stripe says whether it may be canceled; here only whether it is this account's. */
async function cancel(merchant: Merchant, refund: string, clientToken: string) {
  const ledger = requireLedger(merchant);
  if (!(await findObject(ledger, entryOf('refund'), refund))) throw new AppError('not_found', 'No such refund.', { param: 'id' });
  return toldOf(ledger, await perform(merchant, 'cancel_refund', { refund }, { clientToken }), 'id');
}
