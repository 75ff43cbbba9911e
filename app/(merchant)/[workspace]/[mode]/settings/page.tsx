import Link from 'next/link';
import { StatusBadge } from '#components/object/status-badge.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import { requireMerchant } from '#lib/access/session.ts';
import { findConnection } from '#lib/connection/state.ts';
import { href } from '#lib/href.ts';
import { t } from '#lib/messages/index.ts';

export const metadata = { title: t('connect.settings') };

export default async function SettingsPage({ params }: { params: Promise<{ workspace: string; mode: string }> }) {
  const { workspace, mode } = await params;
  const merchant = await requireMerchant(workspace, mode);
  const connection = await findConnection(merchant);
  return (
    <>
      <PageHeader title={t('connect.settings')} />
      <PageBody>
        <ul className="max-w-[720px] rounded-panel border border-line bg-surface">
          <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
            <Link href={href(merchant, 'settings', 'connection')} prefetch={false} className="font-medium text-accent hover:underline">
              {t('connect.pageTitle')}
            </Link>
            {connection ? <StatusBadge object="connection" status={connection.state} /> : <Badge tone="neu">{t('shell.notConnected')}</Badge>}
            <span className="w-full text-fg-3">{t('connect.settingsConnection')}</span>
          </li>
          <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-4 py-3">
            <Link href={href(merchant, 'settings', 'refunds')} prefetch={false} className="font-medium text-accent hover:underline">
              {t('limits.title')}
            </Link>
            <span className="w-full text-fg-3">{t('limits.settings')}</span>
          </li>
          {merchant.can.has('audit') ? (
            <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-4 py-3">
              <Link href={href(merchant, 'settings', 'audit')} prefetch={false} className="font-medium text-accent hover:underline">
                {t('audit.title')}
              </Link>
              <span className="w-full text-fg-3">{t('audit.settings')}</span>
            </li>
          ) : null}
        </ul>
      </PageBody>
    </>
  );
}
