import type { Metadata } from 'next';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import { SearchBox } from '#components/shell/search-box.tsx';
import { DataTable } from '#components/table/data-table.tsx';
import { FilterBar } from '#components/table/filter-bar.tsx';
import { Tabs } from '#components/ui/tabs.tsx';
import { requireMerchant } from '#lib/access/session.ts';
import { type CustomersTab, customersGrammar } from '#lib/catalogue/lists.ts';
import { AppError } from '#lib/errors.ts';
import { href } from '#lib/href.ts';
import { t } from '#lib/messages/index.ts';
import { listCustomers } from '#lib/read/desk/customers.ts';
import { readHistory } from '#lib/read/history.ts';
import { keptParams, pagesOf, readAddress, type SearchParams } from '../_desk/address.ts';
import { amountOf, formatOf } from '../_desk/figures.ts';
import { createdFilter } from '../_desk/filters.ts';
import { BadAddress, countText, FilteredOut, NoneYet, NotConnected, NothingUnder, noteOf } from '../_desk/list-states.tsx';
import { customerColumns, customerRows } from './rows.ts';

type Props = { params: Promise<{ workspace: string; mode: string }>; searchParams: SearchParams };

/** What the columns are computed from: while one of these is still being read, a figure says so. */
const TYPES = ['customer', 'subscription', 'invoice', 'charge', 'refund', 'dispute'];

export function generateMetadata(): Metadata {
  return { title: t('customers.title') };
}

export default async function CustomersPage({ params, searchParams }: Props) {
  const { workspace, mode } = await params;
  const merchant = await requireMerchant(workspace, mode);
  const path = href(merchant, 'customers');
  const address = await readAddress(path, searchParams, customersGrammar);
  if (address instanceof AppError) return <BadAddress refusal={address} title={t('customers.title')} path={path} />;
  if (!merchant.ledger) return <NotConnected merchant={merchant} title={t('customers.title')} />;

  const { query, to } = address;
  const format = formatOf(merchant);
  const [list, history] = await Promise.all([listCustomers(merchant.ledger, query, format.zone), readHistory(merchant.ledger, TYPES)]);
  const chips = [createdFilter(address, format)];
  const narrowed = query.filters.length + (query.search === null ? 0 : 1);
  const clear = to({ filters: [], search: null });
  return (
    <>
      <PageHeader
        title={t('customers.title')}
        note={noteOf(history, format)}
        actions={
          <SearchBox
            action={path}
            label={t('customers.searchLabel')}
            hint={t('customers.searchHint')}
            value={query.search ?? ''}
            keep={keptParams(to({ search: null }))}
          />
        }
      />
      <Tabs
        label={t('customers.views')}
        tabs={customersGrammar.tabs.map((tab: CustomersTab) => ({
          label: t(`customers.tab.${tab}`),
          href: to({ tab: tab === 'all' ? null : tab }),
          count: countText(list.tabs[tab], format.locale),
          current: (query.tab ?? 'all') === tab,
        }))}
      />
      <PageBody>
        <FilterBar filters={chips} clear={narrowed > 0 ? clear : undefined} />
        <DataTable
          caption={t('customers.title')}
          columns={customerColumns(address)}
          rows={customerRows(list, merchant, format)}
          format={format}
          total={list.total}
          start={list.start}
          sums={list.sums.map(({ amount, currency }) => amountOf(amount, currency))}
          {...pagesOf(address, list)}
          watch={['cus_', 'sub_', 'in_', 'pi_', 'ch_', 'py_', 're_', 'du_', 'dp_']}
          view={to({ cursor: query.cursor })}
          empty={
            narrowed > 0 ? (
              <FilteredOut title={t('customers.filteredTitle', { count: narrowed })} chips={chips} search={query.search} clear={clear} />
            ) : query.tab ? (
              <NothingUnder tab={t(`customers.tab.${query.tab as CustomersTab}`)} path={path} />
            ) : (
              <NoneYet
                merchant={merchant}
                history={history}
                format={format}
                words={{ title: t('customers.noneTitle'), body: t('customers.noneBody'), backfill: t('customers.backfillTitle') }}
              />
            )
          }
        />
      </PageBody>
    </>
  );
}
