import clsx from 'clsx';
import Link from 'next/link';

export type Tab = { label: string; href: string; count?: string; current?: boolean };

/** Tabs are links, so each has an address; a count is text made by the caller ("10,000+"). */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav aria-label={label} className="tabs">
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          prefetch={false}
          scroll={false}
          aria-current={tab.current ? 'page' : undefined}
          className={clsx('tab', tab.current && 'tab-current')}
        >
          {tab.label}
          {tab.count === undefined ? null : <span className="tab-count">{tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}
