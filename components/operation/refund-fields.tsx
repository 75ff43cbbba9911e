'use client';

import type { RefObject } from 'react';
import { formatAmount } from '#lib/money.ts';
import { Button } from '../ui/button.tsx';
import { TextAreaField } from '../ui/input.tsx';
import { MoneyInput } from '../ui/money-input.tsx';
import { SelectField } from '../ui/select.tsx';
import { halfOf, problemText, type ReadAmount } from './refund-amount.ts';
import { type RefundReason, refundReasons } from './refund-outcome.ts';
import { t } from './refund-text.ts';

type AmountFieldProps = {
  id: string;
  field: RefObject<HTMLInputElement | null>;
  about: { currency: string; left: bigint; locale: string };
  typed: string;
  amount: ReadAmount;
  checked: boolean;
  limit: string | undefined;
  onType: (text: string) => void;
  onChecked: () => void;
};

export function AmountField({ id, field, about, typed, amount, checked, limit, onType, onChecked }: AmountFieldProps) {
  const { currency, left, locale } = about;
  const half = halfOf(left);
  const fill = (minor: bigint) => {
    onType(formatAmount(minor, currency, locale));
    onChecked();
  };
  return (
    <div className="grid gap-1.5">
      <MoneyInput
        ref={field}
        id={id}
        label={t('refund.amount')}
        code={currency.toUpperCase()}
        note={t('refund.max', { amount: formatAmount(left, currency, locale) })}
        hint={limit}
        value={typed}
        onChange={(event) => onType(event.target.value)}
        onBlur={() => (amount.ok ? fill(amount.minor) : onChecked())}
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
  );
}

type ReasonFieldsProps = {
  form: string;
  reason: RefundReason;
  note: string;
  noteMissing: boolean;
  onReason: (reason: RefundReason) => void;
  onNote: (note: string) => void;
};

export function ReasonFields({ form, reason, note, noteMissing, onReason, onNote }: ReasonFieldsProps) {
  return (
    <>
      <SelectField
        id={`${form}-reason`}
        label={t('refund.reason')}
        large
        options={refundReasons.map((value) => ({ value, label: t(`refund.reason.${value}`) }))}
        value={reason}
        onChange={(event) => onReason(refundReasons.find((each) => each === event.target.value) ?? 'requested_by_customer')}
        hint={reason === 'fraudulent' ? t('refund.fraudulentNote') : undefined}
      />
      {reason === 'other' ? (
        <TextAreaField
          id={`${form}-note`}
          label={t('refund.note')}
          hint={t('refund.noteHint')}
          maxLength={500}
          value={note}
          onChange={(event) => onNote(event.target.value)}
          error={noteMissing ? t('refund.noteRequired') : undefined}
        />
      ) : null}
    </>
  );
}
