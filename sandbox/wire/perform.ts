// One request inside the sandbox, from route and parameters to status and body; HTTP, the worlds and the console all end here.
import type { Core } from '../core/core.ts';
import { type Params, Refusal } from '../core/define.ts';
import type { Cause, Ground } from '../core/place.ts';
import type { Found } from '../core/registry.ts';
import { expanded } from './expand.ts';

export type Reply = { status: number; body: Record<string, unknown> };
export type Asked = { account: string; livemode: boolean; found: Found; params: Params; cause: Cause; now?: number };

/** Must be called inside `store.atomic` when more than this has to stand or fall with it. */
export function perform(core: Core, asked: Asked): Reply {
  const { account, livemode, found, params, cause } = asked;
  try {
    return core.within(account, livemode, { now: asked.now, cause }, (place) => {
      try {
        return { status: 200, body: answerOf(place, found, params) };
      } catch (error) {
        if (error instanceof Refusal && error.keeps) return refusalReply(error);
        throw error;
      }
    });
  } catch (error) {
    if (error instanceof Refusal) return refusalReply(error);
    console.error(`sandbox: ${found.endpoint} broke`, error);
    return refusalReply(new Refusal(500, { type: 'api_error', message: 'An unexpected error occurred in the sandbox. See its output.' }));
  }
}

function answerOf(place: Ground, found: Found, params: Params): Record<string, unknown> {
  const { expand, ...rest } = params;
  return expanded(place, found.run(place, { params: rest, path: found.path }), expand) as Record<string, unknown>; // an object or a list
}

export function refusalReply({ status, error }: Refusal): Reply {
  return {
    status,
    body: { error: { ...error, ...(error.code ? { doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll('_', '-')}` } : {}) } },
  };
}

export function unknownRoute(method: string, path: string): Refusal {
  return new Refusal(404, {
    message: `Unrecognized request URL (${method}: ${path}). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code.`,
  });
}
