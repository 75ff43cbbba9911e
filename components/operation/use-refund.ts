'use client';

import { unstable_rethrow } from 'next/navigation';
import { startTransition, useActionState } from 'react';
import type { RefundAction, RefundOutcome } from './refund-outcome.ts';

export type Answer = RefundOutcome | { kind: 'offline' };
const PATIENCE = 12_000;

/** Sends the form once. Offline before sending says so; a connection lost while sending is no answer, never an error. */
export function useRefund(action: RefundAction) {
  const [answer, dispatch, busy] = useActionState<Answer | null, FormData>((previous, form) => ask(action, previous, form), null);
  return { answer, busy, send: (form: FormData) => startTransition(() => dispatch(form)) };
}

async function ask(action: RefundAction, previous: Answer | null, form: FormData): Promise<Answer> {
  if (!navigator.onLine) return { kind: 'offline' };
  const patience = new Promise<Answer>((done) => setTimeout(() => done({ kind: 'no_answer' }), PATIENCE));
  try {
    return await Promise.race([action(previous?.kind === 'offline' ? null : previous, form), patience]);
  } catch (error) {
    unstable_rethrow(error);
    return { kind: 'no_answer' };
  }
}
