'use server';
// Takes back a refund that was not sent yet. A public endpoint, so every argument is checked.
import { merchantForRequest } from '#lib/access/session.ts';
import { t } from '#lib/messages/index.ts';
import { withdraw } from '#lib/perform/withdraw.ts';
import { type ActOutcome, answered, argument } from './act-outcome.ts';

export async function withdrawAction(slug: string, mode: string, operation: string): Promise<ActOutcome> {
  return answered(async () => {
    const merchant = await merchantForRequest(slug, mode, 'refund');
    const came = await withdraw(merchant, argument(operation));
    return came === 'withdrawn' ? { kind: 'done', said: t('acts.withdraw.done') } : { kind: 'refused', message: t('acts.withdraw.too_late') };
  });
}
