// Before every page and route but the webhook door: security headers with a nonce, and the way to sign in for those without a session.
// It never decides access: every page, route and action checks for itself (INVARIANTS §7.2).
import { randomBytes } from 'node:crypto';
import { NextResponse, type NextRequest } from 'next/server';
import { PATH_HEADER } from '#lib/access/ingress.ts';
import { requireSameOrigin } from '#lib/access/origin.ts';
import { securityHeaders, type Reply } from '#lib/access/response-headers.ts';
import { openSession, sessionCookie } from '#lib/access/session-cookie.ts';
import { isReadable } from '#lib/catalogue/lists.ts';

export const config = { matcher: ['/((?!api/webhooks/|_next/static/|fonts/|icon\\.svg$|robots\\.txt$).*)'] };

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { pathname, search } = request.nextUrl;
  const nonce = randomBytes(16).toString('base64');
  const headers = securityHeaders(replyOf(pathname), nonce, process.env.NODE_ENV === 'development');
  if (isForged(request)) return new NextResponse(null, { status: 403, headers });
  const onward = new Headers(request.headers);
  onward.set('Content-Security-Policy', headers['Content-Security-Policy'] ?? '');
  onward.set(PATH_HEADER, pathname + search);
  if (isForMembers(request) && (await openSession(request.cookies.get(sessionCookie().name)?.value)) === null)
    return NextResponse.rewrite(new URL('/api/auth/first', request.url), { request: { headers: onward }, headers });
  // A page cannot set its own status; the one for an address that a list cannot read is set here.
  const status = isReadable(pathname, request.nextUrl.searchParams) ? 200 : 400;
  return NextResponse.next({ request: { headers: onward }, headers, status });
}

/** Pages take posts (server actions) from our own pages alone. Each action asks again; Next itself would answer a foreign origin with 500. */
function isForged(request: NextRequest): boolean {
  if (request.nextUrl.pathname.startsWith('/api/')) return false;
  try {
    requireSameOrigin(request);
    return false;
  } catch {
    return true;
  }
}

function replyOf(path: string): Reply {
  if (path === '/connect/return' || path === '/api/connect/callback') return 'return';
  return path.startsWith('/api/') ? 'api' : 'page';
}

const open = /^\/(?:$|login$|sign-up$|verify\/|connect\/return$|api\/|_next\/)/;

/** Pages that mean nothing to the signed out. What answers for itself (routes, actions) is left to its own check. */
function isForMembers(request: NextRequest): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && !open.test(request.nextUrl.pathname);
}
