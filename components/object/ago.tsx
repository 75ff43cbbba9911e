import { t } from '#lib/messages/index.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import { type Format, fullDate } from './format.ts';

/** How long ago, for freshness under one hour; the full date after that. It goes on counting on the page. */
export function Ago({ at, format }: { at: string; format: Format }) {
  return (
    <RelativeTime
      at={at}
      now={format.now}
      absolute={fullDate(at, format)}
      words={{ seconds: t('objects.secondsAgo', { n: '{n}' }), minutes: t('objects.minutesAgo', { n: '{n}' }) }}
    />
  );
}
