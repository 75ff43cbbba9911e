'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect } from 'react';

/** Takes all filters away; so does Esc, when nothing else is open for it to close. */
export function ClearFilters({ href, children }: { href: string; children: ReactNode }) {
  const router = useRouter();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !isBusy(event.target)) router.push(href, { scroll: false });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [href, router]);
  return (
    <Link href={href} prefetch={false} scroll={false} className="chip border-transparent">
      {children}
    </Link>
  );
}

function isBusy(target: EventTarget | null): boolean {
  const typing = target instanceof Element && target.closest('input, select, textarea') !== null;
  return typing || document.querySelector(':popover-open, [role="dialog"]') !== null;
}
