'use client';

import { useEffect, useState } from 'react';

type Words = { seconds: string; minutes: string };

/** "4 s ago" while under an hour, then the absolute text. It starts from the server's clock and goes on quietly. */
export function RelativeTime({ at, now, absolute, words }: { at: string; now: string; absolute: string; words: Words }) {
  const [passed, setPassed] = useState(0);
  useEffect(() => {
    const start = performance.now();
    const timer = setInterval(() => setPassed(performance.now() - start), 5000);
    return () => clearInterval(timer);
  }, [now]);
  return (
    <time dateTime={at} title={absolute}>
      {agoText(Date.parse(now) + passed - Date.parse(at), absolute, words)}
    </time>
  );
}

/** `words` hold "{n}", as in "{n} s ago". A moment that lies ahead by clock difference reads as now. */
export function agoText(milliseconds: number, absolute: string, words: Words): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds >= 3600) return absolute;
  return seconds < 60 ? words.seconds.replace('{n}', String(seconds)) : words.minutes.replace('{n}', String(Math.floor(seconds / 60)));
}
