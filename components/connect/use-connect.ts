'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { channelOf, HEARD } from './channel.ts';
import { type Answered, type Mode, type Said, sayAnswer, sayOpen } from './say.ts';

const ASK_EVERY = 2000;
const HEARS_ON = 60_000;

type Phase = { kind: 'idle' } | { kind: 'open'; attempt: string; closed: boolean } | { kind: 'ended'; answer: Answered };

export type Flow = {
  said: Said | null;
  /** An attempt was begun on this page. */
  begun: boolean;
  /** Where "Go on" leads. */
  next: string | null;
  /** On the form: opens the window inside the click, or lets the form go out in this tab where the browser blocks it. */
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  show: () => void;
};

/** One attempt to connect, as seen from the page that began it. A window that seems closed proves nothing; the server's answer alone decides. */
export function useConnect(mode: Mode, first?: Answered): Flow {
  const router = useRouter();
  const [phase, setPhase] = useState<Phase>(first ? { kind: 'ended', answer: first } : { kind: 'idle' });
  const popup = useRef<Window | null>(null);
  const [begun, setBegun] = useState(false);
  const attempt = phase.kind === 'open' ? phase.attempt : null;

  useEffect(() => {
    if (attempt === null) return;
    let over = false;
    const channel = new BroadcastChannel(channelOf(attempt));
    const look = async () => {
      const answer = await ask(attempt);
      if (over) return;
      if (!answer || answer.outcome === 'open') return setPhase({ kind: 'open', attempt, closed: popup.current?.closed ?? true });
      setPhase({ kind: 'ended', answer });
      popup.current?.close();
      if (answer.next && ['awaiting_confirmation', 'confirmed'].includes(answer.outcome)) router.push(answer.next);
      router.refresh();
    };
    channel.onmessage = () => {
      channel.postMessage(HEARD);
      if (!over) void look();
    };
    const timer = setInterval(() => void look(), ASK_EVERY);
    return () => {
      over = true;
      clearInterval(timer);
      // The window may come to its last page only now, and closes itself once it is heard.
      setTimeout(() => channel.close(), HEARS_ON);
    };
  }, [attempt, router]);

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    const form = event.currentTarget;
    const pressed = (event.nativeEvent as SubmitEvent).submitter;
    const id = crypto.randomUUID();
    popup.current?.close();
    popup.current = pressed?.getAttribute('value') === 'this_tab' ? null : openWindow(id);
    fill(form, { attempt: id, popup: popup.current ? '1' : '0', back_to: location.pathname + location.search });
    form.target = popup.current ? id : '';
    // After the browser has sent the form: a changed page must not take the pressed button away under it.
    if (popup.current)
      setTimeout(() => {
        setBegun(true);
        setPhase({ kind: 'open', attempt: id, closed: false });
      });
  }

  const said = phase.kind === 'idle' ? null : phase.kind === 'open' ? sayOpen(phase.closed) : sayAnswer(phase.answer, mode);
  return { said, begun, next: phase.kind === 'ended' ? phase.answer.next : null, onSubmit, show: () => popup.current?.focus() };
}

function openWindow(name: string): Window | null {
  const left = Math.max(0, window.screenX + (window.outerWidth - 600) / 2);
  const top = Math.max(0, window.screenY + (window.outerHeight - 760) / 2);
  return window.open('about:blank', name, `popup,width=600,height=760,left=${left},top=${top}`);
}

function fill(form: HTMLFormElement, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }
}

/** Null while the server does not know the attempt yet, or cannot be reached: it is asked again. */
async function ask(attempt: string): Promise<Answered | null> {
  try {
    const response = await fetch(`/api/connect/state?attempt=${encodeURIComponent(attempt)}`, { cache: 'no-store' });
    if (response.status === 401) return { outcome: 'signed_out', detail: null, holder: null, next: null };
    return response.ok ? ((await response.json()) as Answered) : null;
  } catch {
    return null;
  }
}
