import { moneyText } from '#components/object/amount-text.ts';
import type { Format } from '#components/object/format.ts';
import { DataTable } from '#components/table/data-table.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { href } from '#lib/href.ts';
import type { Ledger } from '#lib/ledger.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { listCustomerRefunds } from '#lib/read/desk/customer-refunds.ts';
import type { Total } from '#lib/read/desk/keyset.ts';
import { amountOf } from '../../_desk/figures.ts';
import { reasonText, refundBy } from '../../_desk/moments.ts';

const SHOWN = 100;

type RefundsProps = { merchant: Merchant; ledger: Ledger; customer: string; total: Total; format: Format };

/** Each refund leads to its payment, where the whole story is. */
export async function CustomerRefunds({ merchant, ledger, customer, total, format }: RefundsProps) {
  const refunds = await listCustomerRefunds(ledger, customer, SHOWN);
  return (
    <>
      <DataTable
        caption={t('customers.section.refunds')}
        columns={[
          { id: 'amount', label: t('payments.amount'), kind: 'money', width: 140, narrow: 'amount' },
          { id: 'status', label: t('payments.status'), kind: 'status', width: 150, narrow: 'status' },
          { id: 'payment', label: t('customers.refundPayment'), kind: 'ref', width: 140, narrow: 'name' },
          { id: 'reason', label: t('customers.refundReason'), kind: 'text', width: 180 },
          { id: 'by', label: t('customers.refundBy'), kind: 'text', width: 150 },
          { id: 'created', label: t('payments.created'), kind: 'date', width: 120, narrow: 'date' },
        ]}
        rows={refunds.map((refund) => {
          const amount = amountOf(refund.amount, refund.currency, refund.confirmed);
          return {
            id: refund.id,
            href: href(merchant, 'payments', refund.payment),
            label: t('payments.moment.refund', { amount: moneyText(amount, format.locale) }),
            live: [refund.payment],
            cells: {
              amount: { kind: 'money', ...amount },
              status: { kind: 'status', object: 'refund', status: refund.word },
              payment: { kind: 'ref', id: refund.payment },
              reason: refund.reason ? { kind: 'text', text: reasonText(refund.reason) } : null,
              by: { kind: 'text', text: refund.by.where === 'here' ? (refund.by.name ?? refundBy(refund)) : t('objects.madeInStripe'), quiet: true },
              created: { kind: 'date', at: refund.created.toISOString() },
            },
          };
        })}
        format={format}
        total={total}
        start={1}
        empty={<EmptyState kind="none-yet" title={t('customers.noRefunds')} />}
      />
      {total.count > SHOWN ? <p className="text-meta text-fg-3">{t('customers.latestOnly', { count: SHOWN })}</p> : null}
    </>
  );
}
