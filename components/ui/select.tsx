import clsx from 'clsx';
import type { ComponentProps } from 'react';
import { Field, type FieldText, fieldAria } from './field.tsx';
import { ChevronDownIcon } from './leaf-icons.tsx';
import { inputClass } from './input.tsx';

export type Option = { value: string; label: string };
type SelectProps = ComponentProps<'select'> & { options: readonly Option[]; large?: boolean };

export function Select({ options, large, className, ...rest }: SelectProps) {
  return (
    <span className="relative grid">
      <select className={clsx(inputClass, 'appearance-none pe-8', large && 'h-8.5', className)} {...rest}>
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <ChevronDownIcon className="pointer-events-none absolute end-2.5 top-1/2 -translate-y-1/2 text-fg-3" />
    </span>
  );
}

export function SelectField({ id, label, hint, error, ...rest }: SelectProps & FieldText & { id: string }) {
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <Select {...rest} {...fieldAria(id, { hint, error })} />
    </Field>
  );
}
