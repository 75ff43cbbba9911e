// A person's limit in words, and whether an amount is above it. The server decides again; this only says it in time.
import { language } from '#lib/messages/translate.ts';
import { formatMoney } from '#lib/money.ts';
import { t } from './refund-text.ts';
import type { RefundLimit } from './refund-outcome.ts';

export function limitText(limit: RefundLimit, currency: string, locale: string): string {
  if (limit === 'none_set') return t('refund.limit.none', { currency: currency.toUpperCase() });
  const money = (minor: string) => formatMoney(BigInt(minor), currency, locale);
  const used = money(limit.used);
  if (limit.each !== null && limit.day !== null) return t('refund.limit.both', { each: money(limit.each), day: money(limit.day), used });
  if (limit.day !== null) return t('refund.limit.day', { day: money(limit.day), used });
  return t('refund.limit.each', { each: money(limit.each ?? '0') });
}

export function isAboveLimit(minor: bigint, limit: RefundLimit | null): boolean {
  if (limit === null) return false;
  if (limit === 'none_set') return true;
  return (limit.each !== null && minor > BigInt(limit.each)) || (limit.day !== null && BigInt(limit.used) + minor > BigInt(limit.day));
}

/** "Dana Ruiz or Ola Berg may refund it." Joined in the language of the sentence, not in that of the figures. */
export function whoText(names: readonly string[]): string | null {
  if (names.length === 0) return null;
  return t('refund.limit.who', { names: new Intl.ListFormat(language(), { type: 'disjunction' }).format(names) });
}
