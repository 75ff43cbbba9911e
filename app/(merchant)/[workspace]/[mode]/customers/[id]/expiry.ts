import type { Format } from '#components/object/format.ts';
import type { Method } from '#lib/read/desk/customer.ts';

const SOON_MS = 60 * 24 * 60 * 60 * 1000;

/** "08/27": a card holds until the end of its month. `soon`: within 60 days, or over already. */
export function expiryOf({ exp_month: month, exp_year: year }: Pick<Method, 'exp_month' | 'exp_year'>, { now }: Pick<Format, 'now'>) {
  if (!month || !year) return null;
  const left = Date.UTC(year, month, 1) - Date.parse(now);
  return { text: `${String(month).padStart(2, '0')}/${String(year).slice(-2)}`, soon: left < SOON_MS, over: left <= 0 };
}
