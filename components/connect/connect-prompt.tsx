import { t } from '#lib/messages/index.ts';
import { dayDate, type Format } from '../object/format.ts';
import { Banner } from '../ui/banner.tsx';
import { PlugIcon } from '../ui/icons.tsx';
import { elide } from '../ui/id.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Announce } from './announce.tsx';
import { ConnectBanner } from './connect-banner.tsx';
import type { Place } from './connect-form.tsx';
import type { Described } from './describe.ts';
import { FirstRun } from './first-run.tsx';
import { UnlessOn } from './unless-on.tsx';

type PromptProps = {
  place: Place;
  connection: Described | null;
  mayConnect: boolean /** Whom to ask, for those who may not connect. */;
  ask: string | null;
  format: Format;
};

/** What stands under the top bar on every page while the mode is not connected, or its access is in doubt. */
export function ConnectPrompt(props: PromptProps) {
  return (
    <>
      {/* A change of the account itself reads every open page again. */}
      <span hidden data-live="acct_" />
      <Prompt {...props} />
    </>
  );
}

function Prompt({ place, connection, mayConnect, ask, format }: PromptProps) {
  const owner = ask ?? t('connect.anOwner');
  if (!connection) {
    if (!mayConnect) return <Plain>{t('connect.bannerAsk', { owner })}</Plain>;
    return (
      <>
        <ConnectBanner place={place} text={t('connect.bannerText')} icon={<PlugIcon />} />
        <FirstRun place={place} />
      </>
    );
  }
  const date = dayDate(connection.stateAt, format);
  const account = elide(connection.account);
  switch (connection.state) {
    case 'awaiting_confirmation':
      if (connection.givingBack) return <Plain>{t('connect.bannerGivingBack', { account })}</Plain>;
      if (!mayConnect) return <Plain>{t('connect.bannerConfirmAsk', { owner })}</Plain>;
      return (
        <UnlessOn path={`${place.page}/confirm`}>
          <Plain
            warn
            action={
              <LinkButton href={`${place.page}/confirm`} variant="primary" size="small">
                {t('connect.answerButton')}
              </LinkButton>
            }
          >
            {t('connect.bannerConfirm', { account })}
          </Plain>
        </UnlessOn>
      );
    case 'suspended':
      return <Plain warn>{t('connect.bannerSuspended')}</Plain>;
    case 'revoked':
      if (!mayConnect) return <Plain warn>{t('connect.bannerRevokedAsk', { date, owner })}</Plain>;
      return <ConnectBanner place={place} text={t('connect.bannerRevoked', { date })} again icon={<PlugIcon />} />;
    case 'disconnected':
      if (!mayConnect) return <Plain>{t('connect.bannerDisconnectedAsk', { date, owner })}</Plain>;
      return <ConnectBanner place={place} text={t('connect.bannerDisconnected', { date })} again icon={<PlugIcon />} />;
    case 'backfilling':
      return <Announce text={t('connect.confirmed')} at={connection.confirmedAt} now={connection.now} />;
    case 'live':
      return <Announce text={t('connect.confirmedLive')} at={connection.confirmedAt} now={connection.now} />;
    default:
      return null;
  }
}

function Plain({ warn, action, children }: { warn?: boolean; action?: React.ReactNode; children: React.ReactNode }) {
  return (
    <Banner label={t('connect.bannerLabel')} icon={<PlugIcon />} tone={warn ? 'warn' : 'info'} action={action}>
      {children}
    </Banner>
  );
}
