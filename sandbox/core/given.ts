// Reads parameters the way Stripe means them: '' and null unset, absent leaves alone.
import { type Params, Refusal } from './define.ts';

type Metadata = Record<string, string>;

/** The text given, null when it was unset, undefined when it was not sent. */
export function text(params: Params, name: string): string | null | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  return value === '' || value === null ? null : String(value);
}

/** `undefined` leaves the field as it was. */
export function textOr<Old>(params: Params, name: string, old: Old): string | null | Old {
  const value = text(params, name);
  return value === undefined ? old : value;
}

export function needText(params: Params, name: string): string {
  const value = text(params, name);
  if (!value) throw missing(name);
  return value;
}

export function integer(params: Params, name: string): number | undefined {
  const value = params[name];
  if (value === undefined || value === '' || value === null) return undefined;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Refusal(400, { code: 'parameter_invalid_integer', param: name, message: `Invalid integer: ${String(value)}` });
  return number;
}

export function flag(params: Params, name: string): boolean | undefined {
  const value = params[name];
  if (value === undefined || value === '' || value === null) return undefined;
  return value === true || value === 'true';
}

/** A nested hash of parameters; undefined when absent, null when unset. */
export function hash(params: Params, name: string): Params | null | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  return typeof value === 'object' && value !== null ? (value as Params) : null; // the wire decodes nested names into such hashes
}

/** `''` as a key's value takes the key away; `''` for the whole clears it. */
export function mergedMetadata(old: unknown, params: Params): Metadata {
  const before = { ...(old as Metadata | null) }; // stored by this function
  const given = params.metadata;
  if (given === undefined) return before;
  if (given === '' || given === null) return {};
  for (const [key, value] of Object.entries(given as Record<string, unknown>)) {
    if (key.length > 40) throw tooMuch(`Metadata keys can be at most 40 characters long: ${key.slice(0, 50)}`);
    if (value === '' || value === null) delete before[key];
    else if (String(value).length > 500)
      throw tooMuch(`Metadata values can be at most 500 characters, but you passed in a value that is ${String(value).length} characters.`);
    else before[key] = String(value);
  }
  if (Object.keys(before).length > 50) throw tooMuch('You cannot have more than 50 metadata keys on an object.');
  return before;
}

export function missing(name: string): Refusal {
  return new Refusal(400, { code: 'parameter_missing', param: name, message: `Missing required param: ${name}.` });
}

/** The fields of `before` that `after` changed, as an *.updated event carries them. */
export function changed(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const previous: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (JSON.stringify(before[key]) === JSON.stringify(after[key])) continue;
    previous[key] = key === 'metadata' || (isPlain(before[key]) && isPlain(after[key])) ? changedKeys(before[key], after[key]) : (before[key] ?? null);
  }
  return previous;
}

/** Of a hash only the keys that changed are told; an object of Stripe's own or a list is told whole. */
function changedKeys(before: unknown, after: unknown): Record<string, unknown> {
  return changed((before ?? {}) as Record<string, unknown>, (after ?? {}) as Record<string, unknown>); // hashes, checked by the caller
}

function isPlain(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !('object' in value);
}

function tooMuch(message: string): Refusal {
  return new Refusal(400, { param: 'metadata', message });
}
