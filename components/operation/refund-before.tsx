'use client';

import { formatMoney } from '#lib/money.ts';
import { moneyText } from '../object/amount-text.ts';
import { Note } from '../ui/banner.tsx';
import type { RefundPreflight, RefundSubject } from './refund-outcome.ts';
import { t } from './refund-text.ts';
import { useBalance } from './use-balance.ts';

type About = { preflight: RefundPreflight; subject: RefundSubject; locale: string };

/** What could go otherwise than meant; only lines that apply. */
export function BeforeNotes({ preflight, subject, locale, minor }: About & { minor: bigint | null }) {
  const short = useShortBalance(preflight, subject.currency, minor);
  const lines = [
    preflight.inquiry && t('refund.before.inquiry'),
    preflight.pending && t('refund.before.pending', { amount: moneyText(preflight.pending, locale) }),
    short !== null && t('refund.before.balance', { amount: formatMoney(short, preflight.balanceCurrency, locale) }),
    preflight.cardExpired && t('refund.before.cardExpired', { date: preflight.cardExpired }),
  ].filter((line) => typeof line === 'string');
  if (lines.length === 0) return null;
  return (
    <Note tone="warn" className="grid gap-1">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </Note>
  );
}

/** Where the money goes and what stays as it is. */
export function WhereItGoes({ preflight, subject: { method } }: Omit<About, 'locale'>) {
  const sentences = [
    method ? t('refund.goesTo', { method }) : t('refund.goesBack'),
    preflight.settledIn && t('refund.settledIn', { currency: preflight.settledIn.toUpperCase() }),
    preflight.subscription && t('refund.subscriptionStays'),
    preflight.invoice && t('refund.invoiceStays'),
    t('refund.noUndo'),
  ];
  return <Note>{sentences.filter(Boolean).join(' ')}</Note>;
}

/** What is available, where it surely does not cover this refund. In another currency nothing is converted: then only an empty balance is short. */
function useShortBalance({ balance, balanceCurrency }: RefundPreflight, currency: string, minor: bigint | null): bigint | null {
  const available = useBalance(balance);
  if (available === null || minor === null) return null;
  return (balanceCurrency === currency ? minor > available : available <= 0n) ? available : null;
}
