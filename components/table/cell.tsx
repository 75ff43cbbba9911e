// Draws one cell by its kind; the only place that knows how a kind looks in a list.
import Link from 'next/link';
import { t } from '#lib/messages/index.ts';
import { type Format, fullDate, listDate } from '../object/format.ts';
import { methodText } from '../object/method.ts';
import { Money } from '../object/money.tsx';
import { StatusBadge } from '../object/status-badge.tsx';
import { elide } from '../ui/id.tsx';
import type { Cell as CellData } from './describe.ts';

export function Cell({ cell, format }: { cell: CellData; format: Format }) {
  if (cell === null) return <None />;
  switch (cell.kind) {
    case 'money':
      return (
        <>
          <Money {...cell} locale={format.locale} column />
          {cell.more ? <span className="cell-more">+{cell.more}</span> : null}
        </>
      );
    case 'status':
      return <StatusBadge {...cell} />;
    case 'ref':
    case 'id':
      return (
        <Linked href={cell.kind === 'ref' ? cell.href : undefined} className="cell-id" title={cell.id}>
          {elide(cell.id)}
        </Linked>
      );
    case 'date':
      return (
        <time dateTime={cell.at} title={fullDate(cell.at, format)}>
          {listDate(cell.at, format)}
        </time>
      );
    case 'text':
      return (
        <Linked href={cell.href} className={cell.act ? 'font-medium text-accent' : cell.quiet ? 'text-fg-3' : undefined} title={cell.text}>
          {cell.text}
        </Linked>
      );
    case 'customer':
      return <Customer name={cell.name} email={cell.email} href={cell.href} />;
    case 'method':
      return methodText(cell);
    case 'number':
      return typeof cell.value === 'number' ? cell.value.toLocaleString(format.locale) : cell.value;
  }
}

/** Nothing here: an en dash, read out as "none". */
export function None() {
  return (
    <span role="img" aria-label={t('tables.none')} className="text-fg-3">
      –
    </span>
  );
}

function Customer({ name, email, href }: { name: string | null; email: string | null; href?: string }) {
  if (!name && !email) return <None />;
  return (
    <span title={[name, email].filter(Boolean).join(', ')}>
      <Linked href={href} className="cell-name">
        {name ?? email}
      </Linked>
      {name && email ? <span className="cell-email">{email}</span> : null}
    </span>
  );
}

/** A link of its own inside the row: it stands above the row's hit area. */
function Linked({ href, className, title, children }: { href?: string; className?: string; title?: string; children: React.ReactNode }) {
  if (!href)
    return (
      <span className={className} title={title}>
        {children}
      </span>
    );
  return (
    <Link href={href} prefetch={false} title={title} className={`cell-link ${className ?? ''}`}>
      {children}
    </Link>
  );
}
