'use server';
// An owner's or admin's word on a refund whose outcome no machine could find out. A public endpoint, so every argument is checked.
import { merchantForRequest } from '#lib/access/session.ts';
import { t } from '#lib/messages/index.ts';
import { decideReview, type Reviewed } from '#lib/perform/review.ts';
import { type ActOutcome, answered, argument, textOf } from './act-outcome.ts';

export async function reviewAction(slug: string, mode: string, operation: string, _previous: ActOutcome | null, form: FormData): Promise<ActOutcome> {
  return answered(async () => {
    const merchant = await merchantForRequest(slug, mode, 'repair');
    const was = textOf(form, 'was');
    if (was === '') return { kind: 'refused', message: t('acts.review.choose') };
    const refund = (was === 'other' ? textOf(form, 'refund') : was).trim();
    return told(await decideReview(merchant, argument(operation), was === 'not' ? { was: 'not' } : { was: 'refunded', refund }, textOf(form, 'reason')));
  });
}

function told(reviewed: Reviewed): ActOutcome {
  if (reviewed.kind === 'done') return { kind: 'done', said: t('acts.review.done') };
  if (reviewed.why === 'found') return { kind: 'done', said: t('acts.review.found', { refund: reviewed.refund }) };
  return { kind: 'refused', message: t(`acts.review.${reviewed.why}`) };
}
