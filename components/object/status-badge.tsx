import { t } from '#lib/messages/index.ts';
import { Badge } from '../ui/badge.tsx';
import { lookOf, type StatusObject } from './status.ts';

export type Status = { object: StatusObject; status: string | null; note?: string };

/** `note` follows the word inside the badge: a date it ends on, the days left. A word we do not know is shown as Stripe sent it. */
export function StatusBadge({ object, status, note }: Status) {
  const word = status ?? 'unknown';
  const { tone, hollow, key } = lookOf(object, word);
  return (
    <Badge tone={tone} hollow={hollow} lang={key || status === null ? undefined : 'en'}>
      {key ? t(key) : status === null ? t('status.unknown') : word}
      {note ? ` ${note}` : null}
    </Badge>
  );
}
