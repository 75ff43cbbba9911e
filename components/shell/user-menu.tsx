import type { ComponentProps } from 'react';
import { t } from '#lib/messages/index.ts';
import { AccountIcon } from '../ui/icons.tsx';
import { Menu, MenuHeading } from '../ui/menu.tsx';
import type { Person } from './describe.ts';
import type { Theme } from './theme.ts';
import { ThemeChoice } from './theme-choice.tsx';

export type UserMenuProps = {
  person: Person;
  theme: Theme /** An address that takes a POST, or an action. */;
  signOut: ComponentProps<'form'>['action'];
  support?: string;
};

export function UserMenu({ person, theme, signOut, support }: UserMenuProps) {
  return (
    <Menu id="user-menu" align="end" label={t('shell.userMenu', { name: person.name })} triggerClass="top-button" trigger={<AccountIcon size={18} />}>
      <MenuHeading>{t('shell.signedInAs')}</MenuHeading>
      <p className="px-2 pb-1">
        <span className="block truncate font-medium">{person.name}</span>
        <span className="block truncate text-meta text-fg-3">{person.email}</span>
      </p>
      <hr />
      <ThemeChoice
        theme={theme}
        legend={t('shell.theme')}
        labels={{ system: t('shell.themeSystem'), light: t('shell.themeLight'), dark: t('shell.themeDark') }}
      />
      <hr />
      {support ? (
        <a href={support} className="popup-item">
          {t('shell.help')} {t('shell.helpLink')}
        </a>
      ) : null}
      <form action={signOut} method={typeof signOut === 'string' ? 'post' : undefined}>
        <button type="submit" className="popup-item">
          {t('shell.signOut')}
        </button>
      </form>
    </Menu>
  );
}
