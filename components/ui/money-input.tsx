import clsx from 'clsx';
import type { ComponentProps } from 'react';
import { Field, type FieldText, fieldAria } from './field.tsx';

type MoneyInputProps = Omit<ComponentProps<'input'>, 'type'> & FieldText & { id: string; code: string; note?: string };

/** The shell of an amount: digits, then the currency code, then a quiet note at the end. Reading the digits is the caller's. */
export function MoneyInput({ id, label, hint, error, code, note, className, ...rest }: MoneyInputProps) {
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <div className={clsx('money-input', error && 'border-danger!', className)}>
        <span className="money-input-figure">
          <input inputMode="decimal" autoComplete="off" spellCheck={false} {...rest} {...fieldAria(id, { hint, error })} />
          <span aria-hidden className="money-input-echo">
            {String(rest.value ?? '')}
          </span>
          <span className="text-fg-3">{code}</span>
        </span>
        {note ? <span className="ms-auto whitespace-nowrap text-fg-3">{note}</span> : null}
      </div>
    </Field>
  );
}
