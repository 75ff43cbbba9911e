// An amount in Stripe's minor unit as people read it; the exponents are those of the wire, never Intl's.
const NONE = new Set(['bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf']);
const THREE = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);

export function decimalsOf(currency: string): 0 | 2 | 3 {
  return NONE.has(currency) ? 0 : THREE.has(currency) ? 3 : 2;
}

export function moneyText(amount: number, currency: string): string {
  const decimals = decimalsOf(currency);
  const digits = String(Math.abs(amount)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${amount < 0 ? '−' : ''}${whole}${decimals ? `.${digits.slice(-decimals)}` : ''} ${currency.toUpperCase()}`;
}

/** '12.50' → 1250; null when it is no positive amount of that currency. */
export function amountOf(text: string, currency: string): number | null {
  const match = /^(\d{1,9})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  if (!match) return null;
  const decimals = decimalsOf(currency);
  const fraction = match[2] ?? '';
  if (fraction.length > decimals) return null;
  const amount = Number(match[1]) * 10 ** decimals + Number(fraction.padEnd(decimals, '0') || 0);
  return Number.isSafeInteger(amount) && amount > 0 ? amount : null;
}
