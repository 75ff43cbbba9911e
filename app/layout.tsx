import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { Document } from '#components/shell/document.tsx';
import { readTheme, THEME_COOKIE } from '#components/shell/theme.ts';
import { findStanding } from '#lib/deployment.ts';
import { t } from '#lib/messages/index.ts';
import { standIn } from '#lib/stripe.ts';
import { fonts } from './fonts.ts';
import './globals.css';

export const metadata: Metadata = { title: { template: `%s · ${t('shell.app')}`, default: t('shell.app') }, referrer: 'same-origin' };
export const viewport: Viewport = { width: 'device-width', initialScale: 1, viewportFit: 'cover' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = readTheme((await cookies()).get(THEME_COOKIE)?.value);
  // A database that is away is told by the page itself.
  const standing = await findStanding().catch(() => 'ours' as const);
  return (
    <Document theme={theme} fonts={fonts} standIn={standIn() ?? undefined} restored={standing === 'ours' ? undefined : standing}>
      {children}
    </Document>
  );
}
