'use client';

import { useEffect } from 'react';
import { connect } from '#lib/messages/en/connect.ts';
import { translator } from '#lib/messages/translate.ts';
import { channelOf, HEARD } from './channel.ts';

const t = translator(connect);

/** Tells the waiting page, and closes the window once that page has heard it. Nobody there: the words and the way on stay. */
export function ReturnNotice({ attempt }: { attempt: string }) {
  useEffect(() => {
    const channel = new BroadcastChannel(channelOf(attempt));
    channel.onmessage = (event) => {
      if (event.data === HEARD) window.close();
    };
    channel.postMessage('done');
    return () => channel.close();
  }, [attempt]);
  return <p role="status">{t('connect.returnDone')}</p>;
}
