'use client';

import { useActionState, useEffect, useRef } from 'react';
import type { FormState } from './form-state.ts';

type Action = (previous: FormState, form: FormData) => Promise<FormState>;

/** A form's action, what it said last, and the focus on the first field it found at fault. Works before any script has come, too. */
export function useForm(action: Action) {
  const [state, send, pending] = useActionState(action, null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!state) return;
    const target = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? form.current?.querySelector<HTMLElement>('[data-problem]');
    target?.focus();
  }, [state]);
  return {
    form,
    send,
    pending,
    sentTo: state?.sentTo,
    problem: state?.problem,
    value: (name: string) => state?.values?.[name],
    error: (name: string) => state?.errors?.[name],
  };
}
