// The Refund button of an invoice: to its payment's own dialog, after the payment was picked where there are several. Or the line that says why there is none.
import Link from 'next/link';
import { moneyText } from '#components/object/amount-text.ts';
import { type Format, listDate } from '#components/object/format.ts';
import { methodText } from '#components/object/method.ts';
import { RefundUnavailable } from '#components/operation/refund-unavailable.tsx';
import { buttonClass } from '#components/ui/button-class.ts';
import { LinkButton } from '#components/ui/link-button.tsx';
import { Menu, MenuHeading } from '#components/ui/menu.tsx';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import type { InvoiceWhole, PaymentOf } from '#lib/read/desk/invoice.ts';
import { amountOf } from '../../_desk/figures.ts';
import { isRefundable, whyNothing } from './refundable.ts';

export function RefundPick({ merchant, invoice, format }: { merchant: Merchant; invoice: InvoiceWhole; format: Format }) {
  const why = whyNothing(invoice);
  if (why) return <p className="max-w-80 text-end text-meta text-fg-3 max-md:text-start">{t(`invoice.off.${why}`)}</p>;
  if (!merchant.can.has('refund')) return <RefundUnavailable why="role" />;
  const [only, ...others] = invoice.payments.filter(isRefundable);
  if (others.length === 0)
    return (
      <LinkButton href={refundHref(merchant, only!)} variant="primary">
        {t('invoice.refund')}
      </LinkButton>
    );
  return (
    <Menu id="pick-payment" trigger={t('invoice.refund')} triggerClass={buttonClass({ variant: 'primary' })} align="end">
      <MenuHeading>{t('invoice.pick')}</MenuHeading>
      <ul>
        {[only!, ...others].map((payment) => (
          <li key={payment.id}>
            <Link href={refundHref(merchant, payment)} prefetch={false} className="popup-item">
              <span className="tabular-nums">{moneyText(amountOf(payment.paid ?? 0n, payment.currency), format.locale)}</span>
              <span className="text-fg-3">{aboutText(payment, format)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Menu>
  );
}

/** The payment page opens its dialog at once. */
export function refundHref(merchant: Merchant, { payment }: PaymentOf): string {
  return `${href(merchant, 'payments', payment!.id)}?refund`;
}

function aboutText({ payment, created }: PaymentOf, format: Format): string {
  const method = payment?.method_type ? methodText({ type: payment.method_type, brand: payment.method_brand, last4: payment.method_last4 }) : null;
  return [method, created && listDate(created.toISOString(), format)].filter(Boolean).join(' · ');
}
