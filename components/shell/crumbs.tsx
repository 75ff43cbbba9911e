'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { elide } from '../ui/id.tsx';
import type { CrumbName } from './describe.ts';

/** "Payments / pi_3QXa…Vb2", read from the address alone: known addresses by name, anything else as the id it is. */
export function Crumbs({ label, names }: { label: string; names: readonly CrumbName[] }) {
  const trail = trailOf(usePathname(), names);
  return (
    <nav aria-label={label} className="crumbs">
      <ol>
        {trail.map(({ href, label: name }, at) => (
          <li key={href} aria-current={at === trail.length - 1 ? 'page' : undefined}>
            {at === trail.length - 1 ? (
              name
            ) : (
              <Link href={href} prefetch={false}>
                {name}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

export function trailOf(path: string, names: readonly CrumbName[]): CrumbName[] {
  const known = names.filter(({ href }) => path === href || path.startsWith(`${href}/`)).sort((a, b) => a.href.length - b.href.length);
  const last = known.at(-1);
  if (!last || last.href === path) return known;
  const id = decodeURIComponent(path.slice(last.href.length + 1).split('/')[0] ?? '');
  return [...known, { href: path, label: elide(id) }];
}
