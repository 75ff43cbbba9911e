import { moneyText } from '#components/object/amount-text.ts';
import type { Fact } from '#components/object/facts.tsx';
import type { Format } from '#components/object/format.ts';
import { methodText } from '#components/object/method.ts';
import type { RelatedObject } from '#components/object/related.tsx';
import { t } from '#lib/messages/index.ts';
import type { Customer } from '#lib/read/desk/customer.ts';
import { amountOf } from '../../_desk/figures.ts';
import { metadataFact, mirroredFact, textFact } from '../../_desk/object-facts.ts';
import { subscriptionStatus } from '../rows.ts';
import { expiryOf } from './expiry.ts';

export function customerFacts({ copy, methods, defaultMethod, newestEvent }: Customer, format: Format): Fact[] {
  const { data } = copy;
  return [
    ...textFact(t('customers.facts.email'), data['email']),
    ...textFact(t('customers.facts.phone'), data['phone']),
    ...textFact(t('customers.facts.address'), addressText(data['address'])),
    ...textFact(t('customers.facts.description'), data['description']),
    ...methods.map((method): Fact => {
      const expiry = expiryOf(method, format);
      const words = [
        expiry ? t(expiry.over ? 'customers.methodExpired' : 'customers.methodExpires', { date: expiry.text }) : null,
        method.id === defaultMethod ? t('customers.methodDefault') : null,
      ];
      return {
        label: t('customers.method'),
        value: {
          kind: 'text',
          text: methodText({ type: method.kind ?? 'card', brand: method.brand, last4: method.last4 }),
          quiet: words.filter(Boolean).join(' · ') || undefined,
          tone: expiry?.soon ? 'warn' : undefined,
        },
      };
    }),
    ...balanceFact(data, format),
    { label: t('customers.facts.id'), value: { kind: 'id', id: copy.id } },
    ...metadataFact(data['metadata']),
    mirroredFact(copy, copy.confirmed, newestEvent),
  ];
}

/** Stripe's balance is a credit below 0; it is applied only when an invoice is finalised, so it is never netted with what is open. */
function balanceFact(data: Customer['copy']['data'], { locale }: Format): Fact[] {
  const { balance, currency } = data;
  if (typeof balance !== 'number' || balance === 0 || typeof currency !== 'string') return [];
  const amount = moneyText(amountOf(BigInt(Math.abs(Math.trunc(balance))), currency), locale);
  return [
    { label: t('customers.facts.balance'), value: { kind: 'text', text: t(balance < 0 ? 'customers.facts.credit' : 'customers.facts.owed', { amount }) } },
  ];
}

function addressText(address: unknown): string {
  if (address === null || typeof address !== 'object') return '';
  const { line1, line2, postal_code: code, city, state, country } = address as Record<string, unknown>;
  return [line1, line2, [code, city].filter(Boolean).join(' '), state, country].filter((part) => typeof part === 'string' && part !== '').join(', ');
}

export function relatedToCustomer({ subscriptions, invoices }: Customer, format: Format): RelatedObject[] {
  return [
    ...subscriptions.map((subscription) => ({
      type: t('customers.relatedSubscription'),
      id: subscription.id,
      status: subscriptionStatus(subscription, format),
      at: subscription.created?.toISOString(),
    })),
    ...invoices.map((invoice) => ({
      type: invoice.number ?? t('customers.relatedInvoice'),
      id: invoice.id,
      status: { object: 'invoice' as const, status: invoice.pastDue ? 'past_due' : invoice.status },
      amount: amountOf(invoice.total, invoice.currency, invoice.confirmed),
      at: invoice.created?.toISOString(),
    })),
  ];
}
