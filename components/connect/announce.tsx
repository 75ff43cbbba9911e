'use client';

import { useEffect } from 'react';
import { announce } from '../ui/status-region.tsx';

const RECENT_MS = 20_000;
let said: string | null = null;

/** Says once what has just happened on the server; `at` and `now` are both its clock. */
export function Announce({ text, at, now }: { text: string; at: string | null; now: string }) {
  useEffect(() => {
    if (!at || said === at || Date.parse(now) - Date.parse(at) > RECENT_MS) return;
    said = at;
    announce(text);
  }, [text, at, now]);
  return null;
}
