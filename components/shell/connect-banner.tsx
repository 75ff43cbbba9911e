import type { ReactNode } from 'react';
import { t } from '#lib/messages/index.ts';
import { Banner } from '../ui/banner.tsx';
import { PlugIcon } from '../ui/icons.tsx';
import { LinkButton } from '../ui/link-button.tsx';

/** Until the mode shown is connected. Those who may not connect read whom to ask. `action` replaces the link (the popup button). */
export function ConnectBanner({ href, ask, action }: { href: string; ask?: string; action?: ReactNode }) {
  if (ask)
    return (
      <Banner label={t('shell.bannerLabel')} icon={<PlugIcon />}>
        {t('connect.bannerAsk', { owner: ask })}
      </Banner>
    );
  return (
    <Banner
      label={t('shell.bannerLabel')}
      icon={<PlugIcon />}
      action={
        action ?? (
          <LinkButton href={href} variant="primary" size="small">
            {t('connect.button')}
          </LinkButton>
        )
      }
    >
      {t('connect.bannerText')}
    </Banner>
  );
}
