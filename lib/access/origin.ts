// The CSRF guard (S5): every request that may change something names this origin, whatever Next itself would let through.
import { env } from '../env.ts';
import { AppError } from '../errors.ts';

/** Throws AppError cross_origin unless the request reads only, or its Origin is the configured one. */
export function requireSameOrigin(request: { method: string; headers: Pick<Headers, 'get'> }): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers.get('sec-fetch-site');
  if (request.headers.get('origin') === new URL(env().APP_URL).origin && (site === null || site === 'same-origin')) return;
  throw new AppError('cross_origin', 'The request did not come from a page of this app.');
}
