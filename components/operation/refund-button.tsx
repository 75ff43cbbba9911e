'use client';

import dynamic from 'next/dynamic';
import { useEffect, useRef, useState } from 'react';
import { refund } from '#lib/messages/en/refund.ts';
import { translator } from '#lib/messages/translate.ts';
import { Button } from '../ui/button.tsx';
import type { RefundProps } from './refund-outcome.ts';

const t = translator(refund);
const load = () => import('./refund-dialog.tsx').then((module) => module.RefundDialog);
const RefundDialog = dynamic(load, { ssr: false });

/** The Refund button and its dialog, which loads when the pointer or the focus comes near. `open` opens it at once (?refund). */
export function RefundButton({ open = false, ...refundProps }: RefundProps & { open?: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(open);
  const [mounted, setMounted] = useState(open);
  useTitleFocusWhenGone();
  function show() {
    setMounted(true);
    setOpen(true);
  }
  return (
    <>
      <Button ref={button} variant="primary" onPointerEnter={load} onFocus={load} onClick={show} aria-haspopup="dialog">
        {t('refund.button')}
      </Button>
      {mounted ? (
        <RefundDialog {...refundProps} open={isOpen} onClose={() => setOpen(false)} onClosed={() => setMounted(false)} returnTo={() => button.current} />
      ) : null}
    </>
  );
}

/** When a full refund takes the button away, the focus that was in it goes to the page's title. */
function useTitleFocusWhenGone() {
  useEffect(
    () => () => {
      setTimeout(() => {
        if (document.activeElement === document.body) document.getElementById('page-title')?.focus();
      });
    },
    [],
  );
}
