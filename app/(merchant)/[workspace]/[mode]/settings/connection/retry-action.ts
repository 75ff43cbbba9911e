'use server';
// "Try again" for an event that was given up. A public endpoint, so every argument is checked.
import { merchantForRequest } from '#lib/access/session.ts';
import { AppError } from '#lib/errors.ts';
import { retryDead } from '#lib/inbox/dead.ts';
import { t } from '#lib/messages/index.ts';

export type RetryAnswer = { readonly tone: 'pos' | 'neg'; readonly text: string };

export async function retryDeadAction(slug: string, mode: string, event: string): Promise<RetryAnswer> {
  try {
    const merchant = await merchantForRequest(slug, mode, 'repair');
    const answer = await retryDead(merchant, typeof event === 'string' ? event : '');
    return answer === 'again' ? { tone: 'pos', text: t('connect.deadTrying') } : { tone: 'pos', text: t('connect.deadNot') };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { tone: 'neg', text: error.message };
  }
}
