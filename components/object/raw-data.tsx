import { t } from '#lib/messages/index.ts';
import { type Json, JsonViewer } from '../ui/json-viewer.tsx';

/** The object as last mirrored, folded away until asked for. */
export function RawData({ data }: { data: Json }) {
  return (
    <details className="raw">
      <summary>
        <h2 className="inline text-section font-semibold">{t('objects.raw')}</h2>
        <span className="ms-2 text-fg-3">{t('objects.rawNote')}</span>
      </summary>
      <JsonViewer value={data} copy={{ copy: t('objects.copyThis'), copied: t('objects.copied') }} />
    </details>
  );
}
