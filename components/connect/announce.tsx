'use client';

import { useEffect } from 'react';
import { announce } from '../ui/status-region.tsx';

const RECENT_MS = 20_000;
let said: string | null = null;

/** Says once what has just happened on the server; `at` and `now` are both the database's clock. */
export function Announce({ text, at, now }: { text: string; at: string | null; now: string }) {
  useEffect(() => {
    if (!at || said === at || Date.parse(now) - Date.parse(at) > RECENT_MS) return;
    // The region that speaks may be drawn after this leaf.
    const timer = setTimeout(() => {
      said = at;
      announce(text);
    }, 100);
    return () => clearTimeout(timer);
  }, [text, at, now]);
  return null;
}
