// What a typed refund amount means: minor units, or why not. The server decides again; this only spares a trip.
import { exponentOf, formatMoney, parseAmount } from '#lib/money.ts';

export type AmountProblem = 'not_a_number' | 'decimals' | 'zero' | 'above_left';
export type ReadAmount = { ok: true; minor: bigint } | { ok: false; why: AmountProblem };

export function readAmount(text: string, { currency, left, locale }: { currency: string; left: bigint; locale: string }): ReadAmount {
  const parsed = parseAmount(text, currency, locale);
  if (!parsed.ok) return { ok: false, why: parsed.why === 'too_many_decimals' ? 'decimals' : parsed.why === 'too_large' ? 'above_left' : 'not_a_number' };
  if (parsed.amount <= 0n) return { ok: false, why: 'zero' };
  if (parsed.amount > left) return { ok: false, why: 'above_left' };
  return { ok: true, minor: parsed.amount };
}

/** Half of what is left, rounded down to a whole minor unit; null where half of it would be nothing. */
export function halfOf(left: bigint): bigint | null {
  return left > 1n ? left / 2n : null;
}

type Say = (
  key: 'refund.notANumber' | 'refund.aboveZero' | 'refund.noDecimals' | 'refund.decimals' | 'refund.atMost',
  params: { currency: string; count: number; amount: string },
) => string;

export function problemText(why: AmountProblem, { currency, left, locale }: { currency: string; left: bigint; locale: string }, say: Say): string {
  const count = exponentOf(currency);
  const params = { currency: currency.toUpperCase(), count, amount: formatMoney(left, currency, locale) };
  const key = {
    not_a_number: 'refund.notANumber',
    zero: 'refund.aboveZero',
    decimals: count === 0 ? 'refund.noDecimals' : 'refund.decimals',
    above_left: 'refund.atMost',
  } as const;
  return say(key[why], params);
}
