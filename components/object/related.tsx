import Link from 'next/link';
import { t } from '#lib/messages/index.ts';
import { Id } from '../ui/id.tsx';
import { Panel } from '../ui/panel.tsx';
import type { Amount } from './amount-text.ts';
import { type Format, listDate } from './format.ts';
import { Held } from './held.tsx';
import { Money } from './money.tsx';
import { type Status, StatusBadge } from './status-badge.tsx';

/** `type` in words ("Refund"). Without `href` the object has no page yet and is named only. */
export type RelatedObject = { type: string; id: string; href?: string; amount?: Amount; status?: Status; at?: string };

export function Related({ title = t('objects.related'), objects, format }: { title?: string; objects: readonly RelatedObject[]; format: Format }) {
  return (
    <Held>
      {objects.length === 0 ? null : (
        <Panel title={title} id="related" flush>
          <ul className="related">
            {objects.map((object) => (
              <li key={object.id} data-row={object.id}>
                <span className="font-medium">
                  {object.href ? (
                    <Link href={object.href} prefetch={false} className="hover:text-accent hover:underline">
                      {object.type}
                    </Link>
                  ) : (
                    object.type
                  )}
                </span>
                <Id id={object.id} />
                {object.status ? <StatusBadge {...object.status} /> : null}
                <span className="ms-auto">{object.amount ? <Money {...object.amount} locale={format.locale} /> : null}</span>
                {object.at ? (
                  <time dateTime={object.at} className="whitespace-nowrap text-fg-3">
                    {listDate(object.at, format)}
                  </time>
                ) : null}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </Held>
  );
}
