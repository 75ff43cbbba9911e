'use client';

import { useSyncExternalStore } from 'react';
import { heldSections } from './held-sections.ts';

/** "Show what changed", floating under the bars while a part of the page holds something back. */
export function ShowHeld({ label }: { label: string }) {
  const count = useSyncExternalStore(heldSections.watch, heldSections.count, () => 0);
  return (
    <div role="status" className="new-rows held-news">
      {count > 0 ? (
        <button type="button" onClick={() => heldSections.showAll()}>
          {label}
        </button>
      ) : null}
    </div>
  );
}
