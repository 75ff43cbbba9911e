import { dayDate, type Format } from '#components/object/format.ts';
import type { Status } from '#components/object/status-badge.tsx';
import type { Cell, Column, Row } from '#components/table/describe.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import type { CustomersPage } from '#lib/read/desk/customers.ts';
import { oneOfMany } from '#lib/read/desk/one-of-many.ts';
import type { SubscriptionWord } from '#lib/read/desk/subscription-word.ts';
import { type Address, sortOf } from '../_desk/address.ts';
import { amountOf } from '../_desk/figures.ts';

export function customerColumns(address: Address): Column[] {
  return [
    { id: 'customer', label: t('customers.customer'), kind: 'customer', width: 280, narrow: 'name' },
    { id: 'subscription', label: t('customers.subscription'), kind: 'status', width: 170, narrow: 'status' },
    { id: 'spend', label: t('customers.netSpend'), kind: 'money', width: 160, narrow: 'amount' },
    { id: 'open', label: t('customers.openBalance'), kind: 'money', width: 130 },
    { id: 'last', label: t('customers.lastPayment'), kind: 'date', width: 110 },
    { id: 'created', label: t('customers.created'), kind: 'date', width: 110, narrow: 'date', sort: sortOf(address, 'created') },
  ];
}

export function customerRows({ rows, currency }: CustomersPage, merchant: Merchant, format: Format): Row[] {
  const money = (figures: Parameters<typeof oneOfMany>[0]): Cell => {
    const one = oneOfMany(figures, currency);
    return one && { kind: 'money', ...amountOf(one.figure.amount, one.figure.currency, one.figure.confirmed), more: one.more || undefined };
  };
  return rows.map(({ id, name, email, subscription, spend, open, lastPayment, created }) => ({
    id,
    href: href(merchant, 'customers', id),
    cells: {
      customer: name || email ? { kind: 'customer', name, email } : { kind: 'ref', id },
      subscription: subscription && { kind: 'status', ...subscriptionStatus(subscription, format) },
      spend: money(spend),
      open: money(open),
      last: lastPayment && { kind: 'date', at: lastPayment.toISOString() },
      created: { kind: 'date', at: created.toISOString() },
    },
  }));
}

/** The word, and the day it goes with: "Ends 3 Dec 2026". */
export function subscriptionStatus({ word, until }: SubscriptionWord, format: Format): Status {
  return { object: 'subscription', status: word, note: until ? dayDate(until.toISOString(), format) : undefined };
}
