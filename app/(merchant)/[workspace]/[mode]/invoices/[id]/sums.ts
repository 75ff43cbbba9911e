// An invoice's figures, out of Stripe's own object: nothing is added up here but parts of one kind, in one currency.
import { formatDecimal } from '#components/object/format.ts';
import { valuesAt } from '#lib/catalogue/define.ts';
import type { MessageKey } from '#lib/messages/index.ts';
import { exponentOf, isKnownCurrency, type Minor } from '#lib/money.ts';

export type Sum = { readonly key: Extract<MessageKey, `invoice.sum.${string}`>; readonly amount: Minor; readonly total?: true };

export function sumsOf(data: Readonly<Record<string, unknown>>): Sum[] {
  const at = (path: string) => minorOf(valuesAt(data, path)[0]);
  const over = (path: string) => valuesAt(data, path).reduce<Minor>((sum, value) => sum + minorOf(value), 0n);
  // Negative where the customer had credit that paid a part.
  const balance = at('ending_balance') - at('starting_balance');
  const some = (key: Sum['key'], amount: Minor): Sum[] => (amount === 0n ? [] : [{ key, amount }]);
  return [
    { key: 'invoice.sum.subtotal', amount: at('subtotal') },
    ...some('invoice.sum.discount', -over('total_discount_amounts[].amount')),
    ...some('invoice.sum.tax', over('total_taxes[].amount')),
    { key: 'invoice.sum.total', amount: at('total'), total: true },
    ...some('invoice.sum.creditedBefore', -at('pre_payment_credit_notes_amount')),
    ...(valuesAt(data, 'ending_balance').length > 0 ? some('invoice.sum.balance', -balance) : []),
    { key: 'invoice.sum.paid', amount: at('amount_paid') },
    ...some('invoice.sum.creditedAfter', at('post_payment_credit_notes_amount')),
    { key: 'invoice.sum.due', amount: at('amount_remaining'), total: true },
  ];
}

/** Stripe's minor units; whatever is no whole number counts as nothing. */
export function minorOf(value: unknown): Minor {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : 0n;
}

/** A unit price may have parts of a minor unit ("0.5" = half a cent): shown with every digit it has, never rounded. */
export function unitText(unit: unknown, currency: string, locale: string): string | null {
  const text = typeof unit === 'number' ? String(unit) : unit;
  if (typeof text !== 'string' || !/^-?\d{1,18}(\.\d{1,12})?$/.test(text) || !isKnownCurrency(currency)) return null;
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = exponentOf(currency);
  const padded = whole.padStart(digits + 1, '0');
  const decimals = (digits === 0 ? '' : padded.slice(-digits)) + fraction.replace(/0+$/, '');
  return `${formatDecimal(`${sign}${digits === 0 ? padded : padded.slice(0, -digits)}${decimals ? `.${decimals}` : ''}`, locale)} ${currency.toUpperCase()}`;
}

/** Only a page of Stripe's own, over https: the address came from outside and is followed by people. */
export function stripePage(url: unknown): string | null {
  if (typeof url !== 'string' || !URL.canParse(url)) return null;
  const { protocol, hostname, username, password, port } = new URL(url);
  const safe = protocol === 'https:' && port === '' && username === '' && password === '' && /(^|\.)stripe\.com$/.test(hostname);
  return safe ? url : null;
}
