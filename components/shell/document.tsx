import type { ReactNode } from 'react';
import { t, direction, language } from '#lib/messages/index.ts';
import { SkipLink } from '../ui/skip-link.tsx';
import { StatusRegion } from '../ui/status-region.tsx';
import { RestoredNotice } from './restored-notice.tsx';
import { StandIn } from './stand-in.tsx';
import type { Theme } from './theme.ts';

type DocumentProps = { theme: Theme; fonts: string; standIn?: string; restored?: 'restored_copy' | 'restored'; children: ReactNode };

/** <html> and <body> of every page. `standIn` is the host shown whenever the configured Stripe base is not Stripe's own. */
export function Document({ theme, fonts, standIn, restored, children }: DocumentProps) {
  return (
    <html lang={language()} dir={direction()} data-theme={theme} className={fonts} data-stand-in={standIn ? '' : undefined}>
      <body>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <SkipLink>{t('shell.skip')}</SkipLink>
        {standIn ? <StandIn host={standIn} /> : null}
        {restored ? <RestoredNotice standing={restored} /> : null}
        {children}
        <StatusRegion />
      </body>
    </html>
  );
}
