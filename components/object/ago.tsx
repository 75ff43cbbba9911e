import { t } from '#lib/messages/index.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import { type Format, fullDate, listDate } from './format.ts';

/** How long ago, for freshness under one hour; after that the date, `short` where it must stay on its line. It goes on counting on the page. */
export function Ago({ at, format, short }: { at: string; format: Format; short?: boolean }) {
  return (
    <RelativeTime
      at={at}
      now={format.now}
      absolute={short ? listDate(at, format) : fullDate(at, format)}
      words={{ seconds: t('objects.secondsAgo', { n: '{n}' }), minutes: t('objects.minutesAgo', { n: '{n}' }) }}
    />
  );
}
