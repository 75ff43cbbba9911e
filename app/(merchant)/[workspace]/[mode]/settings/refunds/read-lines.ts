// What the form of limits says, as minor units, or what is wrong with which field.
import { t } from '#lib/messages/index.ts';
import { exponentOf, isKnownCurrency, parseAmount, type Minor } from '#lib/money.ts';
import { fieldName, NEW, type Figure } from './limit-form-state.ts';

export type ReadLine = { readonly currency: string; readonly figures: Readonly<Record<Figure, Minor | null>> };
export type Lines = { readonly ok: true; readonly lines: readonly ReadLine[] } | { readonly ok: false; readonly errors: Readonly<Record<string, string>> };

/** As many lines as a form may hold: there are not more currencies. */
const MOST = 200;

/** `needed`: a line without this figure is no line, and an empty field an error. */
export function readLines(form: FormData, figures: readonly Figure[], locale: string, needed: Figure | null = null): Lines {
  const errors: Record<string, string> = {};
  const lines: ReadLine[] = [];
  const given = [...new Set(form.getAll('currency').map(String))].filter(isCode).slice(0, MOST);
  for (const currency of given) lines.push(readLine(form, currency, currency, figures, locale, errors, needed));
  const added = textOf(form, 'newCurrency').toLowerCase();
  const typed = figures.some((figure) => textOf(form, fieldName(figure, NEW)).trim() !== '');
  if (isCode(added)) {
    if (given.includes(added)) errors['newCurrency'] = t('limits.error.currencyTwice', { currency: added.toUpperCase() });
    else if (!typed) errors[fieldName(figures[0]!, NEW)] = t('limits.error.currencyEmpty', { currency: added.toUpperCase() });
    else lines.push(readLine(form, added, NEW, figures, locale, errors, needed));
  } else if (typed) errors['newCurrency'] = t('limits.error.currency');
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, lines };
}

function readLine(
  form: FormData,
  currency: string,
  place: string,
  figures: readonly Figure[],
  locale: string,
  errors: Record<string, string>,
  needed: Figure | null,
): ReadLine {
  const read: Record<Figure, Minor | null> = { each: null, day: null, above: null };
  for (const figure of figures) {
    const name = fieldName(figure, place);
    const text = textOf(form, name);
    if (text.trim() === '') {
      if (figure === needed) errors[name] = t('limits.error.empty');
      continue;
    }
    const parsed = parseAmount(text.slice(0, 60), currency, locale);
    if (!parsed.ok) errors[name] = problemText(parsed.why, currency);
    else if (parsed.amount < 0n) errors[name] = t('limits.error.negative');
    else if (parsed.amount > 10n ** 15n) errors[name] = t('limits.error.tooLarge');
    else read[figure] = parsed.amount;
  }
  if (read.each !== null && read.day !== null && read.each > read.day) errors[fieldName('each', place)] = t('limits.error.aboveDay');
  return { currency, figures: read };
}

function problemText(why: 'empty' | 'not_a_number' | 'too_many_decimals' | 'too_large', currency: string): string {
  if (why === 'too_large') return t('limits.error.tooLarge');
  if (why !== 'too_many_decimals') return t('limits.error.notANumber');
  const count = exponentOf(currency);
  const code = currency.toUpperCase();
  return count === 0 ? t('limits.error.noDecimals', { currency: code }) : t('limits.error.decimals', { currency: code, count });
}

function isCode(text: string): boolean {
  return /^[a-z]{3}$/.test(text) && isKnownCurrency(text);
}

export function textOf(form: FormData, name: string): string {
  const value = form instanceof FormData ? form.get(name) : null;
  return typeof value === 'string' ? value : '';
}
