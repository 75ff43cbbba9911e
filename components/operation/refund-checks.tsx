'use client';

import type { Ref } from 'react';
import { formatMoney } from '#lib/money.ts';
import { Note } from '../ui/banner.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { TextField } from '../ui/input.tsx';
import type { Repeated } from './refund-outcome.ts';
import { t } from './refund-text.ts';
import type { Answer } from './use-refund.ts';

type SameAgainProps = { repeated: Repeated; currency: string; locale: string; said: boolean; missing: boolean; id: string; onSay: (yes: boolean) => void };

/** The same amount left this payment minutes ago: a yes is needed for once more. */
export function SameAgain({ repeated: { minor, secondsAgo }, currency, locale, said, missing, id, onSay }: SameAgainProps) {
  const amount = formatMoney(BigInt(minor), currency, locale);
  const count = Math.floor(secondsAgo / 60);
  return (
    <Note tone="warn" alert={missing} className="grid gap-1.5">
      <p>{count < 1 ? t('refund.again.saidNow', { amount }) : t('refund.again.said', { amount, count })}</p>
      <Checkbox
        id={id}
        checked={said}
        onChange={(event) => onSay(event.target.checked)}
        aria-invalid={missing || undefined}
        aria-describedby={missing ? `${id}-error` : undefined}
      >
        {t('refund.again.yes')}
      </Checkbox>
      {missing ? (
        <p id={`${id}-error`} className="font-medium">
          {t('refund.again.needed')}
        </p>
      ) : null}
    </Note>
  );
}

type PasswordFieldProps = { id: string; field: Ref<HTMLInputElement>; above: string; value: string; error: string | undefined; onType: (text: string) => void };

export function PasswordField({ id, field, above, value, error, onType }: PasswordFieldProps) {
  return (
    <div aria-live="polite">
      <TextField
        ref={field}
        id={id}
        type="password"
        autoComplete="current-password"
        large
        label={t('refund.password')}
        hint={t('refund.password.above', { amount: above })}
        value={value}
        onChange={(event) => onType(event.target.value)}
        error={error}
      />
    </div>
  );
}

export function passwordProblem(answer: Answer | null, missing: boolean): string | undefined {
  if (missing) return t('refund.password.empty');
  if (answer?.kind !== 'password') return undefined;
  const keys = { wrong: 'refund.password.wrong', too_many: 'refund.password.tooMany', unchecked: 'refund.password.unchecked' } as const;
  return t(keys[answer.why]);
}
