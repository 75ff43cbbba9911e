// /oauth/token and /oauth/deauthorize over HTTP: logged like every call, and spoiled by the faults that name them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { newRequestId } from '../core/core.ts';
import type { Wire } from '../wire/answer-api.ts';
import { decodeForm, plain } from '../wire/decode.ts';
import { answerOAuth, type OAuthReply } from './answer-oauth.ts';
import type { Grants } from './grants.ts';

/** False for any other path. */
export async function serveOAuth(
  { core, faults, log }: Wire,
  grants: Grants,
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  body: string,
): Promise<boolean> {
  if (path !== '/oauth/token' && path !== '/oauth/deauthorize') return false;
  const method = req.method ?? 'GET';
  const fault = faults.take(method, path, { named: true });
  const request = newRequestId();
  if (fault?.kind === 'slow') await wait(fault.ms ?? 2000);
  const done = fault && UNDONE[fault.kind] !== undefined ? null : answerOAuth(core, grants, req, path, body);
  const reply: OAuthReply = done ?? { status: UNDONE[fault?.kind ?? ''] ?? 500, body: { error: 'api_error', error_description: 'An unknown error occurred' } };
  const cut = fault?.kind === 'reset_before' || fault?.kind === 'reset_after';
  const account = done?.body.stripe_user_id ?? (plain(decodeForm(body)) as Record<string, unknown>).stripe_user_id; // a tree's root is a hash
  const key = req.headers['idempotency-key'];
  log.add({
    at: new Date().toISOString(),
    stripe_at: core.clock.now(),
    method,
    path,
    status: cut ? null : reply.status,
    idempotency_key: typeof key === 'string' ? key : null,
    account: typeof account === 'string' ? account : null,
    request,
    fault: fault?.kind ?? null,
  });
  if (fault?.kind === 'hang') await wait(fault.ms ?? 80_000, undefined, { ref: false });
  if (cut) req.socket.destroy();
  if (res.destroyed || cut) return true;
  const date = new Date(core.clock.now() * 1000).toUTCString();
  res.writeHead(reply.status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', 'Request-Id': request, Date: date });
  res.end(JSON.stringify(reply.body, null, 2));
  return true;
}

/** Faults that keep the call from having any effect, with the status they answer. */
const UNDONE: Readonly<Record<string, number>> = {
  error_500: 500,
  stored_500: 500,
  reset_before: 500,
  rate_limit_429: 429,
  lock_timeout_429: 429,
  in_use_409: 409,
};
