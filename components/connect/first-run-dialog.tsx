'use client';

import { connect } from '#lib/messages/en/connect.ts';
import { translator } from '#lib/messages/translate.ts';
import { Note } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ConnectActs, ConnectButton, ConnectForm, type Place } from './connect-form.tsx';
import { ModeChoice } from './mode-choice.tsx';
import { useConnect } from './use-connect.ts';

const t = translator(connect);
const FORM = 'connect-first';

export function FirstRunDialog({ place, onClose }: { place: Place; onClose: () => void }) {
  const flow = useConnect(place.mode);
  return (
    <Dialog
      open
      width={480}
      onClose={onClose}
      title={t('connect.firstTitle')}
      description={t('connect.firstBody')}
      footer={
        <>
          <Button onClick={onClose}>{t('connect.later')}</Button>
          {flow.said ? <ConnectActs place={place} flow={flow} form={FORM} /> : <ConnectButton form={FORM} />}
        </>
      }
    >
      <ConnectForm place={place} flow={flow} id={FORM} ownMode={place.otherMode}>
        {place.otherMode ? <ModeChoice mode={place.mode} /> : null}
      </ConnectForm>
      <div role="status">{flow.said ? <Note tone={flow.said.tone}>{flow.said.text}</Note> : null}</div>
    </Dialog>
  );
}
