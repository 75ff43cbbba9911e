import { moneyText } from '#components/object/amount-text.ts';
import type { Format } from '#components/object/format.ts';
import type { Column, Row } from '#components/table/describe.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import type { RefundRow } from '#lib/read/desk/refunds.ts';
import { type Address, sortOf } from './address.ts';
import { amountOf } from './figures.ts';
import { byText, reasonText, refundWordText } from './refund-words.ts';

export function refundColumns(address: Address): Column[] {
  return [
    { id: 'amount', label: t('refunds.amount'), kind: 'money', width: 140, narrow: 'amount', sort: sortOf(address, 'amount') },
    { id: 'status', label: t('refunds.status'), kind: 'status', width: 160, narrow: 'status' },
    { id: 'payment', label: t('refunds.payment'), kind: 'ref', width: 120 },
    { id: 'customer', label: t('refunds.customer'), kind: 'customer', width: 220, narrow: 'name' },
    { id: 'reason', label: t('refunds.reason'), kind: 'text', width: 150 },
    { id: 'by', label: t('refunds.by'), kind: 'text', width: 120 },
    { id: 'created', label: t('refunds.created'), kind: 'date', width: 110, narrow: 'date', sort: sortOf(address, 'created') },
  ];
}

/** A row keeps its place on the page when its refund comes into being: it is known by the operation, where there is one. */
export function refundRows(rows: readonly RefundRow[], merchant: Merchant, { locale }: Format): Row[] {
  return rows.map((row) => {
    const amount = amountOf(row.amount, row.currency, row.confirmed);
    return {
      id: row.key,
      href: href(merchant, 'refunds', row.id),
      label: t('refunds.row', { amount: moneyText(amount, locale), status: refundWordText(row.word) }),
      live: [row.id, row.key, ...[row.refund, row.operation, row.payment, row.charge, row.customer].filter((id) => id !== null)],
      cells: {
        amount: { kind: 'money', ...amount },
        status: { kind: 'status', object: 'refund', status: row.word },
        payment: row.payment ? { kind: 'ref', id: row.payment, href: href(merchant, 'payments', row.payment) } : null,
        customer: row.customer
          ? { kind: 'customer', name: row.customer_name, email: row.customer_email, href: href(merchant, 'customers', row.customer) }
          : null,
        reason: row.note
          ? { kind: 'text', text: row.reason ? t('refunds.reasonNoted', { reason: reasonText(row.reason), note: row.note }) : row.note }
          : row.reason
            ? { kind: 'text', text: reasonText(row.reason) }
            : null,
        by: { kind: 'text', text: byText(row), quiet: true },
        created: { kind: 'date', at: row.created.toISOString() },
      },
    };
  });
}
