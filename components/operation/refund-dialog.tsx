'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { formatAmount, formatMoney } from '#lib/money.ts';
import { moneyText } from '../object/amount-text.ts';
import { Button } from '../ui/button.tsx';
import { SummaryList } from '../ui/definition-list.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextAreaField } from '../ui/input.tsx';
import { MoneyInput } from '../ui/money-input.tsx';
import { SelectField } from '../ui/select.tsx';
import { announce } from '../ui/status-region.tsx';
import { Note } from '../ui/banner.tsx';
import { halfOf, problemText, readAmount } from './refund-amount.ts';
import { AnswerNote, acceptedText, t } from './refund-answer.tsx';
import { type RefundProps, type RefundReason, refundReasons } from './refund-outcome.ts';
import { useFigures } from './use-figures.ts';
import { type Answer, useRefund } from './use-refund.ts';

type RefundDialogProps = RefundProps & { open: boolean; onClose: () => void; onClosed: () => void; returnTo: () => HTMLElement | null };

export function RefundDialog({ subject, locale, clientToken, action, open, onClose, onClosed, returnTo }: RefundDialogProps) {
  const router = useRouter();
  const form = useId();
  const amountField = useRef<HTMLInputElement>(null);
  const [firstToken] = useState(clientToken);
  const { answer, busy, send } = useRefund(action);
  const { figures, changed } = useFigures(subject.figures, answer);
  const { currency } = subject;
  const left = BigInt(figures.left);
  const about = { currency, left, locale };
  const [typed, setTyped] = useState(() => formatAmount(left, currency, locale));
  const [checked, setChecked] = useState(false);
  const [reason, setReason] = useState<RefundReason>('requested_by_customer');
  const [note, setNote] = useState('');
  const amount = readAmount(typed, about);
  const noteMissing = reason === 'other' && note.trim() === '';
  const stored = answer?.kind === 'no_answer' || answer?.kind === 'held';
  const waiting = Boolean(subject.inFlight) || stored;
  const token = answer && 'token' in answer ? answer.token : firstToken;
  const money = (minor: bigint) => formatMoney(minor, currency, locale);

  const onAnswer = useEffectEvent((came: Answer) => {
    if (came.kind === 'accepted') {
      announce(acceptedText(came, locale));
      onClose();
    }
    if (came.kind !== 'offline') router.refresh();
  });
  useEffect(() => {
    if (answer) onAnswer(answer);
  }, [answer]);

  function submit() {
    setChecked(true);
    if (!amount.ok) return amountField.current?.focus();
    if (noteMissing) return document.getElementById(`${form}-note`)?.focus();
    const data = new FormData();
    data.set('amount_minor', amount.minor.toString());
    data.set('reason', reason);
    data.set('note', note.trim());
    data.set('client_token', token);
    data.set('seen_left', figures.left);
    send(data);
  }

  const fill = (minor: bigint) => {
    setTyped(formatAmount(minor, currency, locale));
    setChecked(true);
  };
  const half = halfOf(left);
  const method = subject.method;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      onClosed={onClosed}
      locked={busy}
      title={t('refund.title', { amount: moneyText(subject, locale) })}
      description={[subject.who, method, subject.when].filter(Boolean).join(' · ')}
      initialFocus={amountField}
      finalFocus={() => returnTo() ?? document.getElementById('page-title')}
      footer={
        <>
          <span className="me-auto text-meta text-fg-3 max-md:w-full">{t('refund.safe')}</span>
          <Button onClick={onClose} disabled={busy}>
            {t(stored ? 'refund.close' : 'refund.cancel')}
          </Button>
          {waiting ? null : (
            <Button variant="danger" busy={busy} disabled={left === 0n} onClick={submit}>
              {amount.ok ? t(busy ? 'refund.sending' : 'refund.submit', { amount: money(amount.minor) }) : t('refund.submitEmpty')}
            </Button>
          )}
        </>
      }
    >
      <fieldset disabled={busy || waiting} className="grid gap-3.5">
        <div className="grid gap-1.5">
          <MoneyInput
            ref={amountField}
            id={`${form}-amount`}
            label={t('refund.amount')}
            code={currency.toUpperCase()}
            note={t('refund.max', { amount: formatAmount(left, currency, locale) })}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={() => (amount.ok ? fill(amount.minor) : setChecked(true))}
            error={checked && !amount.ok ? problemText(amount.why, about, t) : undefined}
          />
          <div className="flex gap-2">
            <Button size="small" onClick={() => fill(left)}>
              {t('refund.full', { amount: formatAmount(left, currency, locale) })}
            </Button>
            {half === null ? null : (
              <Button size="small" onClick={() => fill(half)}>
                {t('refund.half', { amount: formatAmount(half, currency, locale) })}
              </Button>
            )}
          </div>
        </div>
        <SelectField
          id={`${form}-reason`}
          label={t('refund.reason')}
          large
          options={refundReasons.map((value) => ({ value, label: t(`refund.reason.${value}`) }))}
          value={reason}
          onChange={(event) => setReason(refundReasons.find((each) => each === event.target.value) ?? 'requested_by_customer')}
          hint={reason === 'fraudulent' ? t('refund.fraudulentNote') : undefined}
        />
        {reason === 'other' ? (
          <TextAreaField
            id={`${form}-note`}
            label={t('refund.note')}
            hint={t('refund.noteHint')}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.target.value)}
            error={checked && noteMissing ? t('refund.noteRequired') : undefined}
          />
        ) : null}
      </fieldset>
      <SummaryList
        lines={[
          { term: t('refund.already'), value: money(BigInt(figures.alreadyRefunded)), changed: changed.alreadyRefunded ? t('refund.changedLine') : undefined },
          { term: t('refund.this'), value: amount.ok ? money(amount.minor) : '–' },
          ...(subject.fee ? [{ term: t('refund.fee'), value: moneyText(subject.fee, locale) }] : []),
          {
            term: t('refund.leftAfter'),
            value: amount.ok ? money(left - amount.minor) : money(left),
            total: true,
            changed: changed.left ? t('refund.changedLine') : undefined,
          },
        ]}
      />
      {subject.inFlight ? <Note tone="warn">{t('refund.inFlight', { amount: moneyText(subject.inFlight, locale) })}</Note> : null}
      <AnswerNote answer={answer} about={about} />
      <Note>{method ? t(subject.subscription ? 'refund.goesToSubscription' : 'refund.goesTo', { method }) : t('refund.goesBack')}</Note>
    </Dialog>
  );
}
