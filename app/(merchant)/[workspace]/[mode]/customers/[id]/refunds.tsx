import type { Format } from '#components/object/format.ts';
import { DataTable } from '#components/table/data-table.tsx';
import type { Column } from '#components/table/describe.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { refundsGrammar } from '#lib/catalogue/lists.ts';
import { AppError } from '#lib/errors.ts';
import type { Ledger } from '#lib/ledger.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { listRefunds } from '#lib/read/desk/refunds.ts';
import { pagesOf, readAddress, type SearchParams } from '../../_desk/address.ts';
import { amountOf } from '../../_desk/figures.ts';
import { BadAddress } from '../../_desk/list-states.tsx';
import { refundColumns, refundRows } from '../../_desk/refund-table.ts';

type RefundsProps = { merchant: Merchant; ledger: Ledger; customer: string; searchParams: SearchParams; path: string; format: Format };

/** What can be narrowed here is the customer alone, which the path already says. */
const grammar = { ...refundsGrammar, tabs: ['overview', 'refunds'], filters: {}, search: false };

export async function CustomerRefunds({ merchant, ledger, customer, searchParams, path, format }: RefundsProps) {
  const address = await readAddress(path, searchParams, grammar);
  if (address instanceof AppError) return <BadAddress refusal={address} title={t('refunds.title')} path={`${path}?tab=refunds`} />;
  const { query, to } = address;
  const list = await listRefunds(ledger, { ...query, tab: null, filters: [{ field: 'customer', operator: 'is', values: [customer] }] }, format.zone);
  const columns = refundColumns(address)
    .filter(({ id }) => id !== 'customer')
    .map((column): Column => (column.id === 'payment' ? { ...column, narrow: 'name' } : column));
  return (
    <DataTable
      caption={t('refunds.title')}
      columns={columns}
      rows={refundRows(list.rows, merchant, format)}
      format={format}
      total={list.total}
      start={list.start}
      sums={list.sums.map(({ amount, currency }) => amountOf(amount, currency))}
      {...pagesOf(address, list)}
      watch={['re_', 'pyr_', 'op_']}
      view={to({ cursor: query.cursor })}
      empty={<EmptyState kind="none-yet" title={t('customers.noRefunds')} />}
    />
  );
}
