import type { Metadata } from 'next';
import { Held } from '#components/object/held.tsx';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import { SearchBox } from '#components/shell/search-box.tsx';
import { DataTable } from '#components/table/data-table.tsx';
import { FilterBar } from '#components/table/filter-bar.tsx';
import { LinkButton } from '#components/ui/link-button.tsx';
import { Tabs } from '#components/ui/tabs.tsx';
import { requireMerchant } from '#lib/access/session.ts';
import { type RefundsTab, refundsGrammar } from '#lib/catalogue/lists.ts';
import { AppError } from '#lib/errors.ts';
import { href } from '#lib/href.ts';
import { t } from '#lib/messages/index.ts';
import { listNeeding } from '#lib/read/desk/needs-you.ts';
import { listRefunds } from '#lib/read/desk/refunds.ts';
import { readHistory } from '#lib/read/history.ts';
import { keptParams, pagesOf, readAddress, type SearchParams } from '../_desk/address.ts';
import { amountOf, formatOf } from '../_desk/figures.ts';
import { BadAddress, countText, FilteredOut, NoneYet, NotConnected, NothingUnder, noteOf } from '../_desk/list-states.tsx';
import { refundColumns, refundRows } from '../_desk/refund-table.ts';
import { refundFilters } from './filters.ts';
import { NeedsYou } from './needs-you.tsx';

type Props = { params: Promise<{ workspace: string; mode: string }>; searchParams: SearchParams };

export function generateMetadata(): Metadata {
  return { title: t('refunds.title') };
}

export default async function RefundsPage({ params, searchParams }: Props) {
  const { workspace, mode } = await params;
  const merchant = await requireMerchant(workspace, mode);
  const path = href(merchant, 'refunds');
  const address = await readAddress(path, searchParams, refundsGrammar);
  if (address instanceof AppError) return <BadAddress refusal={address} title={t('refunds.title')} path={path} />;
  if (!merchant.ledger) return <NotConnected merchant={merchant} title={t('refunds.title')} />;

  const { query, to } = address;
  const format = formatOf(merchant);
  const [list, needing, history] = await Promise.all([
    listRefunds(merchant.ledger, query, format.zone),
    listNeeding(merchant.ledger),
    readHistory(merchant.ledger, ['refund']),
  ]);
  const chips = refundFilters(address, format);
  const narrowed = query.filters.length + (query.search === null ? 0 : 1);
  const clear = to({ filters: [], search: null });
  return (
    <>
      <PageHeader
        title={t('refunds.title')}
        note={noteOf(history, format)}
        actions={
          <SearchBox
            action={path}
            label={t('refunds.searchLabel')}
            hint={t('refunds.searchHint')}
            value={query.search ?? ''}
            keep={keptParams(to({ search: null }))}
          />
        }
      />
      <Held>
        <NeedsYou needing={needing} merchant={merchant} format={format} />
      </Held>
      <Tabs
        label={t('refunds.views')}
        tabs={refundsGrammar.tabs.map((tab: RefundsTab) => ({
          label: t(`refunds.tab.${tab}`),
          href: to({ tab: tab === 'all' ? null : tab }),
          count: countText(list.tabs[tab], format.locale),
          current: (query.tab ?? 'all') === tab,
        }))}
      />
      <PageBody>
        <FilterBar filters={chips} clear={narrowed > 0 ? clear : undefined} />
        <DataTable
          caption={t('refunds.title')}
          columns={refundColumns(address)}
          rows={refundRows(list.rows, merchant, format)}
          format={format}
          total={list.total}
          start={list.start}
          sums={list.sums.map(({ amount, currency }) => amountOf(amount, currency))}
          {...pagesOf(address, list)}
          watch={['re_', 'pyr_', 'op_']}
          view={to({ cursor: query.cursor })}
          empty={
            narrowed > 0 ? (
              <FilteredOut title={t('refunds.filteredTitle', { count: narrowed })} chips={chips} search={query.search} clear={clear} />
            ) : query.tab ? (
              <NothingUnder tab={t(`refunds.tab.${query.tab as RefundsTab}`)} path={path} />
            ) : (
              <NoneYet
                merchant={merchant}
                history={history}
                format={format}
                words={{ title: t('refunds.noneTitle'), body: t('refunds.noneBody'), backfill: t('refunds.backfillTitle') }}
                action={merchant.can.has('refund') ? <LinkButton href={href(merchant, 'payments')}>{t('refunds.toPayments')}</LinkButton> : undefined}
              />
            )
          }
        />
      </PageBody>
    </>
  );
}
