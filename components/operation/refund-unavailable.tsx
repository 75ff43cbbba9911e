import { t } from '#lib/messages/index.ts';

export type RefundUnavailableReason =
  | 'role'
  | 'not_captured'
  | 'already_refunded'
  | 'disputed'
  | 'disconnected'
  | 'closed_ledger'
  | 'restored_copy'
  | 'in_flight';

/** Stands where the Refund button would, and says why there is none. */
export function RefundUnavailable({ why }: { why: RefundUnavailableReason | { unknownCurrency: string } }) {
  return (
    <p className="max-w-80 text-end text-meta text-fg-3 max-md:text-start">
      {typeof why === 'string' ? t(`refund.off.${why}`) : t('refund.off.unknown_currency', { currency: why.unknownCurrency.toUpperCase() })}
    </p>
  );
}
