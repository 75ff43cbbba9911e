import type { Format } from '#components/object/format.ts';
import { DataTable } from '#components/table/data-table.tsx';
import type { Column } from '#components/table/describe.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { paymentsGrammar } from '#lib/catalogue/lists.ts';
import { AppError } from '#lib/errors.ts';
import { href } from '#lib/href.ts';
import type { Ledger } from '#lib/ledger.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { listPayments } from '#lib/read/desk/payments.ts';
import { pagesOf, readAddress, type SearchParams } from '../../_desk/address.ts';
import { amountOf } from '../../_desk/figures.ts';
import { BadAddress } from '../../_desk/list-states.tsx';
import { paymentColumns, paymentRows } from '../../_desk/payment-table.tsx';

type PaymentsProps = { merchant: Merchant; ledger: Ledger; customer: string; searchParams: SearchParams; path: string; format: Format };

/** What can be narrowed here is the customer alone, which the path already says. */
const grammar = { ...paymentsGrammar, tabs: ['overview', 'payments'], filters: {}, search: false };

export async function CustomerPayments({ merchant, ledger, customer, searchParams, path, format }: PaymentsProps) {
  const address = await readAddress(path, searchParams, grammar);
  if (address instanceof AppError) return <BadAddress refusal={address} title={t('payments.title')} path={`${path}?tab=payments`} />;
  const { query, to } = address;
  const list = await listPayments(ledger, { ...query, tab: null, filters: [{ field: 'customer', operator: 'is', values: [customer] }] }, format.zone);
  const mayRefund = merchant.can.has('refund');
  const columns = paymentColumns(address)
    .filter(({ id }) => id !== 'customer')
    // On narrow screens the amount stands where a name would, and the act where an amount would.
    .map((column): Column => (column.id === 'amount' ? { ...column, narrow: 'name' } : column));
  const rows = paymentRows(list.rows, merchant, format).map((row, at) => ({
    ...row,
    cells: {
      ...row.cells,
      refund: isRefundable(list.rows[at]!)
        ? ({ kind: 'text', act: true, text: t('payments.refund'), href: `${href(merchant, 'payments', row.id)}?refund` } as const)
        : null,
    },
  }));
  return (
    <DataTable
      caption={t('payments.title')}
      columns={mayRefund ? [...columns, { id: 'refund', label: t('payments.refundColumn'), kind: 'text', width: 90, narrow: 'amount' }] : columns}
      rows={rows}
      format={format}
      total={list.total}
      start={list.start}
      sums={list.sums.map(({ amount, currency }) => amountOf(amount, currency))}
      {...pagesOf(address, list)}
      view={to({ cursor: query.cursor })}
      empty={<EmptyState kind="none-yet" title={t('customers.noPayments')} />}
    />
  );
}

/** Worth a click; what can really be refunded is decided on the payment's page. */
function isRefundable({ captured, refunded, word }: { captured: bigint; refunded: bigint; word: string }): boolean {
  return captured > refunded && word !== 'disputed';
}
