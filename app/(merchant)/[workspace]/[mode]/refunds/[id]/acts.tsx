// What a person can do with a refund that waits for one, and who may where this person may not.
import { randomUUID } from 'node:crypto';
import { moneyText } from '#components/object/amount-text.ts';
import { type Format, fullDate, listDate } from '#components/object/format.ts';
import { TextField } from '#components/ui/input.tsx';
import { LinkButton } from '#components/ui/link-button.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { ownersOf } from '#lib/access/session.ts';
import { valuesAt } from '#lib/catalogue/define.ts';
import { href } from '#lib/href.ts';
import type { Ledger } from '#lib/ledger.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { stillNeeds } from '#lib/read/desk/needs-you.ts';
import { listCandidates, type RefundStory } from '#lib/read/desk/refund.ts';
import { attendAction } from '../../../../attend-action.ts';
import { cancelRefundAction } from '../../../../cancel-refund-action.ts';
import { reviewAction } from '../../../../review-action.ts';
import { withdrawAction } from '../../../../withdraw-action.ts';
import { amountOf } from '../../_desk/figures.ts';
import { refundWordText } from '../../_desk/refund-words.ts';
import { ActForm } from './act-form.tsx';
import { ReviewForm } from './review-form.tsx';

type ActsProps = { merchant: Merchant; ledger: Ledger; story: RefundStory; format: Format; place: { workspace: string; mode: string } };

export async function RefundActs(props: ActsProps) {
  const { story, ledger } = props;
  const { refund, operation } = story;
  if (!refund && operation?.state === 'needs_review') return <Review {...props} operation={operation} />;
  if (!refund && operation && !operation.firstSent && (operation.state === 'held' || operation.state === 'queued'))
    return <Withdraw {...props} id={operation.id} />;
  if (refund?.status === 'requires_action') return <Cancel {...props} refund={refund} />;
  if (refund?.status === 'failed' && (await stillNeeds(ledger, refund.id))) return <Failed {...props} refund={refund.id} />;
  return null;
}

async function Review({ merchant, ledger, story, format, place, operation }: ActsProps & { operation: NonNullable<RefundStory['operation']> }) {
  if (!merchant.can.has('repair')) {
    const names = (await ownersOf(merchant.workspace.id)).map(({ name }) => name);
    return (
      <WhoMay text={names.length > 0 ? t('acts.review.mayBe', { names: names.join(', ') }) : t('acts.review.mayBeNobody')} title={t('acts.review.title')} />
    );
  }
  const amount = sumOf(story, format);
  const found = await listCandidates(ledger, operation);
  const choices = [
    ...found.map((each) => ({
      value: each.id,
      label: t('acts.review.wasThis', { id: each.id }),
      about: t('acts.review.wasThisAbout', {
        amount,
        at: listDate((each.created ?? each.mirrored_at).toISOString(), format),
        status: refundWordText(each.status ?? 'no_status'),
      }),
    })),
    { value: 'other', label: t('acts.review.was'), about: t('acts.review.otherHint', { amount }) },
    { value: 'not', label: t('acts.review.not'), about: t('acts.review.notAbout') },
  ];
  return (
    <Panel title={t('acts.review.title')} id="act">
      <p className="mb-3 text-fg-2">{t('acts.review.look')}</p>
      <ReviewForm
        action={reviewAction.bind(null, place.workspace, place.mode, operation.id)}
        choices={choices}
        words={{
          legend: t('acts.review.title'),
          otherId: t('acts.review.otherId'),
          otherHint: t('acts.review.otherHint', { amount }),
          reason: t('acts.review.reason'),
          reasonHint: t('acts.review.reasonHint'),
          record: t('acts.review.record'),
          recordNot: t('acts.review.recordNot'),
          recordEmpty: t('acts.review.recordEmpty'),
          recording: t('acts.review.recording'),
          lost: t('acts.lost'),
        }}
      />
    </Panel>
  );
}

function Withdraw({ merchant, story, format, place, id }: ActsProps & { id: string }) {
  const title = t('acts.withdraw.title');
  if (!merchant.can.has('refund')) return <WhoMay title={title} text={t('acts.role')} />;
  return (
    <Panel title={title} id="act">
      <p className="mb-3 text-fg-2">{t('acts.withdraw.body')}</p>
      <ActForm
        action={withdrawAction.bind(null, place.workspace, place.mode, id)}
        button={t('acts.withdraw.button', { amount: sumOf(story, format) })}
        busy={t('acts.withdraw.busy')}
        lost={t('acts.lost')}
      />
    </Panel>
  );
}

function Cancel({ merchant, story, format, place, refund }: ActsProps & { refund: NonNullable<RefundStory['refund']> }) {
  const title = t('acts.cancel.title');
  if (!merchant.can.has('refund')) return <WhoMay title={title} text={t('acts.role')} />;
  const expires = valuesAt(refund.data, 'next_action.display_details.expires_at')[0];
  return (
    <Panel title={title} id="act">
      <p className="mb-3 text-fg-2">
        {t('acts.cancel.body')} {typeof expires === 'number' ? t('acts.cancel.until', { at: fullDate(new Date(expires * 1000).toISOString(), format) }) : null}
      </p>
      <ActForm
        action={cancelRefundAction.bind(null, place.workspace, place.mode, refund.id)}
        button={t('acts.cancel.button', { amount: sumOf(story, format) })}
        busy={t('acts.cancel.busy')}
        lost={t('acts.lost')}
        variant="danger"
      >
        {/* Made with the page: two clicks on one rendered form are one intent. */}
        <input type="hidden" name="client_token" value={randomUUID()} />
      </ActForm>
    </Panel>
  );
}

function Failed({ merchant, story, format, place, refund }: ActsProps & { refund: string }) {
  const title = t('acts.failed.title');
  if (!merchant.can.has('refund')) return <WhoMay title={title} text={t('acts.role')} />;
  return (
    <Panel title={title} id="act">
      <p className="mb-3 text-fg-2">{t('acts.failed.body', { amount: sumOf(story, format) })}</p>
      <ActForm
        action={attendAction.bind(null, place.workspace, place.mode, refund)}
        button={t('acts.failed.button')}
        busy={t('acts.failed.busy')}
        lost={t('acts.lost')}
        beside={
          story.payment ? (
            <LinkButton href={`${href(merchant, 'payments', story.payment.id)}?refund`} variant="primary">
              {t('acts.failed.again')}
            </LinkButton>
          ) : undefined
        }
      >
        <TextField id="attend-note" name="note" label={t('acts.failed.note')} maxLength={500} autoComplete="off" />
      </ActForm>
    </Panel>
  );
}

function WhoMay({ title, text }: { title: string; text: string }) {
  return (
    <Panel title={title} id="act">
      <p className="text-fg-2">{text}</p>
    </Panel>
  );
}

function sumOf({ amount, currency }: RefundStory, { locale }: Format): string {
  return moneyText(amountOf(amount, currency), locale);
}
