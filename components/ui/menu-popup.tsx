'use client';

import clsx from 'clsx';
import type { MouseEvent, ReactNode } from 'react';

export function MenuPopup({
  id,
  anchor,
  align,
  className,
  children,
}: {
  id: string;
  anchor: string;
  align: 'start' | 'end';
  className?: string;
  children: ReactNode;
}) {
  return (
    <div id={id} popover="auto" onClick={closeAfterLink} className={clsx('popup', className)} data-align={align} style={{ positionAnchor: anchor }}>
      {children}
    </div>
  );
}

function closeAfterLink(event: MouseEvent<HTMLElement>) {
  if (event.target instanceof Element && event.target.closest('a, [data-closes]')) event.currentTarget.hidePopover();
}
