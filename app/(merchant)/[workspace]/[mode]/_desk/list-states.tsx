// Why a list is empty, or is not shown: never had any, filtered out, not mirrored yet, an address that cannot be read (design/UX.md §9).
import type { ReactNode } from 'react';
import { dayDate, type Format } from '#components/object/format.ts';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import type { Filter as Chip } from '#components/table/filter-bar.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { LinkButton } from '#components/ui/link-button.tsx';
import type { AppError } from '#lib/errors.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import type { History } from '#lib/read/history.ts';

/** No account was ever connected in this mode. */
export function NotConnected({ merchant, title }: { merchant: Merchant; title: string }) {
  const may = merchant.can.has('connect');
  return (
    <>
      <PageHeader title={title} />
      <PageBody>
        <EmptyState
          kind="not-mirrored"
          title={t('lists.notMirroredTitle')}
          action={
            may ? (
              <LinkButton href={href(merchant, 'settings', 'connection')} variant="primary">
                {t('lists.connect')}
              </LinkButton>
            ) : undefined
          }
        >
          {t(may ? 'lists.notMirroredBody' : 'lists.notMirroredAsk')}
        </EmptyState>
      </PageBody>
    </>
  );
}

/** The address asks for something the list does not know. Showing all rows instead would say that these are what was asked for. */
export function BadAddress({ refusal, title, path }: { refusal: AppError; title: string; path: string }) {
  return (
    <>
      <PageHeader title={title} />
      <PageBody>
        <EmptyState kind="failed" title={t('lists.badTitle')} action={<LinkButton href={path}>{t('lists.showAll')}</LinkButton>}>
          {refusal.code === 'bad_cursor' ? t('lists.badCursor') : t('lists.badFilter', { param: refusal.param ?? '' })}
        </EmptyState>
      </PageBody>
    </>
  );
}

export function FilteredOut({ title, chips, search, clear }: { title: string; chips: readonly Chip[]; search: string | null; clear: string }) {
  const lines = [
    ...chips.filter(({ text }) => text).map(({ label, text = '' }) => t('lists.filterLine', { label, value: text })),
    ...(search === null ? [] : [t('lists.searchFor', { text: search })]),
  ];
  return (
    <EmptyState kind="filtered" title={title} action={<LinkButton href={clear}>{t('tables.clearFilters')}</LinkButton>}>
      <ul>
        {lines.map((line) => (
          <li key={line} className="break-words">
            {line}
          </li>
        ))}
      </ul>
    </EmptyState>
  );
}

export function NothingUnder({ tab, path }: { tab: string; path: string }) {
  return <EmptyState kind="filtered" title={t('lists.tabEmpty', { tab })} action={<LinkButton href={path}>{t('lists.showAll')}</LinkButton>} />;
}

export function NoneYet({
  merchant,
  history,
  format,
  words,
  action,
}: {
  merchant: Merchant;
  history: History;
  format: Format;
  words: { title: string; body: string; backfill: string };
  /** The act that makes the first one. */
  action?: ReactNode;
}) {
  if (history.state === 'done')
    return (
      <EmptyState kind="none-yet" title={words.title} action={action}>
        {words.body}
      </EmptyState>
    );
  return (
    <EmptyState
      kind="not-mirrored"
      title={words.backfill}
      action={<LinkButton href={href(merchant, 'settings', 'connection')}>{t('lists.showConnection')}</LinkButton>}
    >
      {history.backTo
        ? t('lists.soFarBackTo', { count: history.rows, date: dayDate(history.backTo.toISOString(), format) })
        : t('lists.soFar', { count: history.rows })}
    </EmptyState>
  );
}

/** The zone that dates are in, and how far back the list reaches while history is still being brought over. */
export function noteOf(history: History, format: Format): string {
  if (history.state === 'done' || !history.backTo) return format.zone;
  return `${t('objects.historyBackTo', { date: dayDate(history.backTo.toISOString(), format) })} · ${format.zone}`;
}

export function countText({ count, exact }: { count: number; exact: boolean }, locale: string): string {
  const text = count.toLocaleString(locale);
  return exact ? text : t('lists.countMore', { count: text });
}
