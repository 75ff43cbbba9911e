'use client';

import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';

type DialogProps = {
  open: boolean;
  onClose: () => void;
  onClosed?: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  footer: ReactNode;
  locked?: boolean;
  width?: 480 | 520;
  initialFocus?: RefObject<HTMLElement | null>;
  finalFocus?: () => HTMLElement | null;
};

/** A modal dialog; a bottom sheet under 768 px. Load it by next/dynamic: Base UI must stay out of the first load. */
export function Dialog({ open, onClose, onClosed, title, description, children, footer, locked, width = 520, initialFocus, finalFocus }: DialogProps) {
  return (
    <Base.Root
      open={open}
      disablePointerDismissal={locked}
      onOpenChange={(next) => next || locked || onClose()}
      onOpenChangeComplete={(now) => now || onClosed?.()}
    >
      <Base.Portal>
        <Base.Backdrop className="dialog-veil" />
        <Base.Popup className="dialog" style={{ maxInlineSize: width }} initialFocus={initialFocus} finalFocus={finalFocus ?? true}>
          <header className="dialog-head">
            <Base.Title className="text-dialog font-semibold">{title}</Base.Title>
            {description ? <Base.Description className="text-fg-3">{description}</Base.Description> : null}
          </header>
          <div className="dialog-body">{children}</div>
          <footer className="dialog-foot">{footer}</footer>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
