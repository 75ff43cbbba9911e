import type { BreakdownGrid } from '#components/object/breakdown.tsx';
import { dayDate, type Format } from '#components/object/format.ts';
import { t } from '#lib/messages/index.ts';
import type { Breakdown, Grid } from '#lib/read/desk/breakdown.ts';
import { amountOf } from '../../_desk/figures.ts';

export function breakdownGrids({ paid, balance, fee, confirmed }: Breakdown, format: Format): BreakdownGrid[] {
  if (!balance) return [{ lines: linesOf(paid, confirmed), note: fee ? undefined : t('payments.breakdown.noFee') }];
  const rate =
    balance.rate !== null && balance.at
      ? t('payments.breakdown.rate', {
          rate: balance.rate.toLocaleString(format.locale, { maximumSignificantDigits: 7 }),
          date: dayDate(balance.at.toISOString(), format),
        })
      : undefined;
  return [
    { title: t('payments.breakdown.customerPaid', { currency: paid.currency.toUpperCase() }), lines: linesOf(paid, confirmed) },
    { title: t('payments.breakdown.yourBalance', { currency: balance.currency.toUpperCase() }), lines: linesOf(balance, confirmed), note: rate },
  ];
}

function linesOf({ lines, currency }: Grid, confirmed: boolean): BreakdownGrid['lines'] {
  return lines.map(({ label, amount }, at) => ({
    label: t(`payments.breakdown.${label}`),
    value: amountOf(amount, currency, confirmed),
    total: at === lines.length - 1 && (label === 'net' || label === 'left') ? true : undefined,
  }));
}
