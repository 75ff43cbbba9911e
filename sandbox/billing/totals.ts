// What an invoice comes to.
import { Refusal } from '../core/define.ts';

type Summed = { subtotal: number; total: number; amount_due: number; amount_remaining: number };

/** Unit amount (a decimal text in minor units, up to 12 places) times quantity, rounded half away from zero to whole minor units. */
export function lineAmount(unit: string, quantity: number): number {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(unit);
  if (!match) throw new Refusal(400, { message: `Invalid decimal: ${unit}`, code: 'parameter_invalid_decimal', param: 'unit_amount_decimal' });
  const [, sign, whole = '0', part = ''] = match;
  const scale = 10n ** 12n;
  const exact = (BigInt(whole) * scale + BigInt(part.padEnd(12, '0'))) * BigInt(quantity);
  const rounded = (exact + scale / 2n) / scale;
  const amount = Number(sign ? -rounded : rounded);
  if (!Number.isSafeInteger(amount)) throw new Refusal(400, { message: 'The amount is too large.', code: 'amount_too_large' });
  return amount;
}

/** Sums of an invoice nobody has paid anything of. */
export function sumOf(amounts: readonly number[]): Summed {
  const subtotal = amounts.reduce((sum, amount) => sum + amount, 0);
  const due = Math.max(0, subtotal);
  return { subtotal, total: subtotal, amount_due: due, amount_remaining: due };
}
