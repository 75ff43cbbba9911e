import { connect } from '#lib/messages/en/connect.ts';
import { translator } from '#lib/messages/translate.ts';
import { Radio } from '../ui/checkbox.tsx';
import type { Mode } from './say.ts';

const t = translator(connect);

/** Live or test data; only where the installation has keys for both. */
export function ModeChoice({ mode }: { mode: Mode }) {
  return (
    <fieldset className="flex flex-wrap gap-x-6 gap-y-1">
      <legend className="sr-only">{t('connect.data')}</legend>
      <Radio name="mode" value="live" defaultChecked={mode === 'live'}>
        {t('connect.live')}
      </Radio>
      <Radio name="mode" value="test" defaultChecked={mode === 'test'}>
        {t('connect.test')}
      </Radio>
    </fieldset>
  );
}
