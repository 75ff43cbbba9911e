import { t } from '#lib/messages/index.ts';
import { Badge } from '../ui/badge.tsx';
import { Note } from '../ui/banner.tsx';
import { dayDate, type Format } from './format.ts';

/** Beside the title of an object that is gone at Stripe. */
export function DeletedBadge({ at, format }: { at: string; format: Format }) {
  return <Badge tone="neu">{t('objects.deleted', { date: dayDate(at, format) })}</Badge>;
}

export function DeletedNote() {
  return <Note tone="neu">{t('objects.deletedBody')}</Note>;
}
