'use server';
// Saves limits and password amounts, after the password where it was not given lately. Public endpoints, so every argument is checked.
import { fullDate } from '#components/object/format.ts';
import { merchantForRequest } from '#lib/access/session.ts';
import { confirmPassword, isSteppedUp } from '#lib/access/step-up.ts';
import { AppError } from '#lib/errors.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { setRefundLimit, setStepUpAmount, type Saved, type Whose } from '#lib/perform/limits.ts';
import { isRole } from '#lib/access/roles.ts';
import type { LimitState } from './limit-form-state.ts';
import { readLines, textOf, type Lines, type ReadLine } from './read-lines.ts';

/** `whose`: a role's name or a member's id. */
export async function setLimitsAction(slug: string, mode: string, whose: string, _previous: LimitState, form: FormData): Promise<LimitState> {
  return save(
    { slug, mode, form },
    (merchant) => readLines(form, ['each', 'day'], merchant.workspace.locale),
    (merchant, { currency, figures: { each, day } }) => setRefundLimit(merchant, { whose: whoseOf(whose), currency, each, day }),
  );
}

export async function setStepUpAmountsAction(slug: string, mode: string, _previous: LimitState, form: FormData): Promise<LimitState> {
  return save(
    { slug, mode, form },
    (merchant) => readLines(form, ['above'], merchant.workspace.locale, 'above'),
    (merchant, { currency, figures }) => setStepUpAmount(merchant, { currency, amount: figures.above! }),
  );
}

type Asked = { slug: string; mode: string; form: FormData };

async function save(
  { slug, mode, form }: Asked,
  read: (merchant: Merchant) => Lines,
  set: (merchant: Merchant, line: ReadLine) => Promise<Saved>,
): Promise<LimitState> {
  try {
    const merchant = await merchantForRequest(slug, mode, 'team');
    if (!(form instanceof FormData)) return again(t('limits.error.fields'));
    const lines = read(merchant);
    if (!lines.ok) return again(t('limits.error.fields'), lines.errors, textOf(form, 'password') !== '');
    const stopped = await stepUp(merchant, form);
    if (stopped) return stopped;
    for (const line of lines.lines) if ((await set(merchant, line)) === 'needs_password') return again(null, {}, true);
    return { kind: 'saved', text: t('limits.saved', { time: timeIn(merchant) }) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'signed_out') return again(t('limits.error.signedOut'));
    if (error.code === 'forbidden' || error.code === 'cross_origin') return again(t('limits.error.forbidden'));
    return again(error.message);
  }
}

/** Null once the password was given, now or lately. */
async function stepUp(merchant: Merchant, form: FormData): Promise<LimitState> {
  if (await isSteppedUp(merchant)) return null;
  const password = textOf(form, 'password');
  if (!form.has('password')) return again(null, {}, true);
  if (password === '') return again(null, { password: t('limits.error.password') }, true);
  const came = await confirmPassword(merchant, password);
  return came === 'ok' ? null : again(null, { password: t(came === 'wrong' ? 'limits.error.wrong' : 'limits.error.tooMany') }, true);
}

function again(problem: string | null, errors: Readonly<Record<string, string>> = {}, asksPassword = false): LimitState {
  return { kind: 'again', errors, problem, asksPassword };
}

function whoseOf(whose: unknown): Whose {
  const text = String(whose);
  return isRole(text) ? { role: text } : { person: text };
}

function timeIn({ workspace }: Merchant): string {
  return fullDate(new Date().toISOString(), { locale: workspace.locale, zone: workspace.timeZone }).split(', ').at(-1)!;
}
