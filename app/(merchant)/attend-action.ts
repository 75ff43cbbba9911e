'use server';
// Marks a failed refund as seen to. A public endpoint, so every argument is checked.
import { merchantForRequest } from '#lib/access/session.ts';
import { t } from '#lib/messages/index.ts';
import { attend } from '#lib/perform/attend.ts';
import { type ActOutcome, answered, argument, textOf } from './act-outcome.ts';

export async function attendAction(slug: string, mode: string, refund: string, _previous: ActOutcome | null, form: FormData): Promise<ActOutcome> {
  return answered(async () => {
    const merchant = await merchantForRequest(slug, mode, 'refund');
    const came = await attend(merchant, argument(refund), textOf(form, 'note'));
    return came === 'not_failed' ? { kind: 'refused', message: t('acts.failed.not_failed') } : { kind: 'done', said: t(`acts.failed.${came}`) };
  });
}
