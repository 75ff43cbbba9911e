// The frame of every REST reply: key, limit, Request-Id, and Stripe's envelope around whatever is refused.
import { randomBytes } from 'node:crypto';
import { merchantForKey } from '#lib/access/api-key.ts';
import { countTry } from '#lib/access/limits.ts';
import { AppError } from '#lib/errors.ts';
import type { Merchant } from '#lib/merchant.ts';
import { apiHeaders } from '../headers.ts';
import { refusal } from './refusal.ts';

/** Who asks is settled before anything is looked up, so that a stranger learns from no reply what exists. */
export async function respond(request: Request, answer: (merchant: Merchant) => Promise<unknown>): Promise<Response> {
  const requestId = `req_${randomBytes(12).toString('base64url')}`;
  try {
    const merchant = await merchantForKey(request);
    const wait = await countTry('api-key', merchant.actor.id);
    if (wait !== null) throw new AppError('rate_limited', 'Too many requests with this key.', { detail: { seconds: String(wait) } });
    if (!merchant.can.has('read')) throw new AppError('forbidden', 'This key may not read.');
    return reply(200, await answer(merchant), requestId, {});
  } catch (error) {
    const { status, body, headers } = refusal(error, requestId);
    return reply(status, body, requestId, headers);
  }
}

/** For methods and paths that this API has not. */
export function refuse(error: AppError): (request: Request) => Promise<Response> {
  return (request) =>
    respond(request, async () => {
      throw error;
    });
}

function reply(status: number, body: unknown, requestId: string, headers: Record<string, string>): Response {
  return Response.json(body, { status, headers: apiHeaders({ 'Request-Id': requestId, ...headers }) });
}
