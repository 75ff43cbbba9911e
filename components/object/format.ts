// How a page shows figures and dates: the workspace's locale and zone, and the server's clock, handed down as plain data.
export type Format = { readonly locale: string; readonly zone: string; readonly now: string };

/** "1,250.00" from the decimal string "1250.00": every digit kept, grouping and marks of the locale, minus as U+2212. */
export function formatDecimal(decimal: string, locale: string): string {
  const digits = decimal.split('.')[1]?.length ?? 0;
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  // Intl takes decimal strings exactly; the declared type knows numbers only.
  return format.format(decimal as unknown as number).replace('-', '\u2212');
}

/** In lists: "22 Nov, 16:02"; in another year "3 Feb 2024". */
export function listDate(at: string, { locale, zone, now }: Format): string {
  const sameYear = yearIn(at, zone) === yearIn(now, zone);
  return sameYear
    ? show(at, locale, zone, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
    : show(at, locale, zone, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** In details: "22 Nov 2026, 16:02:11". */
export function fullDate(at: string, { locale, zone }: Pick<Format, 'locale' | 'zone'>): string {
  return show(at, locale, zone, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** "4 Mar 2025". */
export function dayDate(at: string, { locale, zone }: Pick<Format, 'locale' | 'zone'>): string {
  return show(at, locale, zone, { day: 'numeric', month: 'short', year: 'numeric' });
}

function yearIn(at: string, zone: string): string {
  return show(at, 'en', zone, { year: 'numeric' });
}

function show(at: string, locale: string, zone: string, options: Intl.DateTimeFormatOptions): string {
  return formatter(dayFirst(locale), zone, options).format(new Date(at));
}

// English without a region is shown day first and in 24 hours, as the rest of the app reads.
function dayFirst(locale: string): string {
  return locale === 'en' || locale === 'en-US' ? 'en-GB' : locale;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, zone, options]);
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: zone, hourCycle: 'h23' });
  formatters.set(key, known);
  return known;
}
