import type { Metadata } from 'next';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import { SearchBox } from '#components/shell/search-box.tsx';
import { DataTable } from '#components/table/data-table.tsx';
import { FilterBar } from '#components/table/filter-bar.tsx';
import { Tabs } from '#components/ui/tabs.tsx';
import { requireMerchant } from '#lib/access/session.ts';
import { type PaymentsTab, paymentsGrammar } from '#lib/catalogue/lists.ts';
import { AppError } from '#lib/errors.ts';
import { href } from '#lib/href.ts';
import { t } from '#lib/messages/index.ts';
import { listPayments } from '#lib/read/desk/payments.ts';
import { readHistory } from '#lib/read/history.ts';
import { keptParams, pagesOf, readAddress, type SearchParams } from '../_desk/address.ts';
import { amountOf, formatOf } from '../_desk/figures.ts';
import { paymentFilters } from '../_desk/filters.ts';
import { BadAddress, countText, FilteredOut, NoneYet, NotConnected, NothingUnder, noteOf } from '../_desk/list-states.tsx';
import { paymentColumns, paymentRows } from '../_desk/payment-table.tsx';

type Props = { params: Promise<{ workspace: string; mode: string }>; searchParams: SearchParams };

export function generateMetadata(): Metadata {
  return { title: t('payments.title') };
}

export default async function PaymentsPage({ params, searchParams }: Props) {
  const { workspace, mode } = await params;
  const merchant = await requireMerchant(workspace, mode);
  const path = href(merchant, 'payments');
  const address = await readAddress(path, searchParams, paymentsGrammar);
  if (address instanceof AppError) return <BadAddress refusal={address} title={t('payments.title')} path={path} />;
  if (!merchant.ledger) return <NotConnected merchant={merchant} title={t('payments.title')} />;

  const { query, to } = address;
  const format = formatOf(merchant);
  const [list, history] = await Promise.all([listPayments(merchant.ledger, query, format.zone), readHistory(merchant.ledger, ['payment_intent', 'charge'])]);
  const chips = paymentFilters(address, format, list.methods);
  const narrowed = query.filters.length + (query.search === null ? 0 : 1);
  const clear = to({ filters: [], search: null });
  return (
    <>
      <PageHeader
        title={t('payments.title')}
        note={noteOf(history, format)}
        actions={
          <SearchBox
            action={path}
            label={t('payments.searchLabel')}
            hint={t('payments.searchHint')}
            value={query.search ?? ''}
            keep={keptParams(to({ search: null }))}
          />
        }
      />
      <Tabs
        label={t('payments.views')}
        tabs={paymentsGrammar.tabs.map((tab: PaymentsTab) => ({
          label: t(`payments.tab.${tab}`),
          href: to({ tab: tab === 'all' ? null : tab }),
          count: countText(list.tabs[tab], format.locale),
          current: (query.tab ?? 'all') === tab,
        }))}
      />
      <PageBody>
        <FilterBar filters={chips} clear={narrowed > 0 ? clear : undefined} />
        <DataTable
          caption={t('payments.title')}
          columns={paymentColumns(address)}
          rows={paymentRows(list.rows, merchant, format)}
          format={format}
          total={list.total}
          start={list.start}
          sums={list.sums.map(({ amount, currency }) => amountOf(amount, currency))}
          {...pagesOf(address, list)}
          watch={['pi_', 'ch_', 'py_']}
          view={to({ cursor: query.cursor })}
          empty={
            narrowed > 0 ? (
              <FilteredOut title={t('payments.filteredTitle', { count: narrowed })} chips={chips} search={query.search} clear={clear} />
            ) : query.tab ? (
              <NothingUnder tab={t(`payments.tab.${query.tab as PaymentsTab}`)} path={path} />
            ) : (
              <NoneYet
                merchant={merchant}
                history={history}
                format={format}
                words={{ title: t('payments.noneTitle'), body: t('payments.noneBody'), backfill: t('payments.backfillTitle') }}
              />
            )
          }
        />
      </PageBody>
    </>
  );
}
