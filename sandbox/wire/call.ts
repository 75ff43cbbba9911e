// Requests made inside the process, as the worlds and the console make them: no HTTP, no keys, parameters already typed.
import type { Core } from '../core/core.ts';
import { newRequestId } from '../core/core.ts';
import type { Call } from '../world/hand.ts';
import { perform, refusalReply, unknownRoute } from './perform.ts';

/** `now` pins the time, for a world that is being built. */
export function callIn(core: Core, livemode: boolean, now?: () => number): Call {
  return (account, method, path, params) => {
    const found = core.registry.match(method, path);
    if (!found) return refusalReply(unknownRoute(method, path));
    const cause = { request: method === 'GET' ? null : newRequestId(), idempotencyKey: null, application: null };
    return perform(core, { account, livemode, found, params, cause, now: now?.() });
  };
}
