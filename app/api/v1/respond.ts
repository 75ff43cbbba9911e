// The frame of every REST reply: key, limit, Request-Id, and Stripe's envelope around whatever is refused.
import { randomBytes } from 'node:crypto';
import { merchantForKey } from '#lib/access/api-key.ts';
import { countTry } from '#lib/access/limits.ts';
import { AppError } from '#lib/errors.ts';
import type { Capability, Merchant } from '#lib/merchant.ts';
import { apiHeaders } from '../headers.ts';
import { refusal } from './refusal.ts';

/** `body` is JSON as it goes out. */
export type Reply = { readonly status: number; readonly body: string; readonly headers: Readonly<Record<string, string>> };

/** A reading: what is found, with status 200. `scopes`: one of them is needed. */
export function respond(request: Request, answer: (merchant: Merchant) => Promise<unknown>, scopes: readonly Capability[] = ['read']): Promise<Response> {
  return frame(request, scopes, async (merchant) => ({ status: 200, body: JSON.stringify(await answer(merchant)), headers: {} }));
}

/** A writing: the answer says its own status. */
export function respondWith(request: Request, scope: Capability, answer: (merchant: Merchant, requestId: string) => Promise<Reply>): Promise<Response> {
  return frame(request, [scope], answer);
}

/** For methods and paths that this API has not. */
export function refuse(error: AppError): (request: Request) => Promise<Response> {
  return (request) =>
    frame(request, null, async () => {
      throw error;
    });
}

/** Who asks is settled before anything is looked up, so that a stranger learns from no reply what exists. */
async function frame(
  request: Request,
  scopes: readonly Capability[] | null,
  answer: (merchant: Merchant, requestId: string) => Promise<Reply>,
): Promise<Response> {
  const requestId = `req_${randomBytes(12).toString('base64url')}`;
  try {
    const merchant = await merchantForKey(request);
    const wait = await countTry('api-key', merchant.actor.id);
    if (wait !== null) throw new AppError('rate_limited', 'Too many requests with this key.', { detail: { seconds: String(wait) } });
    if (scopes && !scopes.some((scope) => merchant.can.has(scope)))
      throw new AppError('forbidden', `This key may not do this: it lacks the scope ${scopes.join(' or ')}. An owner or an admin makes keys that have it.`, {
        detail: { code: 'scope_missing' },
      });
    return sent(await answer(merchant, requestId), requestId);
  } catch (error) {
    const { status, body, headers } = refusal(error, requestId);
    return sent({ status, body: JSON.stringify(body), headers }, requestId);
  }
}

function sent({ status, body, headers }: Reply, requestId: string): Response {
  return new Response(body, { status, headers: apiHeaders({ 'Content-Type': 'application/json', 'Request-Id': requestId, ...headers }) });
}
