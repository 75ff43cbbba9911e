// Limits in words, and as the form has them.
import { t } from '#lib/messages/index.ts';
import { formatAmount, formatMoney, isKnownCurrency } from '#lib/money.ts';
import type { Line } from '#lib/perform/limits.ts';
import type { FormLine } from './limit-form-state.ts';

export function lineText({ currency, each, day }: Line, locale: string): string {
  const money = (amount: bigint) => formatMoney(amount, currency, locale);
  if (each !== null && day !== null) return t('limits.both', { each: money(each), day: money(day) });
  return each !== null ? t('limits.each', { amount: money(each) }) : t('limits.day', { amount: money(day ?? 0n) });
}

export function formLines(lines: readonly Line[], locale: string): FormLine[] {
  const text = (amount: bigint | null, currency: string) => (amount === null ? '' : formatAmount(amount, currency, locale));
  return lines.map(({ currency, each, day }) => ({ currency, figures: { each: text(each, currency), day: text(day, currency) } }));
}

/** Codes to add a line in: those in use first, then all that Stripe could send. */
export function currenciesBut(taken: readonly string[], used: readonly string[]): string[] {
  const all = Intl.supportedValuesOf('currency').map((code) => code.toLowerCase());
  return [...new Set([...used, ...all])].filter((code) => !taken.includes(code) && isKnownCurrency(code));
}
