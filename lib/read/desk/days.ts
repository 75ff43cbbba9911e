// Days of the workspace's zone as instants: a day is [local midnight, next local midnight), 23 to 25 hours long (FORMULAS §1.3).
import { Temporal } from 'temporal-polyfill';
import type { Filter } from '../../catalogue/query.ts';

export type Span = { readonly from: Date | null; readonly before: Date | null };

/** The instants a filter of kind `date` asks for; "last 30 days" is today and the 29 before. */
export function spanOf({ operator, values: [first = '', last = ''] }: Filter, zone: string, now = new Date()): Span {
  if (operator === 'last') {
    const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
    return { from: midnight(today.subtract({ days: Number(first) - 1 }), zone), before: null };
  }
  return {
    from: first ? midnight(Temporal.PlainDate.from(first), zone) : null,
    before: last ? midnight(Temporal.PlainDate.from(last).add({ days: 1 }), zone) : null,
  };
}

function midnight(day: Temporal.PlainDate, zone: string): Date {
  return new Date(day.toZonedDateTime(zone).epochMilliseconds);
}
