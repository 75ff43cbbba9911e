import clsx from 'clsx';
import type { ComponentProps } from 'react';
import { Field, type FieldText, fieldAria } from './field.tsx';

export const inputClass =
  'w-full rounded-control border border-control bg-bg px-2.5 text-body text-fg placeholder:text-fg-3 h-7.5 max-md:h-11 max-md:text-dialog disabled:opacity-60 aria-invalid:border-danger';

type Size = { large?: boolean };

export function Input({ className, large, ...rest }: ComponentProps<'input'> & Size) {
  return <input className={clsx(inputClass, large && 'h-8.5', className)} {...rest} />;
}

export function TextField({ id, label, hint, error, ...rest }: ComponentProps<'input'> & FieldText & Size & { id: string }) {
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <Input {...rest} {...fieldAria(id, { hint, error })} />
    </Field>
  );
}

export function TextAreaField({ id, label, hint, error, className, ...rest }: ComponentProps<'textarea'> & FieldText & { id: string }) {
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <textarea rows={2} className={clsx(inputClass, 'h-auto min-h-14 py-1.5 max-md:h-auto', className)} {...rest} {...fieldAria(id, { hint, error })} />
    </Field>
  );
}
