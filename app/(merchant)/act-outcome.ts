// What came of a person's act on a refund, in words; and refusals of the door as the same.
import { AppError } from '#lib/errors.ts';
import { t } from '#lib/messages/index.ts';

export type ActOutcome = { readonly kind: 'done'; readonly said: string } | { readonly kind: 'refused'; readonly message: string };

/** Runs an act and says what came of it; a refusal is an answer, anything else is thrown. */
export async function answered(act: () => Promise<ActOutcome>): Promise<ActOutcome> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'signed_out') return { kind: 'refused', message: t('acts.signedOut') };
    if (error.code === 'forbidden' || error.code === 'cross_origin') return { kind: 'refused', message: t('acts.forbidden') };
    return { kind: 'refused', message: error.message };
  }
}

export function textOf(form: FormData, name: string): string {
  const value = form instanceof FormData ? form.get(name) : null;
  return typeof value === 'string' ? value : '';
}

/** An argument of a public endpoint may be anything. */
export function argument(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 300) : '';
}
