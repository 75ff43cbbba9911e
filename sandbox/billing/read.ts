// Reads one parameter of a request as what it has to be, or refuses it in Stripe's words. In-process callers send values, the wire may send text: both are read.
import { type Params, Refusal } from '../core/define.ts';

/** Refuses what Stripe knows but this sandbox does not carry, rather than ignoring it. */
export function only(params: Params, carried: readonly string[]): void {
  for (const name of Object.keys(params)) {
    if (name === 'expand' || carried.includes(name) || params[name] === undefined) continue;
    throw new Refusal(400, { message: `This sandbox does not carry the parameter ${name} here.`, param: name });
  }
}

/** Undefined when absent, null when sent empty to unset it. */
export function text(params: Params, name: string, longest = 5000): string | null | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (value === null || value === '') return null;
  if (typeof value !== 'string' && typeof value !== 'number') throw new Refusal(400, { message: `Invalid string: ${name}`, param: name });
  if (String(value).length > longest) throw new Refusal(400, { message: `Invalid string: ${name} must be at most ${longest} characters`, param: name });
  return String(value);
}

export function needText(params: Params, name: string, longest?: number): string {
  const value = text(params, name, longest);
  if (value === undefined) throw new Refusal(400, { message: `Missing required param: ${name}.`, code: 'parameter_missing', param: name });
  if (value === null) throw new Refusal(400, { message: `You passed an empty string for '${name}'.`, code: 'parameter_invalid_empty', param: name });
  return value;
}

export function integer(params: Params, name: string, least = 0, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw new Refusal(400, { message: `Invalid integer: ${shown(value)}`, code: 'parameter_invalid_integer', param: name });
  if (number < least)
    throw new Refusal(400, { message: `This value must be greater than or equal to ${least}.`, code: 'parameter_invalid_integer', param: name });
  if (number > most) throw new Refusal(400, { message: `This value must be less than or equal to ${most}.`, code: 'parameter_invalid_integer', param: name });
  return number;
}

export function needInteger(params: Params, name: string, least?: number, most?: number): number {
  const value = integer(params, name, least, most);
  if (value === undefined) throw new Refusal(400, { message: `Missing required param: ${name}.`, code: 'parameter_missing', param: name });
  return value;
}

export function flag(params: Params, name: string): boolean | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new Refusal(400, { message: `Invalid boolean: ${shown(value)}`, param: name });
}

export function oneOf<const T extends string>(params: Params, name: string, values: readonly T[]): T | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  const found = values.find((one) => one === value);
  if (found === undefined) throw new Refusal(400, { message: `Invalid ${name}: must be one of ${values.join(', ')}`, param: name });
  return found;
}

export function currency(params: Params, name = 'currency'): string | undefined {
  const value = text(params, name);
  if (value === undefined || value === null) return undefined;
  if (!/^[a-z]{3}$/i.test(value)) throw new Refusal(400, { message: `Invalid currency: ${value.slice(0, 20)}.`, param: name });
  return value.toLowerCase();
}

export function hash(params: Params, name: string): Params | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (!isHash(value)) throw new Refusal(400, { message: 'Invalid object', param: name });
  return value;
}

export function hashes(params: Params, name: string): readonly Params[] | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? (value as unknown[]) : isHash(value) ? Object.values(value) : null;
  if (!list?.every(isHash)) throw new Refusal(400, { message: 'Invalid array', param: name });
  return list;
}

/** The object's metadata with the request's changes: an empty value takes its key away, an empty whole clears all. */
export function metadata(params: Params, current: Readonly<Record<string, string>> = {}): Record<string, string> {
  const value = params.metadata;
  if (value === undefined) return { ...current };
  if (value === '' || value === null) return {};
  if (!isHash(value)) throw new Refusal(400, { message: 'Invalid object', param: 'metadata' });
  const merged = new Map(Object.entries(current));
  for (const key of Object.keys(value)) {
    const word = text(value, key, 500);
    if (key.length > 40 || key === '') throw new Refusal(400, { message: `Metadata keys are 1 to 40 characters long: ${key.slice(0, 60)}`, param: 'metadata' });
    if (word === null) merged.delete(key);
    else if (word !== undefined) merged.set(key, word);
  }
  if (merged.size > 50) throw new Refusal(400, { message: 'Metadata can have at most 50 keys.', param: 'metadata' });
  return Object.fromEntries(merged);
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

function shown(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 60) : typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a hash or an array';
}
