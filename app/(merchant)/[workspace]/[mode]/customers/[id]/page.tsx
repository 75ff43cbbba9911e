import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { DeletedBadge, DeletedNote } from '#components/object/deleted.tsx';
import { Facts } from '#components/object/facts.tsx';
import { Held } from '#components/object/held.tsx';
import { RawData } from '#components/object/raw-data.tsx';
import { Related } from '#components/object/related.tsx';
import { StatusBadge } from '#components/object/status-badge.tsx';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import { Tabs } from '#components/ui/tabs.tsx';
import { findMerchant, requireMerchant } from '#lib/access/session.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { findCustomer } from '#lib/read/desk/customer.ts';
import { readHistory } from '#lib/read/history.ts';
import { paramsOf } from '../../_desk/address.ts';
import { formatOf } from '../../_desk/figures.ts';
import { countText } from '../../_desk/list-states.tsx';
import { dashboardUrl } from '../../_desk/object-facts.ts';
import { OpenInStripe } from '../../_desk/open-in-stripe.tsx';
import { subscriptionStatus } from '../rows.ts';
import { customerFacts, relatedToCustomer } from './facts.ts';
import { CustomerFigures } from './figures.tsx';
import { CustomerPayments } from './payments.tsx';
import { CustomerRefunds } from './refunds.tsx';
import { CustomerTimeline } from './timeline.tsx';

type Props = { params: Promise<{ workspace: string; mode: string; id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> };

const sections = ['overview', 'payments', 'refunds'] as const;
/** Net spend is complete only when these are. */
const TYPES = ['charge', 'refund', 'dispute'];

const read = cache(async (merchant: Merchant, id: string) => (merchant.ledger ? findCustomer(merchant.ledger, id) : null));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { workspace, mode, id } = await params;
  const merchant = await findMerchant(workspace, mode);
  const customer = merchant && (await read(merchant, id));
  return customer ? { title: nameOf(customer.copy.data) } : {};
}

export default async function CustomerPage({ params, searchParams }: Props) {
  const { workspace, mode, id } = await params;
  const merchant = await requireMerchant(workspace, mode);
  const customer = await read(merchant, id);
  if (!customer || !merchant.ledger) notFound();

  const given = paramsOf(await searchParams);
  const section = sections.find((each) => each === given.get('tab')) ?? 'overview';
  const path = href(merchant, 'customers', id);
  const format = formatOf(merchant);
  const history = await readHistory(merchant.ledger, TYPES);
  const { copy, subscriptions, payments, refunds } = customer;
  const counts = { overview: undefined, payments, refunds };
  return (
    <div
      className="detail-page"
      data-live={[id, ...subscriptions.map((subscription) => subscription.id), 'pi_', 'ch_', 'py_', 're_', 'pyr_', 'op_', 'in_', 'pm_'].join(' ')}
    >
      <PageHeader
        back={{ href: href(merchant, 'customers'), label: t('customers.title') }}
        title={nameOf(copy.data)}
        badge={
          <>
            {copy.deleted_at ? <DeletedBadge at={copy.deleted_at.toISOString()} format={format} /> : null}
            {subscriptions[0] ? <StatusBadge {...subscriptionStatus(subscriptions[0], format)} /> : null}
          </>
        }
        actions={<OpenInStripe href={dashboardUrl(merchant.ledger, 'customers', id)} />}
      />
      {copy.deleted_at ? <DeletedNote /> : null}
      <Held>
        <CustomerFigures customer={customer} history={history} format={format} />
      </Held>
      <Tabs
        label={t('customers.sections')}
        tabs={sections.map((each) => {
          const count = counts[each];
          return {
            label: t(`customers.section.${each}`),
            href: each === 'overview' ? path : `${path}?tab=${each}`,
            count: count ? countText(count, format.locale) : undefined,
            current: each === section,
          };
        })}
      />
      <PageBody kind="detail" side={<Facts facts={customerFacts(customer, format)} format={format} />}>
        {section === 'overview' ? (
          <>
            <CustomerTimeline merchant={merchant} ledger={merchant.ledger} customer={customer} params={given} path={path} format={format} />
            <Related title={t('customers.subscriptions')} objects={relatedToCustomer(customer, format)} format={format} />
            <RawData data={copy.data as never} />
          </>
        ) : null}
        {section === 'payments' ? (
          <CustomerPayments merchant={merchant} ledger={merchant.ledger} customer={id} searchParams={searchParams} path={path} format={format} />
        ) : null}
        {section === 'refunds' ? (
          <CustomerRefunds merchant={merchant} ledger={merchant.ledger} customer={id} searchParams={searchParams} path={path} format={format} />
        ) : null}
      </PageBody>
    </div>
  );
}

function nameOf(data: Readonly<Record<string, unknown>>): string {
  const named = [data['name'], data['email']].find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof named === 'string' ? named : t('customers.unnamed');
}
