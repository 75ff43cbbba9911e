import { moneyText } from '#components/object/amount-text.ts';
import type { Fact } from '#components/object/facts.tsx';
import { type Format, listDate } from '#components/object/format.ts';
import { methodText } from '#components/object/method.ts';
import { valuesAt } from '#lib/catalogue/define.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import type { RefundStory } from '#lib/read/desk/refund.ts';
import { amountOf } from '../../_desk/figures.ts';
import { mirroredFact, textFact } from '../../_desk/object-facts.ts';
import { reasonText } from '../../_desk/refund-words.ts';

export function refundFacts(story: RefundStory, merchant: Merchant, format: Format): Fact[] {
  const { refund, operation, payment, entries } = story;
  const reason = refund ? refund.data['reason'] : operation?.reason;
  const note = operation?.note ?? valuesAt(refund?.data, 'metadata.note')[0];
  const created = refund?.created ?? null;
  const requests = [...new Set(entries.flatMap(({ request }) => (request ? [request] : [])))];
  const destination = destinationOf(story);
  return [
    ...(payment
      ? [
          {
            label: t('refunds.facts.payment'),
            value: {
              kind: 'text' as const,
              text: t('refunds.paymentOf', {
                amount: moneyText(amountOf(payment.amount, payment.currency), format.locale),
                at: listDate(payment.created.toISOString(), format),
              }),
              href: href(merchant, 'payments', payment.id),
            },
          },
          {
            label: t('refunds.facts.customer'),
            value: payment.customer
              ? {
                  kind: 'text' as const,
                  text: payment.customer_name ?? payment.customer_email ?? payment.customer,
                  quiet: payment.customer_name ? (payment.customer_email ?? undefined) : undefined,
                  href: href(merchant, 'customers', payment.customer),
                }
              : null,
          },
        ]
      : []),
    { label: t('refunds.facts.destination'), value: destination ? { kind: 'text', text: destination } : null },
    ...textFact(t('refunds.facts.reference'), referenceOf(story)),
    { label: t('refunds.facts.reason'), value: typeof reason === 'string' && reason !== '' ? { kind: 'text', text: reasonText(reason) } : null },
    ...textFact(t('refunds.facts.note'), note),
    ...(operation
      ? [
          {
            label: t('refunds.facts.by'),
            value: operation.by ? { kind: 'text' as const, text: operation.byKind === 'key' ? t('audit.key', { name: operation.by }) : operation.by } : null,
          },
          { label: t('refunds.facts.asked'), value: { kind: 'date' as const, at: operation.created.toISOString() } },
        ]
      : []),
    ...(created ? [{ label: t('refunds.facts.created'), value: { kind: 'date' as const, at: created.toISOString() } }] : []),
    ...(refund ? [{ label: t('refunds.facts.id'), value: { kind: 'id' as const, id: refund.id } }] : []),
    ...(operation ? [{ label: t('refunds.facts.operation'), value: { kind: 'id' as const, id: `op_${operation.id}` } }] : []),
    ...requests.map((id): Fact => ({ label: t('refunds.facts.requests'), value: { kind: 'id', id } })),
    ...(merchant.can.has('audit') && entries.length > 0
      ? [
          {
            label: t('refunds.facts.audit'),
            value: {
              kind: 'text' as const,
              text: t('refunds.facts.auditEntries', { count: entries.length }),
              href: `${href(merchant, 'settings', 'audit')}?object=${entries[0]!.operation}`,
            },
          },
        ]
      : []),
    ...(refund ? [mirroredFact(refund, refund.confirmed, story.newestEvent)] : []),
  ];
}

/** The way of paying that the money goes back to: always that of the payment. */
export function destinationOf({ payment, charge }: Pick<RefundStory, 'payment' | 'charge'>): string | null {
  if (payment?.method_type) return methodText({ type: payment.method_type, brand: payment.method_brand, last4: payment.method_last4 });
  const type = valuesAt(charge?.data, 'payment_method_details.type')[0];
  return typeof type === 'string' ? methodText({ type }) : null;
}

/** What the customer's bank knows it by. */
function referenceOf({ refund }: RefundStory): unknown {
  const type = valuesAt(refund?.data, 'destination_details.type')[0];
  return typeof type === 'string' ? valuesAt(refund?.data, `destination_details.${type}.reference`)[0] : null;
}
