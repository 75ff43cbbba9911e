import { ConnectPanel } from '#components/connect/connect-panel.tsx';
import { ConnectionFacts } from '#components/connect/connection-facts.tsx';
import { ConnectAsks } from '#components/connect/connect-asks.tsx';
import { DeadLetters } from '#components/connect/dead-letters.tsx';
import { BackfillTable } from '#components/connect/backfill-table.tsx';
import { KeepFresh } from '#components/connect/keep-fresh.tsx';
import { StatusBadge } from '#components/object/status-badge.tsx';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import { Note } from '#components/ui/banner.tsx';
import { LinkButton } from '#components/ui/link-button.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { requireMerchant } from '#lib/access/session.ts';
import { findConnection, whomToAsk } from '#lib/connection/state.ts';
import { href } from '#lib/href.ts';
import { listTroubled } from '#lib/inbox/dead.ts';
import { t } from '#lib/messages/index.ts';
import { answered, formatOf, placeOf } from './describe.ts';
import { retryDeadAction } from './retry-action.ts';

export const metadata = { title: t('connect.pageTitle') };

type PageProps = { params: Promise<{ workspace: string; mode: string }>; searchParams: Promise<{ attempt?: string | string[] }> };

export default async function ConnectionPage({ params, searchParams }: PageProps) {
  const { workspace, mode } = await params;
  const merchant = await requireMerchant(workspace, mode);
  const [connection, first, owner] = [await findConnection(merchant), await answered(merchant, (await searchParams).attempt), await whomToAsk(merchant)];
  const troubled = connection && connection.troubled > 0 ? await listTroubled(merchant) : null;
  const format = formatOf(merchant);
  const mayConnect = merchant.can.has('connect');
  const ended = !connection || connection.state === 'revoked' || connection.state === 'disconnected';
  const moving = connection && ['backfilling', 'suspended', 'disconnecting', 'awaiting_confirmation'].includes(connection.state);
  return (
    <>
      <PageHeader
        title={t(connection ? 'connect.pageTitle' : 'connect.pageConnect')}
        badge={connection ? <StatusBadge object="connection" status={connection.state} /> : undefined}
        note={connection ? merchant.workspace.timeZone : undefined}
        back={{ href: href(merchant, 'settings'), label: t('connect.settings') }}
      />
      <PageBody>
        <div className="grid max-w-[880px] gap-4" data-live="acct_">
          {connection ? <ConnectionFacts connection={connection} format={format} /> : <ConnectAsks />}
          {connection?.state === 'awaiting_confirmation' && !connection.givingBack && mayConnect ? (
            <p>
              <LinkButton href={href(merchant, 'settings', 'connection', 'confirm')} variant="primary">
                {t('connect.answerButton')}
              </LinkButton>
            </p>
          ) : null}
          {ended && mayConnect ? <ConnectPanel place={placeOf(merchant)} first={first} again={connection !== null} /> : null}
          {ended && !mayConnect ? <Note>{t('connect.askOwner', { owner: owner ?? t('connect.anOwner') })}</Note> : null}
          {troubled && troubled.count > 0 ? (
            <DeadLetters
              troubled={troubled}
              format={format}
              retry={merchant.can.has('repair') ? (event) => retryDeadAction.bind(null, workspace, mode, event) : null}
            />
          ) : null}
          {connection?.confirmedAt ? (
            <Panel title={t('connect.historyTitle')} id="history" flush>
              <BackfillTable facts={connection.backfill} format={format} />
            </Panel>
          ) : null}
          {moving ? <KeepFresh /> : null}
        </div>
      </PageBody>
    </>
  );
}
