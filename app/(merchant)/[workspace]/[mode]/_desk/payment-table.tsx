// Payments as rows of a table: the list of all, and the part of a customer's page.
import type { Column, Row } from '#components/table/describe.ts';
import { moneyText } from '#components/object/amount-text.ts';
import type { Format } from '#components/object/format.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import type { PaymentRow } from '#lib/read/desk/payments.ts';
import { type Address, sortOf } from './address.ts';
import { amountOf } from './figures.ts';
import { statusText } from './filters.ts';

export function paymentColumns(address: Address): Column[] {
  return [
    { id: 'amount', label: t('payments.amount'), kind: 'money', width: 150, narrow: 'amount', sort: sortOf(address, 'amount') },
    { id: 'status', label: t('payments.status'), kind: 'status', width: 150, narrow: 'status' },
    { id: 'customer', label: t('payments.customer'), kind: 'customer', width: 280, narrow: 'name' },
    { id: 'method', label: t('payments.method'), kind: 'method', width: 120 },
    { id: 'invoice', label: t('payments.invoice'), kind: 'ref', width: 130 },
    { id: 'created', label: t('payments.created'), kind: 'date', width: 130, narrow: 'date', sort: sortOf(address, 'created') },
  ];
}

export function paymentRows(rows: readonly PaymentRow[], merchant: Merchant, { locale }: Format): Row[] {
  return rows.map((row) => {
    const amount = amountOf(row.amount, row.currency, row.confirmed);
    return {
      id: row.id,
      href: href(merchant, 'payments', row.id),
      label: t('payments.row', { amount: moneyText(amount, locale), status: statusText(row.word) }),
      live: [row.id, ...[row.charge, row.customer].filter((id) => id !== null)],
      cells: {
        amount: { kind: 'money', ...amount },
        status: { kind: 'status', object: 'payment', status: row.word },
        customer: row.customer
          ? { kind: 'customer', name: row.customer_name, email: row.customer_email, href: href(merchant, 'customers', row.customer) }
          : null,
        method: row.method_type ? { kind: 'method', type: row.method_type, brand: row.method_brand, last4: row.method_last4 } : null,
        invoice: row.invoice ? (row.invoice_number ? { kind: 'text', text: row.invoice_number, quiet: true } : { kind: 'ref', id: row.invoice }) : null,
        created: { kind: 'date', at: row.created.toISOString() },
      },
    };
  });
}
