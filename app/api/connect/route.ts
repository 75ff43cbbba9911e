// The way out to Stripe: a form in a popup or in the same tab, answered by a redirect.
import { requireSameOrigin } from '#lib/access/origin.ts';
import { merchantForRequest } from '#lib/access/session.ts';
import { begin } from '#lib/connection/connect.ts';
import { readForm, refuse, seeOther } from './form.ts';
import { stateCookie } from './state-cookie.ts';

export async function POST(request: Request): Promise<Response> {
  try {
    requireSameOrigin(request);
    const form = await readForm(request);
    const merchant = await merchantForRequest(form.get('workspace') ?? '', form.get('mode') ?? '', 'connect', request);
    const popup = form.get('popup') === '1';
    const begun = await begin(merchant, { attempt: form.get('attempt'), popup, backTo: form.get('back_to') });
    const refused = `/connect/return?attempt=${encodeURIComponent(begun.attempt)}`;
    return seeOther(begun.url ?? refused, { 'Set-Cookie': stateCookie(begun.state) });
  } catch (error) {
    return refuse(error);
  }
}
