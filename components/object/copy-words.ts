import { t } from '#lib/messages/index.ts';

export function copyWords(what: string) {
  return { copy: t('objects.copy', { what }), copied: t('objects.copied') };
}
