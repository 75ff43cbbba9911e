// Where proxy.ts leads the signed out: to sign in first, and back. A route of its own, because Next's own redirects carry a body.
import { PATH_HEADER } from '#lib/access/ingress.ts';
import { safePath } from '#lib/href.ts';

export const dynamic = 'force-dynamic';

export function GET(request: Request): Response {
  const wanted = safePath(request.headers.get(PATH_HEADER), '');
  const next = wanted === '' || wanted.startsWith('/api/') ? '' : `?next=${encodeURIComponent(wanted)}`;
  return new Response(null, { status: 303, headers: { Location: `/login${next}`, 'Cache-Control': 'private, no-store' } });
}
