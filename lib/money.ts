// Money as Stripe sends it: bigint minor units and a currency. Exponents are our own table, never Intl's (FACTS §7).

export type Minor = bigint;

const zero = new Set(['bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf']);
const three = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);

/** Digits after the point in Stripe's minor unit. ISK and UGX are 2 on the wire although shown without decimals. */
export function exponentOf(currency: string): 0 | 2 | 3 {
  const code = currency.toLowerCase();
  return zero.has(code) ? 0 : three.has(code) ? 3 : 2;
}

/** A code Stripe could send; others are shown in minor units and block entry of money. */
export function isKnownCurrency(currency: string): boolean {
  return /^[a-z]{3}$/i.test(currency) && (knownCodes ??= new Set(Intl.supportedValuesOf('currency'))).has(currency.toUpperCase());
}

let knownCodes: Set<string> | undefined;

/** "1250.00" for 125000n usd: a plain decimal string, exact at any size. */
export function toDecimal(amount: Minor, currency: string): string {
  const digits = exponentOf(currency);
  const sign = amount < 0n ? '-' : '';
  const text = (amount < 0n ? -amount : amount).toString().padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** "1,250.00" in the locale's own grouping and digits; minus is U+2212. The code stands beside it, not in it. */
export function formatAmount(amount: Minor, currency: string, locale: string): string {
  const digits = exponentOf(currency);
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  // A decimal string keeps every digit beyond 2^53; the type only knows numbers.
  return format.format(toDecimal(amount, currency) as unknown as number).replace(/^-/, '\u2212');
}

/** "1,250.00 USD". */
export function formatMoney(amount: Minor, currency: string, locale: string): string {
  return `${formatAmount(amount, currency, locale)} ${currency.toUpperCase()}`;
}

export type ParsedAmount = { ok: true; amount: Minor } | { ok: false; why: 'empty' | 'not_a_number' | 'too_many_decimals' | 'too_large'; decimals: number };

/**
 * What a person typed, in the locale's decimal mark, as minor units. Grouping marks and spaces are accepted where the locale puts them.
 * Never rounds: a third decimal in EUR is refused.
 */
export function parseAmount(text: string, currency: string, locale: string): ParsedAmount {
  const decimals = exponentOf(currency);
  const refuse = (why: Exclude<ParsedAmount, { ok: true }>['why']): ParsedAmount => ({ ok: false, why, decimals });
  const parts = new Intl.NumberFormat(locale).formatToParts(-1234567.5);
  const mark = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const digitsOf = [...new Intl.NumberFormat(locale, { useGrouping: false }).format(9876543210)].reverse();
  let plain = text.trim().replace(/[\s\u00a0\u202f\u2009'’]/g, '');
  if (plain === '') return refuse('empty');
  plain = [...plain]
    .map((sign) => (digitsOf.includes(sign) ? String(digitsOf.indexOf(sign)) : sign))
    .join('')
    .replace(/\u2212/g, '-');
  const decimalMark = mark('decimal') || '.';
  const group = mark('group');
  if (group && group.trim() && group !== decimalMark) {
    const [whole = '', ...rest] = plain.split(decimalMark);
    if (whole.includes(group)) {
      if (!new RegExp(`^-?\\d{1,3}(\\${group}\\d{2,3})*\\${group}\\d{3}$`).test(whole)) return refuse('not_a_number');
      plain = [whole.replaceAll(group, ''), ...rest].join(decimalMark);
    }
  }
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(plain.replace(decimalMark, '.'));
  if (!match || (match[2] === '' && (match[3] ?? '') === '')) return refuse('not_a_number');
  const fraction = match[3] ?? '';
  if (fraction.length > decimals) return refuse('too_many_decimals');
  if (match[2]!.length > 15) return refuse('too_large');
  const amount = BigInt(`${match[2] || '0'}${fraction.padEnd(decimals, '0')}`);
  return { ok: true, amount: match[1] ? -amount : amount };
}
