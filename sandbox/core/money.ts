// Amounts as Stripe bounds them, and rates between currencies that hold still for a day.
import { decimalsOf } from '../console/money-text.ts';
import { belief, Refusal } from './define.ts';

const TESTS = ['sandbox/wire/conformance.test.ts', 'sandbox/objects/ledger-proof.test.ts'];
belief('An amount in a three-decimal currency must end in 0 when charging.', TESTS);
belief('Minimum amounts are about 0.50 USD; at most eight digits are accepted.', TESTS);
belief('exchange_rate works on minor units, also between currencies of different exponents.', TESTS);

const MOST = 99_999_999;
const LEAST: Readonly<Record<string, number>> = {
  usd: 50,
  eur: 50,
  gbp: 30,
  nok: 300,
  sek: 300,
  dkk: 250,
  chf: 50,
  jpy: 50,
  cad: 50,
  aud: 50,
  nzd: 50,
  huf: 17500,
  czk: 1500,
  pln: 200,
};

/** US dollars for one unit of each. */
const DOLLARS: Readonly<Record<string, number>> = {
  usd: 1,
  eur: 1.09,
  gbp: 1.27,
  nok: 0.094,
  sek: 0.095,
  dkk: 0.146,
  chf: 1.13,
  jpy: 0.0067,
  krw: 0.00073,
  kwd: 3.25,
  bhd: 2.65,
  cad: 0.73,
  aud: 0.66,
  nzd: 0.6,
  inr: 0.012,
  mxn: 0.055,
  brl: 0.18,
  huf: 0.0028,
  isk: 0.0072,
};

/** Refuses what cannot be charged. */
export function checkChargeable(amount: number, currency: string, param = 'amount'): void {
  if (!Number.isSafeInteger(amount) || amount < 1) {
    throw new Refusal(400, {
      code: 'parameter_invalid_integer',
      param,
      message: amount < 1 ? 'This value must be greater than or equal to 1.' : `Invalid integer: ${amount}`,
    });
  }
  if (amount > MOST) throw new Refusal(400, { code: 'amount_too_large', param, message: `Amount must be no more than ${shownAmount(MOST, currency)}` });
  const least = LEAST[currency] ?? Math.ceil(50 * minorRate('usd', currency));
  if (amount < least) throw new Refusal(400, { code: 'amount_too_small', param, message: `Amount must be at least ${shownAmount(least, currency)}` });
  if (decimalsOf(currency) === 3 && amount % 10 !== 0) {
    throw new Refusal(400, { param, message: `Invalid amount: in ${currency.toUpperCase()} the last digit must be 0.` });
  }
}

/** "$12.00", or "12.00 nok". */
export function shownAmount(amount: number, currency: string): string {
  const decimals = decimalsOf(currency);
  const number = (amount / 10 ** decimals).toFixed(decimals).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  const sign = ({ usd: '$', eur: '€', gbp: '£', jpy: '¥' } as Record<string, string>)[currency];
  return sign ? `${sign}${number}` : `${number} ${currency}`;
}

/** Minor units of `to` for one minor unit of `from` on that day, to seven digits; null within one currency. */
export function rateOn(second: number, from: string, to: string): number | null {
  if (from === to) return null;
  const day = Math.floor(second / 86_400);
  const swing = 1 + 0.02 * Math.sin(day / 23 + from.charCodeAt(0) + to.charCodeAt(1));
  return Number((minorRate(from, to) * swing).toPrecision(7));
}

function minorRate(from: string, to: string): number {
  return ((DOLLARS[from] ?? 1) / 10 ** decimalsOf(from) / (DOLLARS[to] ?? 1)) * 10 ** decimalsOf(to);
}

/** Thirty US cents (or so many as given) in another currency. */
export function aboutCents(cents: number, currency: string): number {
  return Math.max(1, Math.round(cents * minorRate('usd', currency)));
}
