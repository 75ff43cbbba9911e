import type { ComponentProps } from 'react';
import { t } from '#lib/messages/index.ts';
import { copyWords } from '../object/copy-words.ts';
import { type Format, fullDate } from '../object/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Id } from '../ui/id.tsx';
import { Panel } from '../ui/panel.tsx';
import { RetryForm } from './retry-form.tsx';
import { whyDead } from './why-dead.ts';

type Troubled = {
  readonly event: string;
  readonly type: string;
  readonly object: string | null;
  readonly receivedAt: string;
  readonly tries: number;
  readonly error: string;
  readonly dead: boolean;
};

type Props = {
  troubled: { readonly count: number; readonly events: readonly Troubled[] };
  format: Format;
  /** Null for those who may not. */
  retry: ((event: string) => ComponentProps<typeof RetryForm>['action']) | null;
};

/** Events that were given up after ten tries. Drawn only where there are any. */
export function DeadLetters({ troubled: { count, events }, format, retry }: Props) {
  return (
    <Panel title={t('connect.deadTitle')} id="unhandled" flush>
      <p className="border-b border-line px-4 py-3 text-fg-2">
        {t('connect.deadAbout')}
        {retry ? null : ` ${t('connect.deadAsk')}`}
      </p>
      <ul>
        {events.map((event) => (
          <li key={event.event} className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-b-0">
            <div className="grid min-w-0 flex-1 basis-64 gap-1">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span className="font-medium break-all">{event.type}</span>
                {event.object ? <Id id={event.object} copy={copyWords(t('connect.deadObject'))} /> : null}
              </p>
              <p>{whyDead(event.error)}</p>
              <p className="text-meta text-fg-3">
                {t('connect.deadFacts', { received: fullDate(event.receivedAt, format), count: event.tries })} ·{' '}
                <Id id={event.event} copy={copyWords(t('connect.deadEvent'))} />
              </p>
              <details className="text-meta text-fg-3">
                <summary>{t('connect.deadDetail')}</summary>
                <p className="mt-1 font-mono break-all">{event.error}</p>
              </details>
            </div>
            {event.dead && retry ? (
              <RetryForm action={retry(event.event)} words={{ again: t('connect.deadAgain'), busy: t('connect.deadTrying'), of: event.type }} />
            ) : null}
            {event.dead ? null : <Badge tone="info">{t('connect.deadTrying')}</Badge>}
          </li>
        ))}
      </ul>
      {count > events.length ? <p className="border-t border-line px-4 py-3 text-fg-3">{t('connect.deadMore', { count: count - events.length })}</p> : null}
    </Panel>
  );
}
