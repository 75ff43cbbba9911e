import clsx from 'clsx';
import { t } from '#lib/messages/index.ts';
import { formatDecimal } from './format.ts';

/** `amount` is a decimal string ("1250.00"), or minor units where the currency is unknown to us (`minor`). */
export type Amount = { amount: string; currency: string; unconfirmed?: boolean; minor?: boolean };

type MoneyProps = Amount & { locale: string; column?: boolean; className?: string };

/** Figure, then code. In a column the code stands in a fixed slot, so that the digits line up. */
export function Money({ amount, currency, unconfirmed, minor, locale, column, className }: MoneyProps) {
  return (
    <span className={clsx('money', column && 'money-column', className)} data-unconfirmed={unconfirmed || undefined} title={unconfirmed ? t('objects.unconfirmed') : undefined}>
      <span className="money-figure">{formatDecimal(amount, locale)}</span>{' '}
      <span className="money-code">{currency.toUpperCase()}</span>
      {minor ? <span className="money-code"> {t('objects.minorUnits')}</span> : null}
      {unconfirmed ? <span className="sr-only">, {t('objects.unconfirmed')}</span> : null}
    </span>
  );
}

/** "1,250.00 USD" where only text can stand: titles, sentences, buttons. */
export function moneyText({ amount, currency }: Pick<Amount, 'amount' | 'currency'>, locale: string): string {
  return `${formatDecimal(amount, locale)} ${currency.toUpperCase()}`;
}
