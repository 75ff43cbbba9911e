'use client';

import { unstable_rethrow, useRouter } from 'next/navigation';
import { type FormEvent, type ReactNode, startTransition, useActionState } from 'react';
import { Note } from '#components/ui/banner.tsx';
import { Button } from '#components/ui/button.tsx';
import type { ButtonLook } from '#components/ui/button-class.ts';
import { announce } from '#components/ui/status-region.tsx';

export type Outcome = { readonly kind: 'done'; readonly said: string } | { readonly kind: 'refused'; readonly message: string };
export type Act = (previous: Outcome | null, form: FormData) => Promise<Outcome>;

type ActFormProps = {
  action: Act;
  button: string;
  busy: string;
  /** What is said when no answer comes back. */
  lost: string;
  variant?: ButtonLook['variant'];
  children?: ReactNode;
  beside?: ReactNode;
};

/** Sends once; a refusal leaves everything as it was typed, and what was done is read out while the page is read again. */
export function ActForm({ action, button, busy: busyText, lost, variant, children, beside }: ActFormProps) {
  const router = useRouter();
  const [outcome, send, busy] = useActionState<Outcome | null, FormData>(async (previous, form) => {
    const came = await safely(action, previous, form, lost);
    // Here and not in an effect: the page may learn of it first, and take the form away.
    if (came.kind === 'done') {
      announce(came.said);
      document.getElementById('page-title')?.focus();
      router.refresh();
    }
    return came;
  }, null);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (!busy) startTransition(() => send(form));
  }
  return (
    <form onSubmit={submit} className="grid gap-3">
      {children}
      {outcome?.kind === 'refused' && !busy ? (
        <Note tone="neg" alert>
          {outcome.message}
        </Note>
      ) : null}
      <div className="flex flex-wrap items-center gap-2">
        {beside}
        <Button type="submit" variant={variant} busy={busy}>
          {busy ? busyText : button}
        </Button>
      </div>
    </form>
  );
}

async function safely(action: Act, previous: Outcome | null, form: FormData, lost: string): Promise<Outcome> {
  try {
    return await action(previous, form);
  } catch (error) {
    unstable_rethrow(error);
    return { kind: 'refused', message: lost };
  }
}
