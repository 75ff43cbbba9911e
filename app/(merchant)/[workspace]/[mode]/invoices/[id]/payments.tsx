// The payments of an invoice, each with its own way to a refund: money goes back by the payment it came by.
import Link from 'next/link';
import { moneyText } from '#components/object/amount-text.ts';
import { type Format, listDate } from '#components/object/format.ts';
import { methodText } from '#components/object/method.ts';
import { Money } from '#components/object/money.tsx';
import { StatusBadge } from '#components/object/status-badge.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { Id } from '#components/ui/id.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import type { InvoiceWhole, PaymentOf } from '#lib/read/desk/invoice.ts';
import { amountOf } from '../../_desk/figures.ts';
import { None } from './lines.tsx';
import { refundHref } from './refund-pick.tsx';
import { isRefundable } from './refundable.ts';

export function InvoicePayments({ merchant, invoice, format }: { merchant: Merchant; invoice: InvoiceWhole; format: Format }) {
  const { payments } = invoice;
  const mayRefund = merchant.can.has('refund');
  return (
    <Panel title={t('invoice.payments')} id="payments" flush className="min-w-0">
      {payments.length === 0 ? (
        <p className="px-4 py-3 text-fg-3">{t('invoice.paymentsNone')}</p>
      ) : (
        <div className="inner-table" role="group" aria-label={t('invoice.payments')} tabIndex={0}>
          <table>
            <caption className="sr-only">{t('invoice.payments')}</caption>
            <thead>
              <tr>
                <th scope="col" data-figure>
                  {t('invoice.payment.amount')}
                </th>
                <th scope="col">{t('invoice.payment.status')}</th>
                <th scope="col">{t('invoice.payment.id')}</th>
                <th scope="col">{t('invoice.payment.method')}</th>
                <th scope="col">{t('invoice.payment.created')}</th>
                <th scope="col" data-figure>
                  {t('invoice.payment.refunded')}
                </th>
                {mayRefund ? <th scope="col">{t('invoice.payment.refund')}</th> : null}
              </tr>
            </thead>
            <tbody>
              {payments.map((payment) => (
                <PaymentLine key={payment.id} of={payment} merchant={merchant} format={format} mayRefund={mayRefund} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {mayRefund && payments.some(isRefundable) ? <p className="border-t border-line px-4 py-3 text-fg-3">{t('refund.invoiceStays')}</p> : null}
    </Panel>
  );
}

function PaymentLine({ of, merchant, format, mayRefund }: { of: PaymentOf; merchant: Merchant; format: Format; mayRefund: boolean }) {
  const { payment, status, named, created } = of;
  const amount = amountOf((status === 'paid' ? of.paid : of.requested) ?? 0n, of.currency, of.confirmed);
  return (
    <tr data-row={payment?.id ?? of.id}>
      <th scope="row" data-figure>
        {status === 'paid' ? (
          <Money {...amount} locale={format.locale} />
        ) : (
          <span className="text-fg-3">{t(status === 'canceled' ? 'invoice.payment.canceled' : 'invoice.payment.open')}</span>
        )}
      </th>
      <td>
        {payment ? (
          <StatusBadge object="payment" status={payment.word} />
        ) : (
          <Badge tone="neu">{t(named?.startsWith('p') && /^(pi|py)_/.test(named) ? 'invoice.payment.notMirrored' : 'invoice.payment.outside')}</Badge>
        )}
      </td>
      <td>
        {payment ? (
          <Link href={href(merchant, 'payments', payment.id)} prefetch={false} className="text-accent hover:underline">
            <Id id={payment.id} />
          </Link>
        ) : named ? (
          <Id id={named} />
        ) : (
          <None />
        )}
      </td>
      <td>{payment?.method_type ? methodText({ type: payment.method_type, brand: payment.method_brand, last4: payment.method_last4 }) : <None />}</td>
      <td>{created ? <time dateTime={created.toISOString()}>{listDate(created.toISOString(), format)}</time> : <None />}</td>
      <td data-figure>
        {payment && payment.refunded > 0n ? <Money {...amountOf(payment.refunded, payment.currency, payment.confirmed)} locale={format.locale} /> : <None />}
      </td>
      {mayRefund ? (
        <td>
          {isRefundable(of) ? (
            <Link
              href={refundHref(merchant, of)}
              prefetch={false}
              className="inline-flex min-h-6 items-center text-accent hover:underline max-md:min-h-11"
              aria-label={t('invoice.payment.refundOf', { amount: moneyText(amount, format.locale) })}
            >
              {t('invoice.payment.act')}
            </Link>
          ) : (
            <None />
          )}
        </td>
      ) : null}
    </tr>
  );
}
