import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { moneyText } from '#components/object/amount-text.ts';
import { Breakdown } from '#components/object/breakdown.tsx';
import { Facts } from '#components/object/facts.tsx';
import { Money } from '#components/object/money.tsx';
import { ObjectTimeline } from '#components/object/object-timeline.tsx';
import { RawData } from '#components/object/raw-data.tsx';
import { Related } from '#components/object/related.tsx';
import { StatusBadge } from '#components/object/status-badge.tsx';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import { findMerchant, requireMerchant } from '#lib/access/session.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { preflightOf } from '#lib/perform/preflight.ts';
import { refundableOf } from '#lib/perform/refundable.ts';
import { breakdownOf } from '#lib/read/desk/breakdown.ts';
import { momentsOf } from '#lib/read/desk/moments.ts';
import { findPayment } from '#lib/read/desk/payment.ts';
import { amountOf, formatOf } from '../../_desk/figures.ts';
import { momentEntry, momentHref } from '../../_desk/moments.ts';
import { dashboardUrl } from '../../_desk/object-facts.ts';
import { OpenInStripe } from '../../_desk/open-in-stripe.tsx';
import { breakdownGrids } from './breakdown.ts';
import { paymentFacts, relatedToPayment } from './facts.ts';
import { RefundAct } from './refund-act.tsx';

type Props = { params: Promise<{ workspace: string; mode: string; id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> };

const read = cache(async (merchant: Merchant, id: string) => (merchant.ledger ? findPayment(merchant.ledger, id) : null));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { workspace, mode, id } = await params;
  const merchant = await findMerchant(workspace, mode);
  const payment = merchant && (await read(merchant, id));
  if (!payment) return {};
  const { amount, currency } = payment.row;
  return { title: t('payments.pageTitle', { amount: moneyText(amountOf(amount, currency), merchant.workspace.locale) }) };
}

export default async function PaymentPage({ params, searchParams }: Props) {
  const { workspace, mode, id } = await params;
  const merchant = await requireMerchant(workspace, mode);
  const payment = await read(merchant, id);
  if (!payment || !merchant.ledger) notFound();
  const { row, intent, charges } = payment;
  if (row.id !== id) redirect(href(merchant, 'payments', row.id));

  const [refundable, preflight] = await Promise.all([refundableOf(merchant.ledger, row.id), preflightOf(merchant, row.id)]);
  const format = formatOf(merchant);
  const main = intent ?? charges[0]!;
  const breakdown = breakdownOf(row, payment);
  const entries = momentsOf(row.id, row.created, row.invoice && (row.invoice_number ?? row.invoice), payment).map((moment) =>
    momentEntry(moment, format, momentHref(moment, merchant)),
  );
  return (
    <div className="detail-page" data-live={liveIds(payment).join(' ')}>
      <PageHeader
        back={{ href: href(merchant, 'payments'), label: t('payments.title') }}
        title={<Money {...amountOf(row.amount, row.currency, row.confirmed)} locale={format.locale} />}
        badge={<StatusBadge object="payment" status={row.word} />}
        actions={
          <>
            <OpenInStripe href={dashboardUrl(merchant.ledger, 'payments', row.id)} />
            <RefundAct
              merchant={merchant}
              payment={payment}
              refundable={refundable}
              preflight={preflight}
              fee={breakdown.fee}
              format={format}
              open={(await searchParams)['refund'] !== undefined}
              place={{ workspace, mode }}
            />
          </>
        }
      />
      <PageBody kind="detail" side={<Facts facts={paymentFacts(payment, merchant, main)} format={format} />}>
        <ObjectTimeline entries={entries} format={format} />
        <Breakdown grids={breakdownGrids(breakdown, format)} locale={format.locale} />
        <Related objects={relatedToPayment(payment, merchant)} format={format} />
        <RawData title={t('payments.rawPayment')} data={main.data as never} />
        {intent && charges[0] ? <RawData title={t('payments.rawCharge')} data={charges[0].data as never} /> : null}
      </PageBody>
    </div>
  );
}

/** Every object whose change changes this page. */
function liveIds({ row, intent, charges, refunds, disputes, operations, customer, invoice }: NonNullable<Awaited<ReturnType<typeof read>>>): string[] {
  return [row, intent, customer, invoice, ...charges, ...refunds, ...disputes, ...operations].flatMap((part) => (part ? [part.id] : []));
}
