import Link from 'next/link';
import type { Format } from '#components/object/format.ts';
import { ObjectTimeline, type TimelineEntry } from '#components/object/object-timeline.tsx';
import type { Ledger } from '#lib/ledger.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { type Customer, type CustomerMoment, listCustomerMoments, momentKinds } from '#lib/read/desk/customer.ts';
import { momentEntry, momentHref } from '../../_desk/moments.ts';

const STEP = 30;
const MOST = 300;

type TimelineProps = { merchant: Merchant; ledger: Ledger; customer: Customer; params: URLSearchParams; path: string; format: Format };

/** One timeline of everything, narrowed by kind; 30 moments, then older ones below them. */
export async function CustomerTimeline({ merchant, ledger, customer, params, path, format }: TimelineProps) {
  const kind = momentKinds.find((each) => each === params.get('kind')) ?? null;
  const asked = Number(params.get('moments'));
  const limit = Number.isInteger(asked) ? Math.min(Math.max(asked, STEP), MOST) : STEP;
  const { moments, older } = await listCustomerMoments(ledger, customer, kind, limit);
  const address = (of: string | null, count: number) => {
    const query = new URLSearchParams({ ...(of ? { kind: of } : {}), ...(count > STEP ? { moments: String(count) } : {}) }).toString();
    return query ? `${path}?${query}` : path;
  };
  return (
    <div>
      <nav aria-label={t('customers.kinds')} className="kinds">
        {[null, ...momentKinds].map((each) => (
          <Link key={each ?? 'all'} href={address(each, STEP)} prefetch={false} scroll={false} aria-current={each === kind ? 'true' : undefined}>
            {t(`customers.kind.${each ?? 'all'}`)}
          </Link>
        ))}
      </nav>
      <ObjectTimeline
        entries={moments.map((moment) => entryOf(moment, merchant, format))}
        format={format}
        older={older && limit < MOST ? address(kind, limit + STEP) : undefined}
      />
    </div>
  );
}

function entryOf(moment: CustomerMoment, merchant: Merchant, format: Format): TimelineEntry {
  if ('payment' in moment) return momentEntry(moment, format, momentHref(moment, merchant, true));
  return {
    id: moment.id,
    at: moment.at.toISOString(),
    tone: moment.kind === 'subscribed' ? 'info' : 'neu',
    title: t(`customers.moment.${moment.kind}`),
    detail: moment.subscription,
  };
}
