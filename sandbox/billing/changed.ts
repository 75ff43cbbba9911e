// Stores an object again and says by event what became of it.
import type { Place, StripeObject } from '../core/define.ts';

type Values = { readonly [field: string]: unknown };

/** Puts `after` and emits `event` with the former values of what differs; nothing happens when nothing differs. */
export function putChanged<O extends StripeObject>(place: Place, event: string, before: StripeObject, after: O): O {
  const previous = formerValues(before, after);
  if (Object.keys(previous).length === 0) return after;
  place.put(after);
  place.emit(event, after, previous);
  return after;
}

/** `previous_attributes` as Stripe writes them: into hashes it goes field by field, arrays come whole. */
export function formerValues(before: Values, after: Values): Record<string, unknown> {
  const former: [string, unknown][] = [];
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[field], after[field]];
    if (same(old, now)) continue;
    former.push([field, isHash(old) && isHash(now) ? formerValues(old, now) : old === undefined ? null : old]);
  }
  return Object.fromEntries(former);
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function isHash(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
