'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';

/** A link of the rail; it knows by the address whether it is the current one. */
export function NavLink({ href, title, className = 'nav-link', children }: { href: string; title?: string; className?: string; children: ReactNode }) {
  const path = usePathname();
  const current = path === href || path.startsWith(`${href}/`);
  return (
    <Link href={href} prefetch={false} title={title} className={className} aria-current={current ? 'page' : undefined}>
      {children}
    </Link>
  );
}
