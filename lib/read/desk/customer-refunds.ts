import { db } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { describeRefund, type RefundMoment } from './moments.ts';
import { copies, operationsOn, type Refund } from './parts.ts';
import { here } from './statement.ts';

export type RefundRow = RefundMoment & { readonly id: string; readonly created: Date; readonly payment: string; readonly confirmed: boolean };

/** The newest refunds of one customer's charges; `limit` is one page, there is no second. */
export async function listCustomerRefunds(ledger: Ledger, customer: string, limit: number): Promise<RefundRow[]> {
  return db.as(ledger, async (tx) => {
    const ids = await tx.query<{ id: string }>(
      `SELECT r.id FROM refunds r WHERE ${here('r')} AND r.charge IN (SELECT c.id FROM charges c WHERE ${here('c')} AND c.customer = $4)
       ORDER BY r.created DESC NULLS LAST, r.id DESC LIMIT $5`,
      [ledger.workspace, ledger.account, ledger.livemode, customer, limit],
    );
    const refunds = await copies<Refund>(
      tx,
      ledger,
      'refunds',
      'x.id = ANY($4)',
      ids.map(({ id }) => id),
    );
    const operations = await operationsOn(
      tx,
      ledger,
      refunds.flatMap(({ payment_intent, charge }) => [payment_intent, charge].filter((id) => id !== null)),
    );
    return refunds.map((refund) => ({
      ...describeRefund(refund, operations),
      id: refund.id,
      created: refund.created ?? refund.mirrored_at,
      payment: refund.payment_intent ?? refund.charge ?? '',
      confirmed: refund.confirmed,
    }));
  });
}
