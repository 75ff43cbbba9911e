import type { Format } from '#components/object/format.ts';
import type { Filter as Chip } from '#components/table/filter-bar.tsx';
import { auditActs } from '#lib/catalogue/lists.ts';
import { t } from '#lib/messages/index.ts';
import type { Address } from '../../_desk/address.ts';
import { chip, dayPresets } from '../../_desk/filters.ts';
import { actText } from './describe.ts';

export function auditFilters(address: Address, format: Format): Chip[] {
  const acts = auditActs.map((value) => ({ value, label: actText(value) }));
  const modes = [
    { value: 'live', label: t('audit.live') },
    { value: 'test', label: t('audit.test') },
  ];
  return [
    chip(address, format, { param: 'who', label: t('audit.who'), kind: 'text', hint: t('audit.whoHint') }),
    chip(address, format, { param: 'what', label: t('audit.what'), kind: 'choice', options: acts }),
    chip(address, format, { param: 'object', label: t('audit.object'), kind: 'text', hint: t('audit.objectHint') }),
    chip(address, format, { param: 'mode', label: t('audit.mode'), kind: 'choice', options: modes }),
    chip(address, format, { param: 'date', label: t('audit.date'), kind: 'date', presets: dayPresets() }),
  ];
}
