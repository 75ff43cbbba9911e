import { securityHeaders } from '#lib/access/response-headers.ts';

/** A reply that is no page: nothing in it may run, be framed, sniffed, embedded or kept. proxy.ts sets the same; a route does not lean on it. */
export function apiHeaders(own: Readonly<Record<string, string>> = {}): Headers {
  return new Headers({ ...securityHeaders('api', ''), ...own });
}
