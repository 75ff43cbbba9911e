// The Refund button with everything its dialog needs, or the line that says why there is none.
import { randomUUID } from 'node:crypto';
import { type Format, listDate } from '#components/object/format.ts';
import { methodText } from '#components/object/method.ts';
import { RefundButton } from '#components/operation/refund-button.tsx';
import { RefundUnavailable } from '#components/operation/refund-unavailable.tsx';
import type { Merchant } from '#lib/merchant.ts';
import type { Refundable } from '#lib/perform/refundable.ts';
import type { Breakdown } from '#lib/read/desk/breakdown.ts';
import type { Payment } from '#lib/read/desk/payment.ts';
import { refundAction } from '../../../../refund-action.ts';
import { amountOf } from '../../_desk/figures.ts';

type RefundActProps = {
  merchant: Merchant;
  payment: Payment;
  refundable: Refundable;
  fee: Breakdown['fee'];
  format: Format;
  open: boolean;
  place: { workspace: string; mode: string };
};

export function RefundAct({ merchant, payment: { row, invoice }, refundable, fee, format, open, place }: RefundActProps) {
  const { unavailable, inFlight } = refundable;
  if (!merchant.can.has('refund')) return <RefundUnavailable why="role" />;
  if (unavailable) return <RefundUnavailable why={unavailable === 'unknown_currency' ? { unknownCurrency: refundable.currency } : unavailable} />;
  return (
    <RefundButton
      open={open}
      locale={format.locale}
      // Made with the page: two clicks on one rendered form are one intent.
      clientToken={randomUUID()}
      action={refundAction.bind(null, place.workspace, place.mode, row.id)}
      subject={{
        currency: row.currency,
        amount: amountOf(row.amount, row.currency).amount,
        figures: { left: refundable.left.toString(), alreadyRefunded: refundable.refunded.toString() },
        fee: fee ? amountOf(fee.amount, fee.currency) : null,
        who: row.customer_name ?? row.customer_email,
        method: row.method_type ? methodText({ type: row.method_type, brand: row.method_brand, last4: row.method_last4 }) : null,
        when: listDate(row.created.toISOString(), format),
        subscription: Boolean(invoice?.subscription),
        inFlight: inFlight ? amountOf(inFlight.amount, inFlight.currency) : null,
      }}
    />
  );
}
