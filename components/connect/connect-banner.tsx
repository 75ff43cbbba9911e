'use client';

import { usePathname } from 'next/navigation';
import { connect } from '#lib/messages/en/connect.ts';
import { translator } from '#lib/messages/translate.ts';
import { Banner } from '../ui/banner.tsx';
import { ConnectActs, ConnectButton, ConnectForm, type Place } from './connect-form.tsx';
import { useConnect } from './use-connect.ts';

const t = translator(connect);
const FORM = 'connect-banner';

/** On every page until the mode is connected: the prompt, then how the attempt stands, on the same line. */
export function ConnectBanner({
  place,
  text,
  again,
  icon,
}: {
  place: Place;
  text: string /** It was connected, and is no longer. */;
  again?: boolean;
  icon: React.ReactNode;
}) {
  const flow = useConnect(place.mode);
  // The connection page has the same button beside what it says of the scope.
  const elsewhere = usePathname() !== place.page;
  return (
    <Banner
      label={t('connect.bannerLabel')}
      icon={icon}
      tone={flow.said?.tone ?? (again ? 'warn' : 'info')}
      action={
        elsewhere ? (
          <ConnectForm place={place} flow={flow} id={FORM} className="flex flex-wrap gap-2">
            {flow.said ? (
              <ConnectActs place={place} flow={flow} form={FORM} size="small" />
            ) : (
              <ConnectButton size="small" label={again ? t('connect.buttonAgain') : undefined} />
            )}
          </ConnectForm>
        ) : undefined
      }
    >
      <span role="status">{flow.said?.text ?? text}</span>
    </Banner>
  );
}
