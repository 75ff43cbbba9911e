import Link from 'next/link';
import { t } from '#lib/messages/index.ts';
import { buttonClass } from '../ui/button-class.ts';
import { Panel } from '../ui/panel.tsx';
import { Timeline } from '../ui/timeline.tsx';
import type { Tone } from '../ui/tone.ts';
import { type Format, fullDate, listDate } from './format.ts';
import { Held } from './held.tsx';
import { type Status, StatusBadge } from './status-badge.tsx';

/** `title` and `detail` are finished sentences. `lang` marks words that are Stripe's own. */
export type TimelineEntry = {
  id: string;
  at: string;
  tone: Tone;
  hollow?: boolean;
  title: string;
  detail?: string;
  lang?: string;
  href?: string;
  badge?: Status;
};

export function ObjectTimeline({ entries, format, older }: { entries: readonly TimelineEntry[]; format: Format; older?: string }) {
  return (
    <Held>
      <Panel title={t('objects.timeline')} id="timeline">
        {entries.length === 0 ? <p className="text-fg-3">{t('objects.timelineEmpty')}</p> : null}
        <Timeline label={t('objects.timeline')} items={entries.map((entry) => drawn(entry, format))} />
        {older ? (
          <Link href={older} prefetch={false} scroll={false} className={buttonClass({ size: 'small', className: 'mt-3' })}>
            {t('objects.timelineOlder')}
          </Link>
        ) : null}
      </Panel>
    </Held>
  );
}

function drawn({ id, at, tone, hollow, title, detail, lang, href, badge }: TimelineEntry, format: Format) {
  return {
    id,
    tone,
    hollow,
    title: href ? (
      <Link href={href} prefetch={false} className="hover:text-accent hover:underline">
        {title}
      </Link>
    ) : (
      title
    ),
    detail: detail ? <span lang={lang}>{detail}</span> : undefined,
    badge: badge ? <StatusBadge {...badge} /> : undefined,
    when: (
      <time dateTime={at} title={fullDate(at, format)}>
        {listDate(at, format)}
      </time>
    ),
  };
}
