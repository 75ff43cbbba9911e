import type { ReactNode } from 'react';
import { t } from '#lib/messages/index.ts';

/** Pages without a rail: sign-up, sign-in, welcome. A card 400 wide (480 with `wide`), the name above it, a line below. */
export function PublicPage({ title, lead, children, foot, wide }: { title: string; lead?: ReactNode; children: ReactNode; foot?: ReactNode; wide?: boolean }) {
  return (
    <div className="public">
      <header>
        <span aria-hidden className="workspace-logo">
          C
        </span>
        <span className="font-semibold">{t('shell.app')}</span>
      </header>
      <main id="content" tabIndex={-1} data-wide={wide || undefined}>
        <div className="public-card">
          <h1>{title}</h1>
          {lead ? <p className="mt-1 text-fg-2">{lead}</p> : null}
          <div className="mt-4 grid gap-4">{children}</div>
        </div>
        {foot ? <p className="mt-4 text-center text-fg-2">{foot}</p> : null}
      </main>
    </div>
  );
}
