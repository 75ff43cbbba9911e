import type { Fact } from '#components/object/facts.tsx';
import { methodText } from '#components/object/method.ts';
import type { RelatedObject } from '#components/object/related.tsx';
import { valuesAt } from '#lib/catalogue/define.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import type { Copy } from '#lib/read/desk/parts.ts';
import type { Payment } from '#lib/read/desk/payment.ts';
import { wordOfRefund } from '#lib/read/desk/refund-word.ts';
import { amountOf } from '../../_desk/figures.ts';
import { metadataFact, mirroredFact, textFact } from '../../_desk/object-facts.ts';

export function paymentFacts(payment: Payment, merchant: Merchant, main: Copy): Fact[] {
  const { row, charges, customer } = payment;
  const charge = charges.find(({ id }) => id === row.charge) ?? charges[0];
  const bill = (field: string) => valuesAt(charge?.data, `billing_details.${field}`)[0];
  const name = row.customer_name ?? row.customer_email ?? textOr(bill('name')) ?? textOr(bill('email'));
  return [
    {
      label: t('payments.facts.customer'),
      value: row.customer
        ? {
            kind: 'text',
            text: name ?? row.customer,
            quiet: customer?.deleted_at ? t('payments.facts.deletedCustomer') : row.customer_name ? (row.customer_email ?? undefined) : undefined,
            // A customer that is named but not mirrored yet has no page.
            href: customer ? href(merchant, 'customers', row.customer) : undefined,
          }
        : name
          ? { kind: 'text', text: name, quiet: textOr(bill('name')) ? (textOr(bill('email')) ?? undefined) : undefined }
          : null,
    },
    { label: t('payments.facts.method'), value: row.method_type ? methodFact(row, charge) : null },
    ...textFact(t('payments.facts.description'), main.data['description'] ?? charge?.data['description']),
    ...textFact(t('payments.facts.statement'), charge?.data['calculated_statement_descriptor']),
    ...(row.invoice
      ? [
          {
            label: t('payments.facts.invoice'),
            // As with a customer: named before it is mirrored.
            value: {
              kind: 'text' as const,
              text: row.invoice_number ?? row.invoice,
              href: payment.invoice ? href(merchant, 'invoices', row.invoice) : undefined,
            },
          },
        ]
      : []),
    { label: t('payments.facts.payment'), value: { kind: 'id', id: row.id } },
    ...(row.charge && row.charge !== row.id ? [{ label: t('payments.facts.charge'), value: { kind: 'id' as const, id: row.charge } }] : []),
    { label: t('payments.facts.created'), value: { kind: 'date', at: row.created.toISOString() } },
    ...metadataFact(main.data['metadata']),
    mirroredFact(main, row.confirmed, payment.newestEvent),
  ];
}

function methodFact(row: Payment['row'], charge: Copy | undefined): Fact['value'] {
  const type = row.method_type ?? '';
  const month = valuesAt(charge?.data, `payment_method_details.${type}.exp_month`)[0];
  const year = valuesAt(charge?.data, `payment_method_details.${type}.exp_year`)[0];
  const expires = typeof month === 'number' && typeof year === 'number' ? `${String(month).padStart(2, '0')}/${String(year).slice(-2)}` : null;
  return {
    kind: 'text',
    text: methodText({ type, brand: row.method_brand, last4: row.method_last4 }),
    quiet: expires ? t('payments.facts.expires', { date: expires }) : undefined,
  };
}

/** What has a page is linked; what has none yet is named. */
export function relatedToPayment({ row, charges, refunds, disputes, invoice, customer }: Payment, merchant: Merchant): RelatedObject[] {
  return [
    ...(customer ? [{ type: t('payments.related.customer'), id: customer.id, href: href(merchant, 'customers', customer.id) }] : []),
    ...(invoice
      ? [
          {
            type: t('payments.related.invoice'),
            id: invoice.id,
            href: href(merchant, 'invoices', invoice.id),
            status: { object: 'invoice' as const, status: invoice.status },
            at: invoice.created?.toISOString(),
          },
        ]
      : []),
    ...(invoice?.subscription ? [{ type: t('payments.related.subscription'), id: invoice.subscription }] : []),
    ...charges
      .filter(({ id }) => id !== row.id)
      .map((charge) => ({
        type: t('payments.related.charge'),
        id: charge.id,
        amount: amountOf(charge.amount, charge.currency, charge.confirmed),
        at: charge.created?.toISOString(),
      })),
    ...refunds.map((refund) => ({
      type: t('payments.refundColumn'),
      id: refund.id,
      href: href(merchant, 'refunds', refund.id),
      amount: amountOf(refund.amount, refund.currency, refund.confirmed),
      status: { object: 'refund' as const, status: wordOfRefund(refund) },
      at: refund.created?.toISOString(),
    })),
    ...disputes.map((dispute) => ({
      type: t('payments.related.dispute'),
      id: dispute.id,
      amount: amountOf(dispute.amount, dispute.currency, dispute.confirmed),
      status: { object: 'dispute' as const, status: dispute.status },
      at: dispute.created?.toISOString(),
    })),
  ];
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
