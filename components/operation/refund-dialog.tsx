'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { formatAmount, formatMoney } from '#lib/money.ts';
import { moneyText } from '../object/amount-text.ts';
import { Note } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { SummaryList } from '../ui/definition-list.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { announce } from '../ui/status-region.tsx';
import { readAmount } from './refund-amount.ts';
import { AnswerNote, acceptedText } from './refund-answer.tsx';
import { BeforeNotes, WhereItGoes } from './refund-before.tsx';
import { PasswordField, passwordProblem, SameAgain } from './refund-checks.tsx';
import { AmountField, ReasonFields } from './refund-fields.tsx';
import { isAboveLimit, limitText, whoText } from './refund-limit.ts';
import type { RefundProps, RefundReason } from './refund-outcome.ts';
import { t } from './refund-text.ts';
import { useFigures } from './use-figures.ts';
import { type Answer, useRefund } from './use-refund.ts';

type RefundDialogProps = RefundProps & { open: boolean; onClose: () => void; onClosed: () => void; returnTo: () => HTMLElement | null };

export function RefundDialog({ subject, preflight, locale, clientToken, action, stepUp, open, onClose, onClosed, returnTo }: RefundDialogProps) {
  const router = useRouter();
  const form = useId();
  const amountField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const [firstToken] = useState(clientToken);
  const { answer, busy, send } = useRefund(action, stepUp);
  const { figures, changed } = useFigures(subject.figures, answer);
  const { currency } = subject;
  const left = BigInt(figures.left);
  const about = { currency, left, locale };
  const [typed, setTyped] = useState(() => formatAmount(left, currency, locale));
  const [checked, setChecked] = useState(false);
  // Not by leaving a field: a line that appears between press and release moves the button away from under the pointer.
  const [tried, setTried] = useState(false);
  const [reason, setReason] = useState<RefundReason>('requested_by_customer');
  const [note, setNote] = useState('');
  const [again, setAgain] = useState(false);
  const [password, setPassword] = useState('');
  const amount = readAmount(typed, about);
  const minor = amount.ok ? amount.minor : null;
  const noteMissing = reason === 'other' && note.trim() === '';
  const above = BigInt(answer?.kind === 'needs_password' ? answer.above : preflight.stepUp.above);
  const limit = answer?.kind === 'over_limit' ? answer.limit : preflight.limit;
  // Neither a yes nor a password helps above the limit: they are asked for there only where the server did.
  const overLimit = minor !== null && isAboveLimit(minor, limit);
  const repeated = overLimit && answer?.kind !== 'same_again' ? null : repeatOf(minor, answer, preflight.lately);
  const askedPassword = answer?.kind === 'needs_password' || answer?.kind === 'password';
  const asksPassword = minor !== null && minor > above && (askedPassword || (!preflight.stepUp.given && !overLimit));
  const stored = answer?.kind === 'no_answer' || answer?.kind === 'held' || answer?.kind === 'needs_review';
  const waiting = Boolean(subject.inFlight) || stored;
  const token = answer && 'token' in answer ? answer.token : firstToken;
  const money = (figure: bigint) => formatMoney(figure, currency, locale);

  const onAnswer = useEffectEvent((came: Answer) => {
    if (came.kind === 'accepted') {
      announce(acceptedText(came, locale));
      onClose();
    }
    if (came.kind === 'same_again') document.getElementById(`${form}-again`)?.focus();
    if (came.kind === 'password' || came.kind === 'needs_password') passwordField.current?.focus();
    if (came.kind !== 'offline' && came.kind !== 'password') router.refresh();
  });
  useEffect(() => {
    if (answer && !busy) onAnswer(answer);
  }, [answer, busy]);

  function submit() {
    setChecked(true);
    setTried(true);
    if (minor === null) return amountField.current?.focus();
    if (noteMissing) return document.getElementById(`${form}-note`)?.focus();
    if (repeated && !again) return document.getElementById(`${form}-again`)?.focus();
    if (asksPassword && password === '') return passwordField.current?.focus();
    const data = new FormData();
    data.set('amount_minor', minor.toString());
    data.set('reason', reason);
    data.set('note', note.trim());
    data.set('client_token', token);
    data.set('seen_left', figures.left);
    if (repeated) data.set('again', 'yes');
    send(data, asksPassword ? password : null);
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      onClosed={onClosed}
      locked={busy}
      title={t('refund.title', { amount: moneyText(subject, locale) })}
      description={[subject.who, subject.method, subject.when].filter(Boolean).join(' · ')}
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
              {minor === null ? t('refund.submitEmpty') : t(busy ? 'refund.sending' : 'refund.submit', { amount: money(minor) })}
            </Button>
          )}
        </>
      }
    >
      <BeforeNotes preflight={preflight} subject={subject} locale={locale} minor={minor} />
      <fieldset disabled={busy || waiting} className="grid gap-3.5">
        <AmountField
          id={`${form}-amount`}
          field={amountField}
          about={about}
          typed={typed}
          amount={amount}
          checked={checked}
          limit={limit ? limitText(limit, currency, locale) : undefined}
          onType={setTyped}
          onChecked={() => setChecked(true)}
        />
        {overLimit && answer?.kind !== 'over_limit' ? (
          <Note tone="warn">{[t('refund.limit.above'), whoText(preflight.mayMore)].filter(Boolean).join(' ')}</Note>
        ) : null}
        <ReasonFields form={form} reason={reason} note={note} noteMissing={tried && noteMissing} onReason={setReason} onNote={setNote} />
        {repeated ? (
          <SameAgain
            id={`${form}-again`}
            repeated={repeated}
            currency={currency}
            locale={locale}
            said={again}
            missing={!again && (tried || answer?.kind === 'same_again')}
            onSay={setAgain}
          />
        ) : null}
      </fieldset>
      <SummaryList
        lines={[
          { term: t('refund.already'), value: money(BigInt(figures.alreadyRefunded)), changed: changed.alreadyRefunded ? t('refund.changedLine') : undefined },
          { term: t('refund.this'), value: minor === null ? '–' : money(minor) },
          ...(subject.fee ? [{ term: t('refund.fee'), value: moneyText(subject.fee, locale) }] : []),
          {
            term: t('refund.leftAfter'),
            value: money(minor === null ? left : left - minor),
            total: true,
            changed: changed.left ? t('refund.changedLine') : undefined,
          },
        ]}
      />
      {asksPassword ? (
        <fieldset disabled={busy || waiting}>
          <PasswordField
            id={`${form}-password`}
            field={passwordField}
            above={money(above)}
            value={password}
            error={passwordProblem(answer, tried && password === '')}
            onType={setPassword}
          />
        </fieldset>
      ) : null}
      {subject.inFlight ? <Note tone="warn">{t('refund.inFlight', { amount: moneyText(subject.inFlight, locale) })}</Note> : null}
      <AnswerNote answer={answer} about={about} />
      <WhereItGoes preflight={preflight} subject={subject} />
    </Dialog>
  );
}

/** What was refunded lately in the very amount that stands in the field. */
function repeatOf(minor: bigint | null, answer: Answer | null, lately: RefundProps['preflight']['lately']) {
  const known = answer?.kind === 'same_again' ? [answer.repeated, ...lately] : lately;
  return known.find((refund) => BigInt(refund.minor) === minor) ?? null;
}
