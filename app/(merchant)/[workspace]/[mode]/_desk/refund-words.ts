// A refund's word, reason and maker as people read them, the same in lists, pages and timelines.
import { lookOf } from '#components/object/status.ts';
import { type MessageKey, t } from '#lib/messages/index.ts';
import { payments as words } from '#lib/messages/en/payments.ts';
import { refund as refundWords } from '#lib/messages/en/refund.ts';

export function refundWordText(word: string): string {
  const { key } = lookOf('refund', word);
  return key ? t(key) : word;
}

/** Ours where we have one for the word; a word Stripe adds tomorrow stands as it came. */
export function reasonText(reason: string): string {
  const key = `refund.reason.${reason}`;
  if (Object.hasOwn(refundWords, key)) return t(key as 'refund.reason.duplicate');
  const of = `payments.refund.reason.${reason}`;
  return Object.hasOwn(words, of) ? t(of as Extract<MessageKey, `payments.refund.reason.${string}`>) : reason;
}

export function byText({ by }: { by: { where: 'here'; name: string | null } | { where: 'stripe' } }): string {
  return by.where === 'stripe' ? t('objects.madeInStripe') : (by.name ?? t('payments.refund.by.nobody'));
}
