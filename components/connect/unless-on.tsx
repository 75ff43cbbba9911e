'use client';

import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';

/** Leaves out what would only say again what the page itself asks. */
export function UnlessOn({ path, children }: { path: string; children: ReactNode }) {
  return usePathname() === path ? null : children;
}
