import { Fragment } from 'react';
import { t } from '#lib/messages/index.ts';
import { Dot } from '../ui/badge.tsx';
import { Id } from '../ui/id.tsx';
import { Ago } from './ago.tsx';
import type { Format } from './format.ts';

/** When an object was last mirrored, and from what: an event by its id, a list page, or a fetch; `after` is the event that made it worth one. */
export type Freshness = { at: string; from: { event: string } | 'list' | 'fetch'; after?: string; unconfirmed?: boolean };

/** "4 s ago, event evt_1QXb…, confirmed": it counts on while the page is open, and the event keeps its place when a fetch confirms it. */
export function Mirrored({ at, from, after, unconfirmed, format }: Freshness & { format: Format }) {
  // A line of its own: while it counts on, nothing that follows moves.
  const age = (
    <Fragment key="age">
      <Ago at={at} format={format} />
      <br />
    </Fragment>
  );
  return (
    <span>
      <Dot tone={unconfirmed ? 'warn' : 'pos'} />{' '}
      {from === 'list'
        ? t.rich('objects.mirroredFromList', { age })
        : from === 'fetch'
          ? after
            ? t.rich('objects.mirroredAfterEvent', { age, event: <Id key="event" id={after} /> })
            : t.rich('objects.mirroredFromFetch', { age })
          : t.rich('objects.mirroredFromEvent', { age, event: <Id key="event" id={from.event} /> })}
      {unconfirmed ? <span className="block text-fg-3">{t('objects.unconfirmed')}</span> : null}
    </span>
  );
}
