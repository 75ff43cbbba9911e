// Where billing periods begin and end.
type Interval = 'day' | 'week' | 'month' | 'year';
export type Pace = { interval: Interval; interval_count: number };

const DAY = 86_400;

/** The nth boundary after the anchor. Counted from the anchor and never from the boundary before, so that the 31st comes back after February. */
export function boundary(anchor: number, { interval, interval_count }: Pace, n: number): number {
  const steps = n * interval_count;
  if (interval === 'day') return anchor + steps * DAY;
  if (interval === 'week') return anchor + steps * 7 * DAY;
  return addMonths(anchor, interval === 'year' ? steps * 12 : steps);
}

/** The period that holds the second `at`; its end belongs to the next one. `at` may lie before the anchor. */
export function periodAt(anchor: number, pace: Pace, at: number): { start: number; end: number } {
  let n = Math.floor((at - anchor) / roughly(pace));
  while (boundary(anchor, pace, n) > at) n--;
  while (boundary(anchor, pace, n + 1) <= at) n++;
  return { start: boundary(anchor, pace, n), end: boundary(anchor, pace, n + 1) };
}

function addMonths(at: number, months: number): number {
  const date = new Date(at * 1000);
  const month = date.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const midnight = Date.UTC(date.getUTCFullYear(), month, Math.min(date.getUTCDate(), lastDay));
  return midnight / 1000 + (at - Math.floor(at / DAY) * DAY);
}

function roughly({ interval, interval_count }: Pace): number {
  const days = { day: 1, week: 7, month: 30.4, year: 365.2 }[interval];
  return days * interval_count * DAY;
}
