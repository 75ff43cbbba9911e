// What a client may not say about itself. Run before Next sees a request (instrumentation.ts): S15, and client addresses only through TRUST_PROXY.

/** The path and query asked for, set by proxy.ts for pages that send the anonymous to sign in. */
export const PATH_HEADER = 'x-counterpart-path';

const internal = ['x-middleware-subrequest', 'x-middleware-rewrite', 'x-middleware-next', 'next-resume', 'x-nonce', PATH_HEADER, 'x-real-ip', 'forwarded'];

/**
 * Cleans headers in place. `trust` is how many reverse proxies of ours stand in front (TRUST_PROXY): each appends the address it saw,
 * so that the client's is the n-th from the right. With none, the socket's own address counts.
 */
export function cleanHeaders(
  headers: Record<string, string | string[] | undefined>,
  socketAddress: string | undefined,
  trust: string | undefined,
  origin: URL,
): void {
  const hops = Number(trust ?? 0);
  const told = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter(Boolean);
  const address = Number.isInteger(hops) && hops > 0 ? told.at(-hops) : socketAddress;
  for (const name of Object.keys(headers)) if (internal.includes(name) || name.startsWith('x-forwarded-')) delete headers[name];
  if (address) headers['x-forwarded-for'] = address.replace(/^::ffff:/, '');
  headers['x-forwarded-host'] = origin.host;
  headers['x-forwarded-proto'] = origin.protocol.slice(0, -1);
}

/** The one address that cleanHeaders left. */
export function cleanAddress(header: string | null | undefined): string | null {
  return header && header.length <= 45 && !header.includes(',') ? header : null;
}
