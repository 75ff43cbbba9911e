'use client';

import { useState } from 'react';
import { CheckIcon, CopyIcon } from './leaf-icons.tsx';

export type CopyWords = { copy: string; copied: string };

export function CopyButton({ text, words, withWord }: { text: string; words: CopyWords; withWord?: boolean }) {
  const [done, setDone] = useState(false);
  async function copy() {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  }
  return (
    <button
      type="button"
      onClick={copy}
      className="copy"
      data-done={done || undefined}
      title={withWord ? undefined : words.copy}
      aria-label={withWord ? undefined : words.copy}
    >
      {done ? <CheckIcon /> : <CopyIcon />}
      {withWord ? (done ? words.copied : words.copy) : null}
      <span role="status" className="sr-only">
        {done ? words.copied : ''}
      </span>
    </button>
  );
}
