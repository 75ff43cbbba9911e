// Reads what core/given.ts does not: parameters with a fixed choice, lists of hashes, ranges. The wire has checked shapes before; in-process callers have not been checked.
import { type Params, Refusal } from '../core/define.ts';
import { integer, missing, text } from '../core/given.ts';

/** Refuses what Stripe knows but this sandbox does not carry, rather than ignoring it. */
export function only(params: Params, carried: readonly string[]): void {
  for (const name of Object.keys(params)) {
    if (name === 'expand' || carried.includes(name) || params[name] === undefined) continue;
    throw new Refusal(400, { message: `This sandbox does not carry the parameter ${name} here.`, param: name });
  }
}

export function wholeNumber(params: Params, name: string, least: number, most = 99_999_999): number | undefined {
  const value = integer(params, name);
  if (value === undefined) return undefined;
  if (value < least) throw outOfRange(name, `greater than or equal to ${least}`);
  if (value > most) throw outOfRange(name, `less than or equal to ${most}`);
  return value;
}

export function oneOf<const T extends string>(params: Params, name: string, values: readonly T[]): T | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  const found = values.find((one) => one === value);
  if (found === undefined) throw new Refusal(400, { message: `Invalid ${name}: must be one of ${values.join(', ')}`, param: name });
  return found;
}

export function currencyOf(params: Params): string | undefined {
  const value = text(params, 'currency');
  if (value === undefined || value === null) return undefined;
  if (!/^[a-z]{3}$/i.test(value)) throw new Refusal(400, { message: `Invalid currency: ${value.slice(0, 20)}.`, param: 'currency' });
  return value.toLowerCase();
}

export function needCurrency(params: Params): string {
  const value = currencyOf(params);
  if (value === undefined) throw missing('currency');
  return value;
}

/** A list of hashes; undefined when absent. */
export function hashes(params: Params, name: string): readonly Params[] | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? (value as unknown[]) : isHash(value) ? Object.values(value) : null;
  if (!list?.every(isHash)) throw new Refusal(400, { message: 'Invalid array', param: name });
  return list;
}

/** Whether a number meets a list's range filter: a bare value, or gt, gte, lt, lte. */
export function within(params: Params, name: string, value: number | null): boolean {
  const asked = params[name];
  if (asked === undefined) return true;
  if (value === null) return false;
  if (!isHash(asked)) return value === integer(params, name);
  const { gt, gte, lt, lte } = { gt: integer(asked, 'gt'), gte: integer(asked, 'gte'), lt: integer(asked, 'lt'), lte: integer(asked, 'lte') };
  return (gt === undefined || value > gt) && (gte === undefined || value >= gte) && (lt === undefined || value < lt) && (lte === undefined || value <= lte);
}

function isHash(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function outOfRange(name: string, bound: string): Refusal {
  return new Refusal(400, { message: `This value must be ${bound}.`, code: 'parameter_invalid_integer', param: name });
}
