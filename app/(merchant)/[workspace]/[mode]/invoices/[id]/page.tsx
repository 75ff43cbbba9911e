import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { DeletedBadge, DeletedNote } from '#components/object/deleted.tsx';
import { Facts } from '#components/object/facts.tsx';
import { Money } from '#components/object/money.tsx';
import { RawData } from '#components/object/raw-data.tsx';
import { StatusBadge } from '#components/object/status-badge.tsx';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import { ExternalLinkButton } from '#components/ui/link-button.tsx';
import { findMerchant, requireMerchant } from '#lib/access/session.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { findInvoice, type InvoiceWhole } from '#lib/read/desk/invoice.ts';
import { amountOf, formatOf } from '../../_desk/figures.ts';
import { dashboardUrl } from '../../_desk/object-facts.ts';
import { OpenInStripe } from '../../_desk/open-in-stripe.tsx';
import { invoiceFacts } from './facts.ts';
import { InvoiceLines } from './lines.tsx';
import { InvoicePayments } from './payments.tsx';
import { RefundPick } from './refund-pick.tsx';
import { minorOf, stripePage } from './sums.ts';

type Props = { params: Promise<{ workspace: string; mode: string; id: string }> };

const read = cache(async (merchant: Merchant, id: string) => (merchant.ledger ? findInvoice(merchant.ledger, id) : null));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { workspace, mode, id } = await params;
  const merchant = await findMerchant(workspace, mode);
  const invoice = merchant && (await read(merchant, id));
  return invoice ? { title: titleOf(invoice) } : {};
}

export default async function InvoicePage({ params }: Props) {
  const { workspace, mode, id } = await params;
  const merchant = await requireMerchant(workspace, mode);
  const invoice = await read(merchant, id);
  if (!invoice || !merchant.ledger) notFound();
  const { copy, customer, currency, word, payments } = invoice;
  const format = formatOf(merchant);
  const pages = [
    [t('invoice.pdf'), stripePage(copy.data['invoice_pdf'])],
    [t('invoice.hosted'), stripePage(copy.data['hosted_invoice_url'])],
  ] as const;
  return (
    <div className="detail-page" data-live={[id, ...payments.flatMap((payment) => [payment.id, payment.payment?.id ?? payment.id]), 'inpay_'].join(' ')}>
      <PageHeader
        back={
          customer
            ? { href: href(merchant, 'customers', customer.id), label: nameOf(customer.data) }
            : { href: href(merchant, 'payments'), label: t('payments.title') }
        }
        title={titleOf(invoice)}
        badge={
          <>
            {copy.deleted_at ? <DeletedBadge at={copy.deleted_at.toISOString()} format={format} /> : <StatusBadge object="invoice" status={word} />}
            <span className="text-section font-semibold">
              <Money {...amountOf(minorOf(copy.data['total']), currency, copy.confirmed)} locale={format.locale} />
            </span>
          </>
        }
        actions={
          <>
            {pages.map(([label, url]) =>
              url ? (
                <ExternalLinkButton key={label} href={url} newTab={t('objects.newTab')}>
                  {label}
                </ExternalLinkButton>
              ) : null,
            )}
            <OpenInStripe href={dashboardUrl(merchant.ledger, 'invoices', id)} />
            <RefundPick merchant={merchant} invoice={invoice} format={format} />
          </>
        }
      />
      {copy.deleted_at ? <DeletedNote /> : null}
      <PageBody kind="detail" side={<Facts facts={invoiceFacts(invoice, merchant)} format={format} />}>
        <InvoiceLines invoice={invoice} format={format} />
        <InvoicePayments merchant={merchant} invoice={invoice} format={format} />
        <RawData title={t('invoice.raw')} data={copy.data as never} />
      </PageBody>
    </div>
  );
}

function titleOf({ number }: InvoiceWhole): string {
  return number === null ? t('invoice.draftTitle') : t('invoice.title', { number });
}

function nameOf(data: Readonly<Record<string, unknown>>): string {
  const named = [data['name'], data['email']].find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof named === 'string' ? named : t('customers.unnamed');
}
