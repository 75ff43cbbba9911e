import clsx from 'clsx';
import { t } from '#lib/messages/index.ts';
import type { Amount } from './amount-text.ts';
import { formatDecimal } from './format.ts';

type MoneyProps = Amount & { locale: string; column?: boolean; className?: string };

/** Figure, then code. In a column the code stands in a fixed slot, so that the digits line up. */
export function Money({ amount, currency, unconfirmed, minor, locale, column, className }: MoneyProps) {
  return (
    <span
      className={clsx('money', column && 'money-column', className)}
      data-unconfirmed={unconfirmed || undefined}
      title={unconfirmed ? t('objects.unconfirmed') : undefined}
    >
      <span className="money-figure">{formatDecimal(amount, locale)}</span> <span className="money-code">{currency.toUpperCase()}</span>
      {minor ? <span className="money-code"> {t('objects.minorUnits')}</span> : null}
      {unconfirmed ? <span className="sr-only">, {t('objects.unconfirmed')}</span> : null}
    </span>
  );
}
