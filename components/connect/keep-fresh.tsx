'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

/** Reads the page again every two seconds while something is under way that no event announces. */
export function KeepFresh() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => document.hidden || router.refresh(), 2000);
    return () => clearInterval(timer);
  }, [router]);
  return null;
}
