'use client';

import { connect } from '#lib/messages/en/connect.ts';
import { translator } from '#lib/messages/translate.ts';
import { Banner } from '../ui/banner.tsx';
import { ConnectActs, ConnectButton, ConnectForm, type Place } from './connect-form.tsx';
import { useConnect } from './use-connect.ts';

const t = translator(connect);
const FORM = 'connect-banner';

/** On every page until the mode is connected: the prompt, then how the attempt stands, on the same line. */
export function ConnectBanner({ place, text, again, icon }: { place: Place; text: string; again?: boolean; icon: React.ReactNode }) {
  const flow = useConnect(place.mode);
  return (
    <Banner
      label={t('connect.bannerLabel')}
      icon={icon}
      tone={flow.said?.tone ?? 'info'}
      action={
        <ConnectForm place={place} flow={flow} id={FORM} className="flex flex-wrap gap-2">
          {flow.said ? (
            <ConnectActs place={place} flow={flow} form={FORM} size="small" />
          ) : (
            <ConnectButton size="small" label={again ? t('connect.buttonAgain') : undefined} />
          )}
        </ConnectForm>
      }
    >
      <span role="status">{flow.said?.text ?? text}</span>
    </Banner>
  );
}
