// The frame around every page of a workspace: rail (a bottom bar under 768 px), top bar, strips, and the page itself.
import type { ReactNode } from 'react';
import { t } from '#lib/messages/index.ts';
import type { Format } from '../object/format.ts';
import { ShowHeld } from '../object/show-held.tsx';
import { VisuallyHidden } from '../ui/visually-hidden.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { Crumbs } from './crumbs.tsx';
import type { CrumbName, NavGroup, NavItem, Sync } from './describe.ts';
import { NavIcon } from './nav-icon.tsx';
import { NavLink } from './nav-link.tsx';
import { SearchBox } from './search-box.tsx';
import { SyncLine } from './sync-line.tsx';
import { UserMenu, type UserMenuProps } from './user-menu.tsx';
import { WorkspaceMenu, type WorkspaceMenuProps } from './workspace-menu.tsx';

export type FrameProps = {
  workspace: Omit<WorkspaceMenuProps, 'id'>;
  mode: 'live' | 'test';
  nav: readonly NavGroup[];
  crumbs?: readonly CrumbName[];
  user: UserMenuProps;
  sync: Sync;
  format: Format;
  /** Address of the live stream; absent while nothing is connected. */
  stream?: string;
  search?: { action: string; value?: string };
  /** The connect banner, a restored-copy notice: what stands under the top bar on every page. */
  banner?: ReactNode;
  children: ReactNode;
};

export function Frame({ workspace, mode, nav, crumbs = [], user, sync, format, stream, search, banner, children }: FrameProps) {
  const items = nav.flatMap((group) => group.items);
  const test = mode === 'test';
  return (
    <div className="frame" data-test={test || undefined}>
      {test ? <div className="test-bar" aria-hidden /> : null}
      <nav className="rail" aria-label={t('shell.navigation')}>
        <WorkspaceMenu id="workspace-menu" {...workspace} />
        {nav.map((group, at) => (
          <div key={group.label ?? at} className="rail-group">
            {group.label ? <p className="rail-heading">{group.label}</p> : null}
            {group.items.map((item) => (
              <RailLink key={item.href} item={item} />
            ))}
          </div>
        ))}
        <SyncLine sync={sync} format={format} stream={stream} />
      </nav>
      <header className="top">
        <div className="top-workspace">
          <WorkspaceMenu id="workspace-menu-top" {...workspace} />
        </div>
        <Crumbs label={t('shell.breadcrumb')} names={[...items, ...crumbs].map(({ href, label }) => ({ href, label }))} />
        {test ? <span className="test-tag">{t('shell.testData')}</span> : null}
        {search ? <SearchBox label={t('shell.search')} hint={t('shell.searchHint')} {...search} /> : <span className="ms-auto" />}
        <UserMenu {...user} />
      </header>
      <div className="page">
        {banner}
        <ShowHeld label={t('objects.showChanges')} />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
      <BottomBar nav={nav} />
    </div>
  );
}

function RailLink({ item: { href, label, icon, needing, watch } }: { item: NavItem }) {
  return (
    <NavLink href={href} title={label} watch={watch}>
      <NavIcon name={icon} />
      <span className="rail-label">{label}</span>
      {needing ? (
        <span className="rail-count">
          <span aria-hidden>{needing}</span>
          <VisuallyHidden>{t('shell.needWork', { count: needing })}</VisuallyHidden>
        </span>
      ) : null}
    </NavLink>
  );
}
