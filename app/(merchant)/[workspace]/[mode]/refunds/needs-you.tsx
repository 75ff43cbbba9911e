// What waits for a person stands at the head of the list, the oldest first.
import Link from 'next/link';
import { moneyText } from '#components/object/amount-text.ts';
import { type Format, listDate } from '#components/object/format.ts';
import { StatusBadge } from '#components/object/status-badge.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import type { Needing } from '#lib/read/desk/needs-you.ts';
import { amountOf } from '../_desk/figures.ts';

const SHOWN = 6;

export function NeedsYou({ needing, merchant, format }: { needing: readonly Needing[]; merchant: Merchant; format: Format }) {
  if (needing.length === 0) return null;
  const more = needing.length - SHOWN;
  return (
    <Panel title={t('acts.needsYou')} id="needs-you" flush className="mb-4">
      <ul className="related">
        {needing.slice(0, SHOWN).map(({ id, word, amount, currency, customer, since }) => (
          <li key={id} data-row={id}>
            <Link href={href(merchant, 'refunds', id)} prefetch={false} className="font-medium hover:text-accent hover:underline">
              {t('acts.open', { amount: moneyText(amountOf(amount, currency), format.locale) })}
            </Link>
            <StatusBadge object="refund" status={word} />
            <span className="min-w-0 truncate text-fg-2">{customer ?? t('acts.nobody')}</span>
            <time dateTime={since.toISOString()} className="ms-auto whitespace-nowrap text-fg-3">
              {t('acts.since', { at: listDate(since.toISOString(), format) })}
            </time>
          </li>
        ))}
      </ul>
      {more > 0 ? <p className="border-t border-line px-4 py-2 text-fg-3">{t('acts.more', { count: more })}</p> : null}
    </Panel>
  );
}
