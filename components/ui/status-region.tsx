'use client';

import { useEffect, useState } from 'react';

type Said = { text: string; at: number };
let say: ((said: Said) => void) | undefined;

/** Reads a short result out and shows it for six seconds: "Saved 16:02". Refusals belong beside their field instead. */
export function announce(text: string): void {
  say?.({ text, at: Date.now() });
}

/** Stands once, in the frame of the page. */
export function StatusRegion() {
  const [said, setSaid] = useState<Said | null>(null);
  useEffect(() => {
    say = setSaid;
    return () => {
      say = undefined;
    };
  }, []);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(null), 6000);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <div role="status" className="toasts">
      {said ? (
        <div key={said.at} className="toast">
          {said.text}
        </div>
      ) : null}
    </div>
  );
}
