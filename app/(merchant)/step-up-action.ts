'use server';
// The password, given again: checked apart from the act it is for, so that a wrong one sends nothing and the act never sees it.
import type { StepUp } from '#components/operation/refund-outcome.ts';
import { merchantForRequest } from '#lib/access/session.ts';
import { confirmPassword } from '#lib/access/step-up.ts';
import { AppError } from '#lib/errors.ts';

export async function stepUpAction(slug: string, mode: string, form: FormData): Promise<StepUp> {
  const password = form instanceof FormData ? form.get('password') : null;
  try {
    const merchant = await merchantForRequest(slug, mode, 'read');
    return await confirmPassword(merchant, typeof password === 'string' ? password : '');
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code === 'signed_out' ? 'signed_out' : 'forbidden';
  }
}
