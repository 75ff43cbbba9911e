'use client';

import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { shell } from '#lib/messages/en/shell.ts';
import { translator } from '#lib/messages/translate.ts';
import { follow, type LiveState } from './follow.ts';

const t = translator(shell);
const SessionEnd = dynamic(() => import('./session-end.tsx').then((module) => module.SessionEnd), { ssr: false });

/** Keeps the open page in step: it reads again when something changes that the page shows (`data-live` names what). */
export function Live({ url }: { url: string }) {
  const router = useRouter();
  const [state, setState] = useState<LiveState>('live');
  const [session, setSession] = useState(0);
  useEffect(
    () =>
      follow(url, {
        changed(ids) {
          if (ids && !isShown(ids)) return;
          if (ids) dispatchEvent(new CustomEvent('counterpart:changed', { detail: ids }));
          router.refresh();
        },
        state: setState,
      }),
    [url, router, session],
  );
  function signedIn() {
    setState('live');
    setSession(session + 1);
    router.refresh();
  }
  return (
    <>
      <p role="status" className="text-fg-3">
        {state === 'polling' ? t('shell.syncPolling') : ''}
      </p>
      {state === 'ended' ? <SessionEnd url={url} onSignedIn={signedIn} /> : null}
    </>
  );
}

/** Does the page show one of these? `data-live` holds ids, and prefixes that end in an underscore; `data-row` an id. Operations are told by their bare id: `op_` stands for any. */
function isShown(ids: readonly string[]): boolean {
  const marks = new Set([...document.querySelectorAll('[data-live]')].flatMap((element) => (element.getAttribute('data-live') ?? '').split(' ')));
  return ids.some((id) => marks.has(id) || marks.has(prefixOf(id)) || document.querySelector(`[data-row="${CSS.escape(id)}"]`) !== null);
}

function prefixOf(id: string): string {
  return id.includes('_') ? id.slice(0, id.indexOf('_') + 1) : 'op_';
}
