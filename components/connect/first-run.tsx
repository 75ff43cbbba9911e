'use client';

import dynamic from 'next/dynamic';
import { usePathname } from 'next/navigation';
import { useEffect, useState } from 'react';
import type { Place } from './connect-form.tsx';

const FirstRunDialog = dynamic(() => import('./first-run-dialog.tsx').then((module) => module.FirstRunDialog), { ssr: false });
const ASKED = 'connect_asked';

/** Asks to connect, once per session, on the first page that is not about connecting anyway. */
export function FirstRun({ place }: { place: Place }) {
  const path = usePathname();
  const [open, setOpen] = useState(false);
  const here = path.startsWith(place.page);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (here || document.cookie.split('; ').includes(`${ASKED}=1`)) return;
      document.cookie = `${ASKED}=1; path=/${place.workspace}; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
      setOpen(true);
    });
    return () => clearTimeout(timer);
  }, [here, place.workspace]);
  return open ? <FirstRunDialog place={place} onClose={() => setOpen(false)} /> : null;
}
