import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { moneyText } from '#components/object/amount-text.ts';
import { Facts } from '#components/object/facts.tsx';
import { Held } from '#components/object/held.tsx';
import { Money } from '#components/object/money.tsx';
import { ObjectTimeline } from '#components/object/object-timeline.tsx';
import { RawData } from '#components/object/raw-data.tsx';
import { StatusBadge } from '#components/object/status-badge.tsx';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import { findMerchant, requireMerchant } from '#lib/access/session.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { findRefund, type RefundStory } from '#lib/read/desk/refund.ts';
import { standingOf } from '#lib/read/desk/standing.ts';
import { amountOf, formatOf } from '../../_desk/figures.ts';
import { dashboardUrl } from '../../_desk/object-facts.ts';
import { OpenInStripe } from '../../_desk/open-in-stripe.tsx';
import { refundNote, refundSentence } from '../../_desk/refund-words.ts';
import { RefundActs } from './acts.tsx';
import { destinationOf, refundFacts } from './facts.ts';
import { refundEntries } from './timeline.ts';

type Props = { params: Promise<{ workspace: string; mode: string; id: string }> };

const read = cache(async (merchant: Merchant, id: string) => (merchant.ledger ? findRefund(merchant.ledger, id) : null));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { workspace, mode, id } = await params;
  const merchant = await findMerchant(workspace, mode);
  const story = merchant && (await read(merchant, id));
  if (!story) return {};
  return { title: t('refunds.pageTitle', { amount: moneyText(amountOf(story.amount, story.currency), merchant.workspace.locale) }) };
}

export default async function RefundPage({ params }: Props) {
  const { workspace, mode, id } = await params;
  const merchant = await requireMerchant(workspace, mode);
  const story = await read(merchant, id);
  if (!story || !merchant.ledger) notFound();
  // What was asked here lives on at Stripe's id, once there is one.
  if (story.id !== id) redirect(href(merchant, 'refunds', story.id));

  const { refund, operation, payment } = story;
  const format = formatOf(merchant);
  const standing = standingOf(refund, operation);
  const note = refundNote(standing);
  return (
    <div className="detail-page" data-live={liveIds(story).join(' ')}>
      <PageHeader
        back={{ href: href(merchant, 'refunds'), label: t('refunds.title') }}
        title={<Money {...amountOf(story.amount, story.currency, story.confirmed)} locale={format.locale} />}
        badge={
          <>
            <StatusBadge object="refund" status={story.word} />
            {note ? <span className="text-fg-3">{note}</span> : null}
          </>
        }
        actions={payment ? <OpenInStripe href={dashboardUrl(merchant.ledger, 'payments', payment.id)} /> : undefined}
      />
      <Held>
        <p className="standing">{refundSentence(standing, format, destinationOf(story))}</p>
      </Held>
      <PageBody kind="detail" side={<Facts facts={refundFacts(story, merchant, format)} format={format} />}>
        <Held>
          <RefundActs merchant={merchant} ledger={merchant.ledger} story={story} format={format} place={{ workspace, mode }} />
        </Held>
        <ObjectTimeline entries={refundEntries(story, format)} format={format} />
        {refund ? <RawData title={t('refunds.raw')} data={refund.data as never} /> : null}
      </PageBody>
    </div>
  );
}

/** Every object whose change changes this page. */
function liveIds({ id, refund, operation, charge, payment, cancels }: RefundStory): string[] {
  return [id, refund?.id, operation?.id, charge?.id, payment?.id, ...cancels.map((cancel) => cancel.id)].filter((each) => each !== undefined);
}
