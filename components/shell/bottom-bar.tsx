import { t } from '#lib/messages/index.ts';
import { MoreIcon } from '../ui/icons.tsx';
import { Menu } from '../ui/menu.tsx';
import { VisuallyHidden } from '../ui/visually-hidden.tsx';
import type { NavGroup } from './describe.ts';
import { NavIcon } from './nav-icon.tsx';
import { NavLink } from './nav-link.tsx';

/** The rail on narrow screens: the first three entries, and the rest behind "More". */
export function BottomBar({ nav }: { nav: readonly NavGroup[] }) {
  const items = nav.flatMap((group) => group.items);
  return (
    <nav className="bottom-bar" aria-label={t('shell.navigation')}>
      {items.slice(0, 3).map(({ href, label, icon, needing }) => (
        <NavLink key={href} href={href} className="bottom-link">
          <NavIcon name={icon} />
          <span>{label}</span>
          {needing ? (
            <span className="bottom-count">
              <span aria-hidden>{needing}</span>
              <VisuallyHidden>{t('shell.needWork', { count: needing })}</VisuallyHidden>
            </span>
          ) : null}
        </NavLink>
      ))}
      {items.length > 3 ? (
        <Menu
          id="more-menu"
          align="end"
          triggerClass="bottom-link"
          trigger={
            <>
              <MoreIcon />
              <span>{t('shell.more')}</span>
            </>
          }
        >
          {items.slice(3).map(({ href, label, icon }) => (
            <NavLink key={href} href={href} className="popup-item">
              <NavIcon name={icon} />
              {label}
            </NavLink>
          ))}
        </Menu>
      ) : null}
    </nav>
  );
}
