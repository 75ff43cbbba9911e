import type { ReactNode } from 'react';
import type { Tone } from './tone.ts';

export type TimelineItem = { id: string; tone: Tone; hollow?: boolean; title: ReactNode; detail?: ReactNode; badge?: ReactNode; when: ReactNode };

export function Timeline({ items, label }: { items: readonly TimelineItem[]; label: string }) {
  return (
    <ol className="timeline" aria-label={label}>
      {items.map((item) => (
        <li key={item.id} data-row={item.id}>
          <span aria-hidden className="dot" data-tone={item.tone} data-hollow={item.hollow || undefined} />
          <div className="min-w-0">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
              <span className="min-w-0 break-words">{item.title}</span>
              {item.badge}
            </div>
            {item.detail ? <div className="break-words text-fg-3">{item.detail}</div> : null}
          </div>
          <span className="whitespace-nowrap text-fg-3">{item.when}</span>
        </li>
      ))}
    </ol>
  );
}
