import { redirect } from 'next/navigation';
import { AccountCard } from '#components/connect/account-card.tsx';
import { KeepFresh } from '#components/connect/keep-fresh.tsx';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import { Note } from '#components/ui/banner.tsx';
import { Button } from '#components/ui/button.tsx';
import { requireMerchant } from '#lib/access/session.ts';
import { findAttemptOf } from '#lib/connection/attempt.ts';
import { gatherFactsOf } from '#lib/connection/facts.ts';
import { findConnection, whomToAsk } from '#lib/connection/state.ts';
import { backTo } from '#lib/connection/where.ts';
import { href } from '#lib/href.ts';
import { modeOf } from '#lib/ledger.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { formatOf } from '../describe.ts';

export const metadata = { title: t('connect.confirmTitle') };

export default async function ConfirmPage({ params }: { params: Promise<{ workspace: string; mode: string }> }) {
  const { workspace, mode } = await params;
  const merchant = await requireMerchant(workspace, mode);
  const connection = await findConnection(merchant);
  if (connection?.state !== 'awaiting_confirmation') redirect(href(merchant, 'settings', 'connection'));
  const mayConnect = merchant.can.has('connect');
  const known = connection.facts.as_of !== undefined;
  const facts = known || !mayConnect ? connection.facts : ((await gatherFactsOf(merchant, connection)) ?? {});
  const back = await attemptOf(merchant, connection);
  return (
    <>
      <PageHeader title={t('connect.confirmTitle')} />
      <PageBody>
        <div className="grid max-w-[640px] gap-4">
          <AccountCard account={connection.account} facts={facts} format={formatOf(merchant)} here={href(merchant, 'settings', 'connection', 'confirm')} />
          {connection.givingBack ? (
            <>
              <Note>{t('connect.bannerGivingBack', { account: connection.account })}</Note>
              <KeepFresh />
            </>
          ) : mayConnect ? (
            <form method="post" action="/api/connect/answer" className="flex flex-wrap items-center gap-2">
              <input type="hidden" name="workspace" value={merchant.workspace.slug} />
              <input type="hidden" name="mode" value={modeOf(merchant)} />
              <input type="hidden" name="account" value={connection.account} />
              <input type="hidden" name="generation" value={connection.generation} />
              <input type="hidden" name="attempt" value={back?.id ?? ''} />
              <input type="hidden" name="back_to" value={back?.to ?? href(merchant, 'payments')} />
              <p className="me-auto text-fg-2 max-md:w-full">{t('connect.nothingCopied')}</p>
              <Button type="submit" name="answer" value="no" size="large" className="max-md:flex-1">
                {t('connect.no')}
              </Button>
              <Button type="submit" name="answer" value="yes" variant="primary" size="large" className="max-md:flex-1">
                {t('connect.yes')}
              </Button>
            </form>
          ) : (
            <Note>{t('connect.askOwner', { owner: (await whomToAsk(merchant)) ?? t('connect.anOwner') })}</Note>
          )}
          <p className="text-fg-3">{t('connect.silence')}</p>
        </div>
      </PageBody>
    </>
  );
}

/** How this session came to the link: where it began, and by which handle the answer is reported. */
async function attemptOf(merchant: Merchant, link: { account: string; generation: number }): Promise<{ id: string; to: string } | null> {
  const { actor, livemode } = merchant;
  if (actor.kind !== 'person') return null;
  const attempt = await findAttemptOf({ person: actor.id, session: actor.session }, { ...link, livemode });
  return attempt && attempt.workspace === merchant.workspace.id ? { id: attempt.id, to: backTo(attempt) } : null;
}
