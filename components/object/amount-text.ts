import { formatDecimal } from './format.ts';

/** `amount` is a decimal string ("1250.00"), or minor units where the currency is unknown to us (`minor`). */
export type Amount = { amount: string; currency: string; unconfirmed?: boolean; minor?: boolean };

/** "1,250.00 USD" where only text can stand: titles, sentences, buttons. */
export function moneyText({ amount, currency }: Pick<Amount, 'amount' | 'currency'>, locale: string): string {
  return `${formatDecimal(amount, locale)} ${currency.toUpperCase()}`;
}
