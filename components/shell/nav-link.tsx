'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';

type NavLinkProps = { href: string; title?: string; className?: string; watch?: readonly string[]; children: ReactNode };

/** A link of the rail; it knows by the address whether it is the current one. */
export function NavLink({ href, title, className = 'nav-link', watch, children }: NavLinkProps) {
  const path = usePathname();
  const current = path === href || path.startsWith(`${href}/`);
  return (
    <Link href={href} prefetch={false} title={title} className={className} aria-current={current ? 'page' : undefined} data-live={watch?.join(' ')}>
      {children}
    </Link>
  );
}
