// Moments of a payment's life as sentences on a timeline.
import { moneyText } from '#components/object/amount-text.ts';
import { fullDate, type Format } from '#components/object/format.ts';
import type { TimelineEntry } from '#components/object/object-timeline.tsx';
import { lookOf } from '#components/object/status.ts';
import type { Tone } from '#components/ui/tone.ts';
import { href, type Place } from '#lib/href.ts';
import { type MessageKey, t } from '#lib/messages/index.ts';
import { payments as words } from '#lib/messages/en/payments.ts';
import type { Moment } from '#lib/read/desk/moments.ts';
import { amountOf } from './figures.ts';
import { failureText, refundDetail } from './refund-words.ts';

export function momentEntry(moment: Moment, format: Format, link?: string): TimelineEntry {
  return { id: moment.id, at: moment.at.toISOString(), href: link, ...told(moment, format) };
}

/** A refund leads to its own page; anything else to its payment, where `payment` says that one is not there already. */
export function momentHref(moment: Moment, place: Place, payment = false): string | undefined {
  if ('page' in moment) return href(place, 'refunds', moment.page);
  return payment ? href(place, 'payments', moment.payment) : undefined;
}

type Told = Pick<TimelineEntry, 'tone' | 'hollow' | 'title' | 'detail' | 'lang' | 'badge'>;

function told(moment: Moment, format: Format): Told {
  const sum = 'amount' in moment ? moneyText(amountOf(moment.amount, moment.currency), format.locale) : '';
  switch (moment.kind) {
    case 'created':
      return {
        tone: 'neu',
        title: moment.invoice ? t('payments.moment.createdForInvoice', { invoice: moment.invoice }) : t('payments.moment.created'),
      };
    case 'failed':
      return {
        tone: 'neg',
        title: t('payments.moment.failed', { amount: sum }),
        detail: moment.message ?? (moment.code ? t('payments.moment.failedCode', { code: moment.code }) : undefined),
        lang: moment.message ? 'en' : undefined,
      };
    case 'succeeded':
    case 'captured':
      return { tone: 'pos', title: t(`payments.moment.${moment.kind}`, { amount: sum }) };
    case 'authorized':
      return { tone: 'warn', title: t('payments.moment.authorized', { amount: sum }) };
    case 'pending':
      return { tone: 'info', title: t('payments.moment.pending', { amount: sum }) };
    case 'asked':
      return { tone: 'warn', hollow: true, title: t('payments.moment.asked') };
    case 'canceled':
      return {
        tone: 'neu',
        title: t('payments.moment.canceled'),
        detail: moment.reason ? t('payments.moment.canceledWhy', { reason: inWords('payments.cancel.', moment.reason) }) : undefined,
      };
    case 'refund': {
      const look = lookOf('refund', moment.word);
      return {
        tone: look.tone,
        hollow: look.hollow,
        title: t('payments.moment.refund', { amount: sum }),
        detail: refundDetail(moment, format),
        badge: { object: 'refund', status: moment.word },
      };
    }
    case 'refund_failed':
      return {
        tone: 'neg',
        title: t('refunds.moment.failedOf', { amount: sum }),
        detail: sentences(failureText(moment.failureReason), t('refunds.moment.back', { amount: sum })),
      };
    case 'disputed':
      return {
        tone: 'dis',
        title: t('payments.moment.disputed', { amount: sum }),
        detail: sentences(
          moment.reason ? t('payments.moment.disputedWhy', { reason: inWords('payments.dispute.', moment.reason) }) : null,
          moment.dueBy ? t('payments.moment.disputeDue', { date: fullDate(moment.dueBy.toISOString(), format) }) : null,
        ),
        badge: { object: 'dispute', status: moment.status },
      };
    case 'dispute_closed':
      return {
        tone: toneOfClosed(moment.status),
        title: t('payments.moment.disputeClosed', { amount: sum }),
        badge: { object: 'dispute', status: moment.status },
      };
  }
}

/** Ours where we have one for the word; a word Stripe adds tomorrow stands as it came. */
function inWords(prefix: string, word: string): string {
  const key = `${prefix}${word}`;
  return known(key) ? t(key) : word;
}

type Plain = Extract<MessageKey, `payments.${'cancel' | 'dispute'}.${string}`>;

function known(key: string): key is Plain {
  return Object.hasOwn(words, key);
}

function sentences(...parts: readonly (string | null)[]): string | undefined {
  return parts.filter(Boolean).join(' ') || undefined;
}

function toneOfClosed(status: string | null): Tone {
  return status === null ? 'neu' : lookOf('dispute', status).tone;
}
