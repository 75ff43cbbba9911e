// /v1 over HTTP: key, limits, ordered faults, route, parameters, idempotency, and the headers Stripe sends.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Faults, Fault } from '../control/faults.ts';
import { API_VERSION } from '../core/config.ts';
import { type Core, newRequestId } from '../core/core.ts';
import { belief, type Params, Refusal } from '../core/define.ts';
import { type Caller, callerOf } from './auth.ts';
import { checkParams } from './check.ts';
import { decodeForm } from './decode.ts';
import { hold, inUse, type KeyUse, recall, remember } from './idempotency.ts';
import { perform, refusalReply, type Reply, unknownRoute } from './perform.ts';
import { type RateLimits, TooFast } from './rate-limits.ts';
import type { RequestLog } from './request-log.ts';

export type Wire = { core: Core; faults: Faults; rates: RateLimits; log: RequestLog };

type Outcome = { reply: Reply | 'cut'; headers: Record<string, string>; caller: Caller | null; fault: Fault | null };

const TESTS = ['sandbox/control/faults.test.ts'];
belief('A lock timeout is answered 429 lock_timeout with Stripe-Should-Retry: true.', TESTS);
belief('A rate limit is answered 429 rate_limit with Stripe-Rate-Limited-Reason and without Retry-After.', TESTS);

export async function answerApi(wire: Wire, req: IncomingMessage, res: ServerResponse, url: URL, body: string): Promise<void> {
  const method = req.method ?? 'GET';
  const request = newRequestId();
  const path = url.pathname;
  const idempotencyKey = header(req, 'idempotency-key') ?? null;
  const { reply, headers, caller, fault } = await outcomeOf(wire, req, { method, path, search: url.search.slice(1), body, request, idempotencyKey });
  wire.log.add({
    at: new Date().toISOString(),
    stripe_at: wire.core.clock.now(),
    method,
    path,
    status: reply === 'cut' ? null : reply.status,
    idempotency_key: idempotencyKey,
    account: caller?.account ?? header(req, 'stripe-account') ?? null,
    request,
    fault: fault?.kind ?? null,
  });
  if (reply === 'cut') {
    req.socket.destroy();
    return;
  }
  if (res.destroyed) return;
  const account = header(req, 'stripe-account');
  res.writeHead(reply.status, {
    'Content-Type': 'application/json',
    Date: new Date(wire.core.clock.now() * 1000).toUTCString(),
    'Request-Id': request,
    'Stripe-Version': header(req, 'stripe-version') ?? API_VERSION,
    'Cache-Control': 'no-cache, no-store',
    ...(idempotencyKey ? { 'Idempotency-Key': idempotencyKey, 'Original-Request': request } : {}),
    ...(account ? { 'Stripe-Account': account } : {}),
    ...headers,
  });
  res.end(JSON.stringify(reply.body, null, 2));
}

type Asked = { method: string; path: string; search: string; body: string; request: string; idempotencyKey: string | null };

async function outcomeOf(wire: Wire, req: IncomingMessage, asked: Asked): Promise<Outcome> {
  let caller: Caller | null = null;
  let fault: Fault | null = null;
  try {
    caller = callerOf(wire.core, header(req, 'authorization'), header(req, 'stripe-account'), asked.method);
    const found = wire.core.registry.match(asked.method, asked.path);
    wire.rates.pass(caller.account, caller.livemode, found?.endpoint ?? 'unknown');
    fault = wire.faults.take(asked.method, asked.path) ?? wire.faults.endure(asked.method, caller.account);
    if (fault?.kind === 'reset_before') return { reply: 'cut', headers: {}, caller, fault };
    const refused = fault ? faultRefusal(fault) : null;
    if (refused) return { ...refused, caller, fault };
    if (!found) throw unknownRoute(asked.method, asked.path);
    if (asked.body && /json/i.test(header(req, 'content-type') ?? '')) throw new Refusal(400, { message: 'The v1 API takes form-encoded bodies, not JSON.' });
    const params = checkParams(found.endpoint, decodeForm(asked.search, asked.body));
    const done = await execute(wire.core, caller, found, params, asked, fault);
    return { ...done, reply: fault?.kind === 'reset_after' ? 'cut' : done.reply, caller, fault };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const headers: Record<string, string> = error instanceof TooFast ? { 'Stripe-Rate-Limited-Reason': error.reason } : {};
    return { reply: refusalReply(error), headers, caller, fault };
  }
}

type Found = NonNullable<ReturnType<Core['registry']['match']>>;

async function execute(
  core: Core,
  caller: Caller,
  found: Found,
  params: Params,
  asked: Asked,
  fault: Fault | null,
): Promise<{ reply: Reply; headers: Record<string, string> }> {
  const { account, livemode, application } = caller;
  const { method, path, request, idempotencyKey } = asked;
  const use: KeyUse | null = idempotencyKey && method === 'POST' ? { account, livemode, key: idempotencyKey, method, path, params } : null;
  const release = use ? takeKey(core, use) : null;
  if (typeof release === 'object' && release !== null) {
    return { reply: { status: release.status, body: release.body }, headers: { 'Idempotent-Replayed': 'true', 'Original-Request': release.request } };
  }
  try {
    if (fault?.kind === 'slow') await wait(fault.ms ?? 2000);
    const reply = core.store.atomic(() => {
      const cause = { request: method === 'GET' ? null : request, idempotencyKey, application };
      const stored500 = fault?.kind === 'stored_500';
      const done = stored500 && !fault?.effect ? null : perform(core, { account, livemode, found, params, cause });
      const made = stored500 || !done ? serverError() : done;
      if (use) remember(core, use, made, request);
      return made;
    });
    if (fault?.kind === 'hang') await wait(fault.ms ?? 80_000, undefined, { ref: false });
    return { reply, headers: {} };
  } finally {
    release?.();
  }
}

/** The stored answer of an earlier request, or the key, taken. */
function takeKey(core: Core, use: KeyUse): { status: number; body: Record<string, unknown>; request: string } | (() => void) {
  return recall(core, use) ?? hold(use);
}

function faultRefusal({ kind }: Fault): { reply: Reply; headers: Record<string, string> } | null {
  switch (kind) {
    case 'error_500':
      return { reply: serverError(), headers: {} };
    case 'rate_limit_429':
      return { reply: refusalReply(new TooFast('global-rate')), headers: { 'Stripe-Rate-Limited-Reason': 'global-rate' } };
    case 'lock_timeout_429':
      return {
        reply: refusalReply(
          new Refusal(429, {
            code: 'lock_timeout',
            message: 'This object cannot be accessed right now because another API request or Stripe process is currently accessing it. Try again later.',
          }),
        ),
        headers: { 'Stripe-Should-Retry': 'true' },
      };
    case 'in_use_409':
      return { reply: refusalReply(inUse()), headers: {} };
    default:
      return null;
  }
}

function serverError(): Reply {
  return refusalReply(new Refusal(500, { type: 'api_error', message: 'An unknown error occurred' }));
}

function header(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
