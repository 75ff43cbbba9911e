'use client';

import Form from 'next/form';
import { useEffect, useRef } from 'react';
import { SearchIcon } from '../ui/leaf-icons.tsx';

type SearchBoxProps = { action: string; label: string; hint: string; value?: string; keep?: readonly (readonly [name: string, value: string])[] };

/** A plain search form: Enter opens `action?q=…`, with what `keep` holds. "/" comes here from anywhere but a field. */
export function SearchBox({ action, label, hint, value, keep = [] }: SearchBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <Form action={action} role="search" className="search" prefetch={false}>
      <SearchIcon size={14} className="text-fg-3" />
      {keep.map(([name, kept]) => (
        <input key={name} type="hidden" name={name} value={kept} />
      ))}
      <input
        ref={input}
        key={value}
        type="search"
        name="q"
        aria-label={label}
        placeholder={hint}
        defaultValue={value}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
      />
      <kbd aria-hidden>/</kbd>
    </Form>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('[role="dialog"]') !== null)
  );
}
