'use client';

import { useState } from 'react';
import { Radio } from '#components/ui/checkbox.tsx';
import { TextAreaField, TextField } from '#components/ui/input.tsx';
import { type Act, ActForm } from './act-form.tsx';

type Choice = { value: string; label: string; about: string };
type Words = Readonly<
  Record<'legend' | 'otherId' | 'otherHint' | 'reason' | 'reasonHint' | 'record' | 'recordNot' | 'recordEmpty' | 'recording' | 'lost', string>
>;

/** What Stripe shows, as choices: the refunds found on this charge, another one by its id, or none. */
export function ReviewForm({ action, choices, words }: { action: Act; choices: readonly Choice[]; words: Words }) {
  const [was, choose] = useState('');
  return (
    <ActForm
      action={action}
      button={was === '' ? words.recordEmpty : was === 'not' ? words.recordNot : words.record}
      busy={words.recording}
      lost={words.lost}
      variant="primary"
    >
      <fieldset className="choices">
        <legend className="sr-only">{words.legend}</legend>
        {choices.map(({ value, label, about }) => (
          <Radio key={value} name="was" value={value} checked={was === value} onChange={() => choose(value)} required>
            {label}
            <span className="block text-fg-3">{about}</span>
          </Radio>
        ))}
      </fieldset>
      {was === 'other' ? (
        <TextField
          id="review-refund"
          name="refund"
          label={words.otherId}
          hint={words.otherHint}
          required
          autoComplete="off"
          spellCheck={false}
          maxLength={250}
        />
      ) : null}
      <TextAreaField id="review-reason" name="reason" label={words.reason} hint={words.reasonHint} required maxLength={500} />
    </ActForm>
  );
}
