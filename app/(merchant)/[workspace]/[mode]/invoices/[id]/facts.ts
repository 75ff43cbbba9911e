import type { Fact } from '#components/object/facts.tsx';
import { valuesAt } from '#lib/catalogue/define.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import type { InvoiceWhole } from '#lib/read/desk/invoice.ts';
import { metadataFact, mirroredFact, textFact } from '../../_desk/object-facts.ts';

export function invoiceFacts({ copy, customer, number, subscription, newestEvent }: InvoiceWhole, merchant: Merchant): Fact[] {
  const at = (path: string) => valuesAt(copy.data, path)[0];
  const collection = at('collection_method');
  return [
    { label: t('invoice.facts.billTo'), value: billTo(copy.data, customer && href(merchant, 'customers', customer.id)) },
    ...dateFact(t('invoice.facts.issued'), at('status_transitions.finalized_at')),
    ...dateFact(t('invoice.facts.due'), at('due_date')),
    ...dateFact(t('invoice.facts.paid'), at('status_transitions.paid_at')),
    ...dateFact(t('invoice.facts.voided'), at('status_transitions.voided_at')),
    ...dateFact(t('invoice.facts.uncollectible'), at('status_transitions.marked_uncollectible_at')),
    ...(subscription ? [{ label: t('invoice.facts.subscription'), value: { kind: 'id' as const, id: subscription } }] : []),
    ...(collection === 'charge_automatically' || collection === 'send_invoice'
      ? textFact(t('invoice.facts.collection'), t(`invoice.facts.collection.${collection}`))
      : textFact(t('invoice.facts.collection'), collection)),
    ...(Number(at('attempt_count')) > 0 ? textFact(t('invoice.facts.attempts'), String(Number(at('attempt_count')))) : []),
    ...dateFact(t('invoice.facts.nextAttempt'), at('next_payment_attempt')),
    ...textFact(t('invoice.facts.number'), number),
    { label: t('invoice.facts.id'), value: { kind: 'id', id: copy.id } },
    ...(copy.created ? [{ label: t('invoice.facts.created'), value: { kind: 'date' as const, at: copy.created.toISOString() } }] : []),
    ...metadataFact(copy.data['metadata']),
    mirroredFact(copy, copy.confirmed, newestEvent),
  ];
}

/** As it stood when the invoice was made out: the customer may have moved since. */
function billTo(data: unknown, page: string | null): Fact['value'] {
  const text = (path: string) => {
    const value = valuesAt(data, path)[0];
    return typeof value === 'string' && value.trim() !== '' ? value : null;
  };
  const name = text('customer_name') ?? text('customer_email') ?? text('customer');
  if (name === null) return null;
  const town = [text('customer_address.postal_code'), text('customer_address.city')].filter(Boolean).join(' ');
  const address = [text('customer_address.line1'), text('customer_address.line2'), town, text('customer_address.country')].filter(Boolean).join(', ');
  const quiet = [name === text('customer_email') ? null : text('customer_email'), address].filter(Boolean).join(' · ');
  return { kind: 'text', text: name, ...(quiet ? { quiet } : {}), ...(page ? { href: page } : {}) };
}

function dateFact(label: string, seconds: unknown): Fact[] {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || Math.abs(seconds) > 1e11) return [];
  return [{ label, value: { kind: 'date', at: new Date(seconds * 1000).toISOString() } }];
}
