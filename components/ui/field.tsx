import type { ReactNode } from 'react';

export type FieldText = { label: string; hint?: ReactNode; error?: ReactNode };

/** Label above, hint and error below; put `fieldAria(id, …)` on the control so that they are read with it. */
export function Field({ id, label, hint, error, children }: FieldText & { id: string; children: ReactNode }) {
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-meta font-medium text-fg-2">
        {label}
      </label>
      {children}
      {hint ? (
        <p id={`${id}-hint`} className="text-meta text-fg-3">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} className="text-meta font-medium text-neg-fg">
          {error}
        </p>
      ) : null}
    </div>
  );
}

export function fieldAria(id: string, { hint, error }: Pick<FieldText, 'hint' | 'error'>) {
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return { id, 'aria-describedby': describedBy || undefined, 'aria-invalid': error ? true : undefined };
}
