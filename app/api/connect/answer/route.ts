// "Is this the right account?": yes starts the mirror, no gives the access back to Stripe.
import { merchantForRequest } from '#lib/access/session.ts';
import { requireSameOrigin } from '#lib/access/origin.ts';
import { confirm, decline } from '#lib/connection/decide.ts';
import { AppError } from '#lib/errors.ts';
import { href, safePath } from '#lib/href.ts';
import { readForm, refuse, seeOther } from '../form.ts';

export async function POST(request: Request): Promise<Response> {
  let page = '/workspaces';
  try {
    requireSameOrigin(request);
    const form = await readForm(request);
    const merchant = await merchantForRequest(form.get('workspace') ?? '', form.get('mode') ?? '', 'connect', request);
    page = href(merchant, 'settings', 'connection');
    const shown = { account: form.get('account') ?? '', generation: Number(form.get('generation')) };
    if (!/^acct_\w{1,240}$/.test(shown.account) || !Number.isInteger(shown.generation) || shown.generation < 1 || shown.generation > 1e6)
      throw new AppError('bad_request', 'The form does not say which account it is about.', { param: 'account' });
    if (form.get('answer') === 'no') {
      await decline(merchant, shown);
      return seeOther(`${page}?attempt=${encodeURIComponent(form.get('attempt') ?? '')}`);
    }
    if (form.get('answer') !== 'yes') throw new AppError('bad_request', 'The answer is yes or no.', { param: 'answer' });
    await confirm(merchant, shown);
    return seeOther(safePath(form.get('back_to'), href(merchant, 'payments')));
  } catch (error) {
    // Answered meanwhile, here or elsewhere: the page says how it stands.
    return error instanceof AppError && error.code === 'changed' ? seeOther(page) : refuse(error);
  }
}
