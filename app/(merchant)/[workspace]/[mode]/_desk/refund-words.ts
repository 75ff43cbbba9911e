// A refund's word, sentence, reason and maker as people read them, the same in lists, pages and timelines (design/UX.md §7).
import { moneyText } from '#components/object/amount-text.ts';
import { type Format, fullDate, listDate } from '#components/object/format.ts';
import { lookOf } from '#components/object/status.ts';
import { type MessageKey, t } from '#lib/messages/index.ts';
import { payments as words } from '#lib/messages/en/payments.ts';
import { refund as refundWords } from '#lib/messages/en/refund.ts';
import { refunds as sentences } from '#lib/messages/en/refunds.ts';
import type { Standing } from '#lib/read/desk/standing.ts';
import { amountOf } from './figures.ts';

export function refundWordText(word: string): string {
  const { key } = lookOf('refund', word);
  return key ? t(key) : word;
}

/** What the badge's word means for this refund. `destination`: where its money goes, in words. */
export function refundSentence(refund: Standing, format: Format, destination: string | null = null): string {
  const amount = moneyText(amountOf(refund.amount, refund.currency), format.locale);
  const name = refund.decided?.by.name ?? '';
  const at = refund.decided ? fullDate(refund.decided.at, format) : '';
  switch (refund.word) {
    case 'queued': {
      const asked = refund.asked ? listDate(refund.asked.toISOString(), format) : '';
      const { by } = refund;
      return by.where === 'here' && by.name ? t('refunds.is.queued', { at: asked, name: nameOf(by) ?? '' }) : t('refunds.is.queuedNobody', { at: asked });
    }
    case 'held':
      return because('held', refund.heldWhy);
    case 'needs_review':
      return because('needs_review', refund.reviewWhy);
    case 'pending':
      return because('pending', refund.pendingReason);
    case 'succeeded':
      return destination ? t('refunds.is.succeeded', { amount, destination }) : t('refunds.is.succeededBack', { amount });
    case 'refused':
      return refusal(refund);
    case 'not_refunded':
      return t('refunds.is.not_refunded', { name, at });
    case 'failed':
    case 'failed_afterwards':
      return joined(failureText(refund.failureReason), t(`refunds.is.${refund.word}`, { amount }));
    case 'canceled':
      if (refund.decided?.what === 'withdrawn') return t('refunds.is.withdrawn', { name, at });
      return refund.atStripe ? t('refunds.is.canceled', { amount }) : t('refunds.is.withdrawnEnded');
    case 'sending':
    case 'unknown':
    case 'requires_action':
    case 'no_status':
      return t(`refunds.is.${refund.word}`);
    default:
      return t('refunds.is.other');
  }
}

/** Who asked and why, then what its state means: the detail of a line on a timeline. */
export function refundDetail(refund: Standing, format: Format, destination: string | null = null): string {
  return joined(
    refund.word === 'queued' ? null : refundBy(refund),
    refund.reason ? t('payments.refund.why', { reason: reasonText(refund.reason) }) : null,
    refund.note ? t('payments.refund.noteSaid', { note: refund.note }) : null,
    refundSentence(refund, format, destination),
  );
}

/** A note beside the badge, never in its place. */
export function refundNote({ by, found, decided }: Pick<Standing, 'by' | 'found' | 'decided'>): string | null {
  if (decided?.what === 'refunded') return t('refunds.note.decided', { name: decided.by.name });
  if (found) return t('refunds.note.found');
  return by.where === 'stripe' ? t('refunds.note.stripe') : null;
}

/** Why it failed; Stripe's word as it came where it is a new one. */
export function failureText(reason: string | null): string | null {
  return reason === null ? null : inWords('payments.refund.failure.', reason);
}

/** Ours where we have one for the word; a word Stripe adds tomorrow stands as it came. */
export function reasonText(reason: string): string {
  const key = `refund.reason.${reason}`;
  return Object.hasOwn(refundWords, key) ? t(key as 'refund.reason.duplicate') : inWords('payments.refund.reason.', reason);
}

export function byText({ by }: Pick<Standing, 'by'>): string {
  return by.where === 'stripe' ? t('objects.madeInStripe') : (nameOf(by) ?? t('payments.refund.by.nobody'));
}

function refundBy({ by }: Standing): string {
  if (by.where === 'stripe') return t('payments.refund.by.stripe');
  const name = nameOf(by);
  return name ? t('payments.refund.by.here', { name }) : t('payments.refund.by.nobody');
}

/** A program is named by its key. */
function nameOf({ name, isKey }: Extract<Standing['by'], { where: 'here' }>): string | null {
  return name && isKey ? t('audit.key', { name }) : name;
}

export function pendingText(reason: string | null): string {
  return because('pending', reason);
}

type Because = 'held' | 'needs_review' | 'pending';

function because(word: Because, why: string | null): string {
  const key = `refunds.is.${word}.${why}`;
  return Object.hasOwn(sentences, key) ? t(key as `refunds.is.${Because}`) : t(`refunds.is.${word}`);
}

function refusal({ code, message }: Standing): string {
  const key = `refund.refused.${code}`;
  if (code !== null && code !== 'other' && Object.hasOwn(refundWords, key)) return t(key as 'refund.refused.charge_disputed');
  return message ? t('refunds.is.refusedSaid', { message }) : t('refunds.is.refused');
}

type Plain = Extract<MessageKey, `payments.refund.${'failure' | 'reason'}.${string}`>;

function inWords(prefix: string, word: string): string {
  const key = `${prefix}${word}`;
  return Object.hasOwn(words, key) ? t(key as Plain) : word;
}

function joined(...parts: readonly (string | null)[]): string {
  return parts.filter(Boolean).join(' ');
}
