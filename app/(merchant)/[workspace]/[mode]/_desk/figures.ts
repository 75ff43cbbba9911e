// From the database's minor units and moments to what components draw.
import type { Amount } from '#components/object/amount-text.ts';
import type { Format } from '#components/object/format.ts';
import type { Merchant } from '#lib/merchant.ts';
import { isKnownCurrency, toDecimal } from '#lib/money.ts';

/** The digits of a currency nobody told us about are not guessed: its minor units are shown as they are. */
export function amountOf(amount: bigint, currency: string, confirmed = true): Amount {
  const known = isKnownCurrency(currency);
  return {
    amount: known ? toDecimal(amount, currency) : amount.toString(),
    currency,
    minor: known ? undefined : true,
    unconfirmed: confirmed ? undefined : true,
  };
}

export function formatOf({ workspace }: Merchant): Format {
  return { locale: workspace.locale, zone: workspace.timeZone, now: new Date().toISOString() };
}
