'use client';

import { unstable_rethrow } from 'next/navigation';
import { startTransition, useActionState } from 'react';
import { heldSections } from '../object/held-sections.ts';
import type { RefundAction, RefundOutcome, StepUp, StepUpAction } from './refund-outcome.ts';

/** `password`: it was wrong, tried too often, or could not be checked. The refund itself was not sent. */
export type Answer = RefundOutcome | { kind: 'offline' } | { kind: 'password'; why: 'wrong' | 'too_many' | 'unchecked' };
type Sent = { form: FormData; password: string | null };
const PATIENCE = 12_000;

/** Sends the form once, after the password where one is needed. Offline before sending says so; a connection lost while sending is no answer, never an error. */
export function useRefund(action: RefundAction, stepUp: StepUpAction) {
  const [answer, dispatch, busy] = useActionState<Answer | null, Sent>((previous, sent) => ask(action, stepUp, previous, sent), null);
  const send = (form: FormData, password: string | null) => {
    heldSections.acted();
    startTransition(() => dispatch({ form, password }));
  };
  return { answer, busy, send };
}

async function ask(action: RefundAction, stepUp: StepUpAction, previous: Answer | null, { form, password }: Sent): Promise<Answer> {
  if (!navigator.onLine) return { kind: 'offline' };
  const stopped = password === null ? null : await check(stepUp, password);
  if (stopped) return stopped;
  const heard = previous === null || previous.kind === 'offline' || previous.kind === 'password' ? null : previous;
  return within(action(heard, form), { kind: 'no_answer' });
}

async function check(stepUp: StepUpAction, password: string): Promise<Answer | null> {
  const form = new FormData();
  form.set('password', password);
  const came: StepUp | 'unchecked' = await within(stepUp(form), 'unchecked');
  if (came === 'ok') return null;
  return came === 'signed_out' || came === 'forbidden' ? { kind: came } : { kind: 'password', why: came };
}

/** What came in time; `late` where it did not, or where the connection broke. */
async function within<Came, Late>(coming: Promise<Came>, late: Late): Promise<Came | Late> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<Late>((done) => {
    timer = setTimeout(() => done(late), PATIENCE);
  });
  try {
    return await Promise.race([coming, patience]);
  } catch (error) {
    unstable_rethrow(error);
    return late;
  } finally {
    clearTimeout(timer);
  }
}
