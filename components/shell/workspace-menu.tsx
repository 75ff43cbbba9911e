import Link from 'next/link';
import { t } from '#lib/messages/index.ts';
import { CheckIcon, SwitchIcon } from '../ui/icons.tsx';
import { elide } from '../ui/id.tsx';
import { Menu, MenuHeading } from '../ui/menu.tsx';
import { VisuallyHidden } from '../ui/visually-hidden.tsx';
import type { ModeChoice, WorkspaceChoice } from './describe.ts';

export type WorkspaceMenuProps = {
  id: string;
  name: string;
  account: string | null;
  modes: readonly ModeChoice[];
  workspaces: readonly WorkspaceChoice[];
  allWorkspaces: string;
};

export function WorkspaceMenu({ id, name, account, modes, workspaces, allWorkspaces }: WorkspaceMenuProps) {
  return (
    <Menu id={id} triggerClass="workspace" trigger={<Trigger name={name} account={account} />}>
      <MenuHeading>{t('shell.mode')}</MenuHeading>
      {modes.map(({ mode, href, current }) => (
        <Choice key={mode} href={href} current={current}>
          {t(mode === 'test' ? 'shell.testData' : 'shell.liveData')}
        </Choice>
      ))}
      <hr />
      <MenuHeading>{t('shell.workspaces')}</MenuHeading>
      {workspaces.map((workspace) => (
        <Choice key={workspace.href} href={workspace.href} current={workspace.current}>
          {workspace.name}
        </Choice>
      ))}
      <Link href={allWorkspaces} prefetch={false} className="popup-item text-fg-2">
        {t('shell.allWorkspaces')}
      </Link>
    </Menu>
  );
}

function Trigger({ name, account }: { name: string; account: string | null }) {
  return (
    <>
      <span aria-hidden className="workspace-logo">
        {[...name][0]?.toUpperCase()}
      </span>
      <span className="workspace-text">
        <span className="truncate font-semibold">{name}</span>
        <span className="id">{account ? elide(account) : t('shell.notConnected')}</span>
      </span>
      <VisuallyHidden>{t('shell.switcher')}</VisuallyHidden>
      <SwitchIcon size={14} className="ms-auto text-fg-3 workspace-switch" />
    </>
  );
}

function Choice({ href, current, children }: { href: string; current?: boolean; children: React.ReactNode }) {
  return (
    <Link href={href} prefetch={false} className="popup-item" aria-current={current ? 'true' : undefined}>
      <span className="truncate">{children}</span>
      {current ? <CheckIcon size={14} className="ms-auto text-accent" /> : null}
    </Link>
  );
}
