'use client';

import { useEffect } from 'react';

const SECONDS = 60;

/** Tells the server, by a cookie that the browser lets die after a minute, that a person is at the page: refreshes by themselves extend no session. */
export function Activity({ cookie }: { cookie: string }) {
  useEffect(() => {
    let until = 0;
    const act = () => {
      if (performance.now() < until) return;
      until = performance.now() + (SECONDS / 2) * 1000;
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet, and this cookie is no secret
      document.cookie = `${cookie}=1;path=/;max-age=${SECONDS};samesite=lax`;
    };
    addEventListener('pointerdown', act, { passive: true, capture: true });
    addEventListener('keydown', act, { passive: true, capture: true });
    return () => {
      removeEventListener('pointerdown', act, { capture: true });
      removeEventListener('keydown', act, { capture: true });
    };
  }, [cookie]);
  return null;
}
