import type { Format } from '#components/object/format.ts';
import type { Filter as Chip } from '#components/table/filter-bar.tsx';
import { refundsGrammar, refundWords } from '#lib/catalogue/lists.ts';
import { t } from '#lib/messages/index.ts';
import type { Address } from '../_desk/address.ts';
import { amountFilter, chip, createdFilter } from '../_desk/filters.ts';
import { reasonText, refundWordText } from '../_desk/refund-words.ts';

export function refundFilters(address: Address, format: Format): Chip[] {
  return [
    createdFilter(address, format),
    amountFilter(address, format),
    chip(address, format, {
      param: 'status',
      label: t('refunds.status'),
      kind: 'choice',
      options: refundWords.map((value) => ({ value, label: refundWordText(value) })),
    }),
    chip(address, format, {
      param: 'reason',
      label: t('refunds.reason'),
      kind: 'choice',
      options: refundsGrammar.filters.reason.options.map((value) => ({ value, label: reasonText(value) })),
    }),
    chip(address, format, {
      param: 'by',
      label: t('refunds.by'),
      kind: 'choice',
      options: [
        { value: 'here', label: t('refunds.byHere') },
        { value: 'stripe', label: t('refunds.byStripe') },
      ],
    }),
    chip(address, format, { param: 'customer', label: t('refunds.customer'), kind: 'text', hint: t('payments.customerHint') }),
  ];
}
