'use client';

import { connect } from '#lib/messages/en/connect.ts';
import { translator } from '#lib/messages/translate.ts';
import { Note } from '../ui/banner.tsx';
import { ConnectActs, ConnectButton, ConnectForm, type Place } from './connect-form.tsx';
import { ModeChoice } from './mode-choice.tsx';
import type { Answered } from './say.ts';
import { useConnect } from './use-connect.ts';

const t = translator(connect);
const FORM = 'connect-panel';

/** The connection page's own way out, with the status line below it. `first` is how an attempt in this tab ended. */
export function ConnectPanel({ place, first, again }: { place: Place; first?: Answered; again?: boolean }) {
  const flow = useConnect(place.mode, first);
  const said = flow.said;
  return (
    <div className="grid gap-3">
      <ConnectForm place={place} flow={flow} id={FORM} ownMode={place.otherMode} className="flex flex-wrap items-center gap-x-6 gap-y-3">
        {place.otherMode ? <ModeChoice mode={place.mode} /> : null}
        {said ? null : <ConnectButton label={again ? t('connect.buttonAgain') : undefined} />}
      </ConnectForm>
      <div role="status" className="grid gap-3">
        {said ? (
          <Note tone={said.tone}>
            <p className="text-body">{said.text}</p>
          </Note>
        ) : null}
      </div>
      {said ? (
        <div className="flex flex-wrap gap-2">
          <ConnectActs place={place} flow={flow} form={FORM} />
        </div>
      ) : null}
    </div>
  );
}
