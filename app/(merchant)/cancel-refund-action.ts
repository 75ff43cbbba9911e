'use server';
// Cancels a refund that waits for its customer. A public endpoint, so every argument is checked.
import { merchantForRequest } from '#lib/access/session.ts';
import { t } from '#lib/messages/index.ts';
import { type Outcome, perform } from '#lib/perform/run.ts';
import { type ActOutcome, answered, argument, textOf } from './act-outcome.ts';

export async function cancelRefundAction(slug: string, mode: string, refund: string, _previous: ActOutcome | null, form: FormData): Promise<ActOutcome> {
  return answered(async () => {
    const merchant = await merchantForRequest(slug, mode, 'refund');
    return told(await perform(merchant, 'cancel_refund', { refund: argument(refund) }, { clientToken: textOf(form, 'client_token') }));
  });
}

function told(outcome: Outcome): ActOutcome {
  switch (outcome.kind) {
    case 'accepted':
      if (outcome.status === 'canceled') return { kind: 'done', said: t('acts.cancel.done') };
      return { kind: 'refused', message: t('acts.cancel.otherwise', { status: outcome.status }) };
    case 'done':
      return { kind: 'done', said: t('acts.cancel.done') };
    case 'held':
      return { kind: 'done', said: t('acts.cancel.held') };
    case 'refused':
      return { kind: 'refused', message: t('acts.cancel.refused', { message: outcome.message }) };
    case 'unavailable':
      return { kind: 'refused', message: t('refund.off.disconnected') };
    default:
      return { kind: 'done', said: t('acts.cancel.no_answer') };
  }
}
