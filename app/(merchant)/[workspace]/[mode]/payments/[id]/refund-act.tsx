// The Refund button with everything its dialog needs, or the line that says why there is none.
import { randomUUID } from 'node:crypto';
import { type Format, listDate } from '#components/object/format.ts';
import { methodText } from '#components/object/method.ts';
import { RefundButton } from '#components/operation/refund-button.tsx';
import type { RefundPreflight } from '#components/operation/refund-outcome.ts';
import { RefundUnavailable } from '#components/operation/refund-unavailable.tsx';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import type { Preflight } from '#lib/perform/preflight.ts';
import type { Refundable } from '#lib/perform/refundable.ts';
import type { Breakdown } from '#lib/read/desk/breakdown.ts';
import type { Payment } from '#lib/read/desk/payment.ts';
import { refundAction } from '../../../../refund-action.ts';
import { stepUpAction } from '../../../../step-up-action.ts';
import { amountOf } from '../../_desk/figures.ts';
import { dashboardUrl } from '../../_desk/object-facts.ts';

type RefundActProps = {
  merchant: Merchant;
  payment: Payment;
  refundable: Refundable;
  preflight: Preflight;
  fee: Breakdown['fee'];
  format: Format;
  open: boolean;
  place: { workspace: string; mode: string };
};

export function RefundAct({ merchant, payment: { row }, refundable, preflight, fee, format, open, place }: RefundActProps) {
  const { unavailable, inFlight } = refundable;
  if (!merchant.can.has('refund')) return <RefundUnavailable why="role" />;
  if (unavailable === 'disputed')
    return <RefundUnavailable why={preflight.dispute?.status === 'lost' ? 'dispute_lost' : unavailable} link={disputeLink(merchant, preflight)} />;
  if (unavailable) return <RefundUnavailable why={unavailable === 'unknown_currency' ? { unknownCurrency: refundable.currency } : unavailable} />;
  return (
    <RefundButton
      open={open}
      locale={format.locale}
      // Made with the page: two clicks on one rendered form are one intent.
      clientToken={randomUUID()}
      action={refundAction.bind(null, place.workspace, place.mode, row.id)}
      stepUp={stepUpAction.bind(null, place.workspace, place.mode)}
      preflight={drawn(preflight, row.currency, place)}
      subject={{
        currency: row.currency,
        amount: amountOf(row.amount, row.currency).amount,
        figures: { left: refundable.left.toString(), alreadyRefunded: refundable.refunded.toString() },
        fee: fee ? amountOf(fee.amount, fee.currency) : null,
        who: row.customer_name ?? row.customer_email,
        method: row.method_type ? methodText({ type: row.method_type, brand: row.method_brand, last4: row.method_last4 }) : null,
        when: listDate(row.created.toISOString(), format),
        inFlight: inFlight ? amountOf(inFlight.amount, inFlight.currency) : null,
      }}
    />
  );
}

/** At Stripe where that can be opened, else where this page names it. */
function disputeLink({ ledger }: Merchant, { dispute }: Preflight): { text: string; href: string } | undefined {
  if (!dispute || !ledger) return undefined;
  return { text: t('refund.off.dispute'), href: dashboardUrl(ledger, 'disputes', dispute.id) ?? '#related' };
}

function drawn(preflight: Preflight, currency: string, { workspace, mode }: RefundActProps['place']): RefundPreflight {
  const { dispute, pending, limit, stepUp, settledIn } = preflight;
  const balanceCurrency = settledIn ?? currency;
  return {
    inquiry: dispute !== null,
    pending: pending === null ? null : amountOf(pending, currency),
    cardExpired: preflight.cardExpired,
    invoice: preflight.invoice !== null,
    subscription: preflight.subscriptionGoesOn,
    settledIn,
    lately: preflight.lately.map(({ amount, secondsAgo }) => ({ minor: amount.toString(), secondsAgo })),
    stepUp: { above: stepUp.above.toString(), given: stepUp.given },
    limit:
      limit === null || limit === 'none_set'
        ? limit
        : { each: limit.each?.toString() ?? null, day: limit.day?.toString() ?? null, used: limit.used.toString() },
    mayMore: preflight.mayMore,
    balance: `/api/balance?${new URLSearchParams({ workspace, mode, currency: balanceCurrency }).toString()}`,
    balanceCurrency,
  };
}
