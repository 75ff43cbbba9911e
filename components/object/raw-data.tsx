import { t } from '#lib/messages/index.ts';
import { type Json, JsonViewer } from '../ui/json-viewer.tsx';

/** The object as last mirrored, folded away until asked for. */
export function RawData({ title = t('objects.raw'), data }: { title?: string; data: Json }) {
  return (
    <details className="raw">
      <summary>
        <h2 className="inline text-section font-semibold">{title}</h2>
        <span className="ms-2 text-fg-3">{t('objects.rawNote')}</span>
      </summary>
      <JsonViewer value={data} copy={{ copy: t('objects.copyThis'), copied: t('objects.copied') }} />
    </details>
  );
}
