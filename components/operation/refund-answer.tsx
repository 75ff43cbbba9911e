'use client';

import Link from 'next/link';
import { status } from '#lib/messages/en/status.ts';
import { translator } from '#lib/messages/translate.ts';
import { moneyText } from '../object/amount-text.ts';
import { lookOf } from '../object/status.ts';
import { Note } from '../ui/banner.tsx';
import { problemText } from './refund-amount.ts';
import { limitText, whoText } from './refund-limit.ts';
import type { RefundOutcome } from './refund-outcome.ts';
import { t } from './refund-text.ts';
import type { Answer } from './use-refund.ts';

const tStatus = translator(status);
type About = { currency: string; left: bigint; locale: string };

/** What came back, in the dialog. Refusals are read out at once; while Stripe is silent the page stays calm. */
export function AnswerNote({ answer, about }: { answer: Answer | null; about: About }) {
  if (answer === null) return null;
  switch (answer.kind) {
    // The last three stand at the field they are about.
    case 'accepted':
    case 'same_again':
    case 'needs_password':
    case 'password':
      return null;
    case 'no_answer':
      return (
        <Note tone="warn" alert>
          {t('refund.noAnswer')}
        </Note>
      );
    case 'needs_review':
      return (
        <Note tone="warn" alert>
          {t('refund.needsReview')}{' '}
          <Link className="underline" href={answer.href} prefetch={false}>
            {t('refund.decide')}
          </Link>
        </Note>
      );
    case 'over_limit':
      return (
        <Note tone="neg" alert>
          {[limitText(answer.limit, about.currency, about.locale), t('refund.limit.over'), whoText(answer.mayMore)].filter(Boolean).join(' ')}
        </Note>
      );
    case 'held':
      return (
        <Note tone="warn" alert>
          {t('refund.held')}
        </Note>
      );
    case 'not_sent':
      return (
        <Note tone="neg" alert>
          {t('refund.notSent')} {answer.message}
        </Note>
      );
    case 'refused':
      return <Refused answer={answer} />;
    case 'invalid':
      return (
        <Note tone="neg" alert>
          {invalidText(answer, about)}
        </Note>
      );
    case 'changed':
      return (
        <Note tone="warn" alert>
          {t('refund.changed')}
        </Note>
      );
    case 'in_flight':
      return (
        <Note tone="warn" alert>
          {answer.amount ? t('refund.inFlight', { amount: moneyText(answer.amount, about.locale) }) : t('refund.off.in_flight')}
        </Note>
      );
    case 'forbidden':
      return (
        <Note tone="neg" alert>
          {t('refund.forbidden')}
        </Note>
      );
    case 'offline':
      return (
        <Note tone="warn" alert>
          {t('refund.offline')}
        </Note>
      );
    case 'signed_out':
      return (
        <Note tone="warn" alert>
          {t('refund.signedOut')}{' '}
          <a className="underline" href="/login" target="_blank" rel="noreferrer">
            {t('refund.signIn')}
          </a>
        </Note>
      );
  }
}

export function acceptedText({ amount, status: word }: Extract<RefundOutcome, { kind: 'accepted' }>, locale: string): string {
  const { key } = lookOf('refund', word);
  return t('refund.accepted', { amount: moneyText(amount, locale), status: key ? tStatus(key) : word });
}

const known = [
  'charge_already_refunded',
  'charge_disputed',
  'refund_disputed_payment',
  'charge_not_refundable',
  'balance_insufficient',
  'amount_too_large',
] as const;

/** A plain sentence where we have one for the code; otherwise Stripe's own words, in Stripe's language. */
function Refused({ answer: { code, message, request } }: { answer: Extract<RefundOutcome, { kind: 'refused' }> }) {
  const ours = known.find((each) => each === code);
  return (
    <Note tone="neg" alert>
      {ours ? t(`refund.refused.${ours}`) : t('refund.refused.other')}
      {ours ? null : (
        <q lang="en" className="mt-1 block">
          {message}
        </q>
      )}
      {request ? <span className="mt-1 block font-mono">{t('refund.request', { id: request })}</span> : null}
    </Note>
  );
}

function invalidText({ why }: Extract<RefundOutcome, { kind: 'invalid' }>, about: About): string {
  if (why === 'note_required' || why === 'unknown_reason') return t('refund.noteRequired');
  return problemText(why, about, t);
}
