'use client';

import { useEffect, useState } from 'react';
import { shell } from '#lib/messages/en/shell.ts';
import { translator } from '#lib/messages/translate.ts';
import { Button } from '../ui/button.tsx';
import { buttonClass } from '../ui/button-class.ts';
import { Dialog } from '../ui/dialog.tsx';
import { isSignedOut } from './follow.ts';

const t = translator(shell);

/** Asks to sign in again without leaving the page, so that what was typed stays. Signing in happens in a tab of its own. */
export function SessionEnd({ url, signIn = '/login', onSignedIn }: { url: string; signIn?: string; onSignedIn: () => void }) {
  const [notYet, setNotYet] = useState(false);
  const check = async (say: boolean) => {
    if (!(await isSignedOut(url))) return onSignedIn();
    if (say) setNotYet(true);
  };
  useEffect(() => {
    const onFocus = () => void check(false);
    addEventListener('focus', onFocus);
    return () => removeEventListener('focus', onFocus);
  });
  return (
    <Dialog
      open
      locked
      width={480}
      onClose={() => {}}
      title={t('shell.sessionTitle')}
      footer={
        <>
          <Button onClick={() => void check(true)}>{t('shell.sessionDone')}</Button>
          <a href={signIn} target="_blank" rel="noreferrer" className={buttonClass({ variant: 'primary' })}>
            {t('shell.sessionSignIn')}
          </a>
        </>
      }
    >
      <p>{t('shell.sessionBody')}</p>
      <p role="status" className="text-neg-fg">
        {notYet ? t('shell.sessionNotYet') : ''}
      </p>
    </Dialog>
  );
}
