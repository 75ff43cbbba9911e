// The moments of one refund as sentences.
import { moneyText } from '#components/object/amount-text.ts';
import type { Format } from '#components/object/format.ts';
import type { TimelineEntry } from '#components/object/object-timeline.tsx';
import { lookOf } from '#components/object/status.ts';
import { t } from '#lib/messages/index.ts';
import type { RefundMoment } from '#lib/read/desk/refund-moments.ts';
import { refundMoments } from '#lib/read/desk/refund-moments.ts';
import type { RefundStory } from '#lib/read/desk/refund.ts';
import { standingOf } from '#lib/read/desk/standing.ts';
import { amountOf } from '../../_desk/figures.ts';
import { failureText, pendingText, reasonText, refundSentence } from '../../_desk/refund-words.ts';

export function refundEntries(story: RefundStory, format: Format): TimelineEntry[] {
  return refundMoments(story).map((moment) => {
    const { detail, ...told } = toldOf(moment, story, format);
    const request = moment.request ? t('refunds.moment.request', { id: moment.request }) : null;
    return { id: moment.id, at: moment.at.toISOString(), ...told, detail: [detail, request].filter(Boolean).join(' ') || undefined };
  });
}

type Told = Pick<TimelineEntry, 'tone' | 'hollow' | 'title' | 'detail' | 'badge'>;

function toldOf(moment: RefundMoment, story: RefundStory, format: Format): Told {
  const name = 'name' in moment ? (moment.name ?? '') : '';
  switch (moment.kind) {
    case 'asked':
      return {
        tone: 'neu',
        title: moment.name ? t('refunds.moment.asked', { name: moment.name }) : t('refunds.moment.askedNobody'),
        detail: sentences(
          moment.reason ? t('payments.refund.why', { reason: reasonText(moment.reason) }) : null,
          moment.note ? t('payments.refund.noteSaid', { note: moment.note }) : null,
        ),
      };
    case 'held':
      return {
        tone: 'warn',
        hollow: true,
        title: t('refunds.moment.held'),
        detail: story.word === 'held' ? refundSentence(standing(story), format) : undefined,
      };
    case 'sent':
      return { tone: 'info', title: t('refunds.moment.sent') };
    case 'lost':
      return { tone: 'warn', title: t('refunds.moment.lost'), detail: t('refunds.moment.lostBody') };
    case 'accepted':
    case 'found':
    case 'made':
    case 'became':
      return {
        ...(moment.word === null ? { tone: 'info' } : toneOf(moment.word)),
        title: t(`refunds.moment.${moment.kind}`),
        detail: moment.word === 'pending' ? pendingText(moment.pendingReason) : moment.word === 'requires_action' ? t('refunds.is.requires_action') : undefined,
        badge: moment.word === null ? undefined : { object: 'refund', status: moment.word },
      };
    case 'refused':
      return { tone: 'neg', title: t('refunds.moment.refused'), detail: story.word === 'refused' ? refundSentence(standing(story), format) : undefined };
    case 'needs_review':
      return { tone: 'neg', hollow: true, title: t('refunds.moment.needs_review') };
    case 'decided':
      return {
        tone: moment.what === 'refunded' ? 'info' : 'neg',
        title: t(moment.what === 'refunded' ? 'refunds.moment.decidedRefunded' : 'refunds.moment.decidedNot', { name }),
        detail: moment.reason ? t('payments.refund.why', { reason: moment.reason }) : undefined,
      };
    case 'withdrawn':
      return { tone: 'neu', title: moment.name ? t('refunds.moment.withdrawn', { name }) : t('refunds.moment.withdrawnEnded') };
    case 'cancel_asked':
      return { tone: 'neu', title: t('refunds.moment.cancelAsked', { name }) };
    case 'cancel_refused':
      return { tone: 'neg', title: t('refunds.moment.cancelRefused') };
    case 'failed':
    case 'canceled':
      return over(moment, story, format);
    case 'attended':
      return { tone: 'pos', title: t('refunds.moment.attended', { name }), detail: moment.note ? t('refunds.moment.note', { note: moment.note }) : undefined };
  }
}

function over(moment: Extract<RefundMoment, { kind: 'failed' | 'canceled' }>, { amount, currency, operation }: RefundStory, format: Format): Told {
  const sum = moneyText(amountOf(amount, currency), format.locale);
  const back = moment.word === 'failed_afterwards' || moment.word === 'canceled';
  return {
    ...toneOf(moment.word),
    title: t(moment.kind === 'canceled' ? 'refunds.moment.canceled' : moment.word === 'failed' ? 'refunds.moment.failedFirst' : 'refunds.moment.failed'),
    detail: sentences(
      failureText(moment.failureReason),
      back ? t('refunds.moment.back', { amount: sum }) : null,
      moment.told === 'asker' && operation?.by
        ? t('refunds.moment.toldAsker', { name: operation.by })
        : moment.told === 'owners'
          ? t('refunds.moment.toldOwners')
          : null,
    ),
  };
}

function toneOf(word: string): Pick<Told, 'tone' | 'hollow'> {
  const { tone, hollow } = lookOf('refund', word);
  return { tone, hollow };
}

function standing({ refund, operation }: RefundStory) {
  return standingOf(refund, operation);
}

function sentences(...parts: readonly (string | null)[]): string | undefined {
  return parts.filter(Boolean).join(' ') || undefined;
}
