import type { ReactNode } from 'react';
import type { Tone } from './tone.ts';

/** Dot and word, always both. `hollow` means it waits on a person. The colours live in ui.css under data-tone. */
export function Badge({ tone, hollow, children, lang, title }: { tone: Tone; hollow?: boolean; children: ReactNode; lang?: string; title?: string }) {
  return (
    <span className="badge" data-tone={tone} data-hollow={hollow || undefined} lang={lang} title={title}>
      {children}
    </span>
  );
}

export function Dot({ tone }: { tone: Tone }) {
  return <span aria-hidden className="dot" data-tone={tone} />;
}
