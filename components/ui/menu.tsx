import type { ReactNode } from 'react';
import { MenuPopup } from './menu-popup.tsx';

type MenuProps = { id: string; label?: string; trigger: ReactNode; triggerClass?: string; align?: 'start' | 'end'; children: ReactNode; popupClass?: string };

/** A button that opens a native popover beside itself: it closes by Esc, by a press outside, and when a link in it is followed. */
export function Menu({ id, label, trigger, triggerClass, align = 'start', children, popupClass }: MenuProps) {
  const anchor = `--at-${id}`;
  return (
    <>
      <button type="button" popoverTarget={id} aria-label={label} className={triggerClass} style={{ anchorName: anchor }}>
        {trigger}
      </button>
      <MenuPopup id={id} align={align} anchor={anchor} className={popupClass}>
        {children}
      </MenuPopup>
    </>
  );
}

export function MenuHeading({ children }: { children: ReactNode }) {
  return <p className="px-2 pt-2 pb-1 text-caption font-semibold text-fg-3">{children}</p>;
}
