// The filters of a list as chips: each with its value in words, its form, and the address without it.
import type { Filter as Chip } from '#components/table/filter-bar.tsx';
import type { FilterField } from '#components/table/filter-value.ts';
import { dayDate, type Format } from '#components/object/format.ts';
import { methodText } from '#components/object/method.ts';
import { lookOf } from '#components/object/status.ts';
import { elide } from '#components/ui/id.tsx';
import { paymentWords } from '#lib/catalogue/lists.ts';
import { currencyIn, type Filter, writeQuery } from '#lib/catalogue/query.ts';
import { t } from '#lib/messages/index.ts';
import type { Address } from './address.ts';

export function createdFilter(address: Address, format: Format): Chip {
  return chip(address, format, { param: 'created', label: t('payments.created'), kind: 'date', presets: dayPresets() });
}

export function amountFilter(address: Address, format: Format): Chip {
  return chip(address, format, {
    param: 'amount',
    label: t('payments.amount'),
    kind: 'amount',
    hint: t('payments.amountHint'),
    operators: [
      { value: 'gte', label: t('payments.atLeast') },
      { value: 'lte', label: t('payments.atMost') },
      { value: '', label: t('payments.is') },
      { value: 'between', label: t('payments.between'), range: true },
    ],
  });
}

export function dayPresets(): { label: string; value: string }[] {
  return [1, 7, 30, 90].map((days) => ({ label: days === 1 ? t('lists.today') : t('lists.lastDays', { count: days }), value: `${days}d` }));
}

export function paymentFilters(address: Address, format: Format, methods: readonly string[]): Chip[] {
  const chosen = address.query.filters.find(({ field }) => field === 'method')?.values ?? [];
  return [
    createdFilter(address, format),
    amountFilter(address, format),
    chip(address, format, {
      param: 'status',
      label: t('payments.status'),
      kind: 'choice',
      options: paymentWords.map((value) => ({ value, label: statusText(value) })),
    }),
    chip(address, format, {
      param: 'method',
      label: t('payments.method'),
      kind: 'choice',
      options: [...new Set([...methods, ...chosen])].map((value) => ({ value, label: methodText({ type: value }) })),
    }),
    chip(address, format, { param: 'customer', label: t('payments.customer'), kind: 'text', hint: t('payments.customerHint') }),
  ];
}

export function chip(address: Address, format: Format, field: FilterField): Chip {
  const { query, grammar, to } = address;
  const set = query.filters.find((filter) => filter.field === field.param);
  if (!set) return field;
  return {
    ...field,
    value: writeQuery(query, grammar).get(field.param) ?? undefined,
    text: field.options ? set.values.map((value) => field.options?.find((each) => each.value === value)?.label ?? value).join(', ') : inWords(set, format),
    without: to({ filters: query.filters.filter((filter) => filter !== set) }),
  };
}

function inWords(filter: Filter, format: Format): string {
  const [from = '', to = ''] = filter.values;
  switch (filter.operator) {
    case 'last':
      return from === '1' ? t('lists.today') : t('lists.lastDays', { count: Number(from) });
    case 'range':
      return daysText(from, to, format);
    case 'is':
      return from.startsWith('cus_') ? elide(from) : from;
    default:
      return amountText(filter);
  }
}

function daysText(from: string, to: string, format: Format): string {
  // A day of the calendar has no zone: it is shown as it was named.
  const day = (text: string) => dayDate(`${text}T12:00:00Z`, { ...format, zone: 'UTC' });
  if (!to) return t('lists.since', { from: day(from) });
  if (!from) return t('lists.until', { to: day(to) });
  return from === to ? day(from) : t('lists.days', { from: day(from), to: day(to) });
}

function amountText({ operator, values: [from = '', to = ''], values }: Filter): string {
  const code = currencyIn(values)?.toUpperCase();
  const amount = (text: string) => (code ? `${text} ${code}` : text);
  if (operator === 'between') return t('payments.amountBetween', { from, to: amount(to) });
  const key = { gte: 'payments.amountFrom', lte: 'payments.amountTo', eq: 'payments.amountIs' } as const;
  return t(key[operator as keyof typeof key], { amount: amount(from) });
}

export function statusText(word: string): string {
  const { key } = lookOf('payment', word);
  return key ? t(key) : word;
}
