import Link from 'next/link';
import { t } from '#lib/messages/index.ts';
import { moneyText } from '../object/amount-text.ts';
import { Pagination } from '../ui/pagination.tsx';
import type { TableDescription } from './describe.ts';

type Foot = Pick<TableDescription, 'start' | 'total' | 'sums' | 'format' | 'previous' | 'next' | 'sizes'> & { rows: readonly unknown[] };

/** Range, count and the sums of what is listed, each currency on its own; then page size and paging. */
export function TableFoot({ rows, start, total, sums = [], format, previous, next, sizes = [] }: Foot) {
  if (rows.length === 0) return null;
  return (
    <div className="table-foot">
      <p role="status">
        <span>{countText(rows.length, start, total)}</span>
        {sums.length > 0 ? <span> · {t('tables.thisPage', { sums: sums.map((sum) => moneyText(sum, format.locale)).join(' · ') })}</span> : null}
      </p>
      <div className="table-paging">
        {sizes.length > 0 && !(total.exact && total.count <= sizes[0]!.size) ? (
          <nav aria-label={t('tables.pageSize')} className="table-sizes">
            {sizes.map(({ size, href, current }) => (
              <Link key={size} href={href} prefetch={false} scroll={false} aria-current={current ? 'true' : undefined}>
                {size}
              </Link>
            ))}
          </nav>
        ) : null}
        {previous || next ? (
          <Pagination label={t('tables.pages')} previous={{ label: t('tables.previous'), href: previous }} next={{ label: t('tables.next'), href: next }} />
        ) : null}
      </div>
    </div>
  );
}

function countText(shown: number, start: number | undefined, { count, exact }: TableDescription['total']): string {
  if (start === undefined) return exact ? t('tables.countOnly', { count }) : t('tables.countOpen', { total: count });
  const range = { from: start, to: start + shown - 1, total: count };
  return exact ? t('tables.range', range) : t('tables.rangeOpen', range);
}
