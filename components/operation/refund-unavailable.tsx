import { t } from '#lib/messages/index.ts';

export type RefundUnavailableReason =
  | 'role'
  | 'not_captured'
  | 'already_refunded'
  | 'disputed'
  | 'dispute_lost'
  | 'disconnected'
  | 'closed_ledger'
  | 'restored_copy'
  | 'in_flight';

type RefundUnavailableProps = { why: RefundUnavailableReason | { unknownCurrency: string }; link?: { text: string; href: string } | undefined };

/** Stands where the Refund button would, and says why there is none. `link` leads to what stands in the way. */
export function RefundUnavailable({ why, link }: RefundUnavailableProps) {
  return (
    <p className="max-w-80 text-end text-meta text-fg-3 max-md:text-start">
      {typeof why === 'string' ? t(`refund.off.${why}`) : t('refund.off.unknown_currency', { currency: why.unknownCurrency.toUpperCase() })}
      {link ? (
        <>
          {' '}
          <a className="underline" href={link.href} {...(link.href.startsWith('#') ? {} : { target: '_blank', rel: 'noreferrer' })}>
            {link.text}
          </a>
        </>
      ) : null}
    </p>
  );
}
