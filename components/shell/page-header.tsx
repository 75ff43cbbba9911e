import Link from 'next/link';
import type { ReactNode } from 'react';
import { BackIcon } from '../ui/icons.tsx';

type PageHeaderProps = { title: ReactNode; badge?: ReactNode; note?: ReactNode; actions?: ReactNode; back?: { href: string; label: string } };

/** The one h1 of a page, its badge, a quiet note (the time zone), and the acts. */
export function PageHeader({ title, badge, note, actions, back }: PageHeaderProps) {
  return (
    <div className="page-header">
      {back ? (
        <Link href={back.href} className="page-back">
          <BackIcon size={14} />
          {back.label}
        </Link>
      ) : null}
      <div className="page-title">
        <h1 id="page-title" tabIndex={-1}>
          {title}
        </h1>
        {badge}
        {note || actions ? (
          <div className="page-acts">
            {note ? <span className="text-fg-3">{note}</span> : null}
            {actions}
          </div>
        ) : null}
      </div>
    </div>
  );
}

/** `list` is up to 1440 wide, `detail` 1120 with a side column of facts. */
export function PageBody({ kind = 'list', side, children }: { kind?: 'list' | 'detail'; side?: ReactNode; children: ReactNode }) {
  if (kind === 'list') return <div className="max-w-[1440px]">{children}</div>;
  return (
    <div className="detail">
      {side ? <aside className="detail-side">{side}</aside> : null}
      <div className="detail-main">{children}</div>
    </div>
  );
}
