// Signing out: the session's row ends, and the browser forgets what it kept of us. A route, because an action cannot send that header.
import { cookies } from 'next/headers';
import { requireSameOrigin } from '#lib/access/origin.ts';
import { openSession, sessionCookie } from '#lib/access/session-cookie.ts';
import { endSession } from '#lib/access/session-row.ts';

export async function POST(request: Request): Promise<Response> {
  try {
    requireSameOrigin(request);
  } catch {
    return new Response(null, { status: 403 });
  }
  const { name, options } = sessionCookie();
  const token = await openSession((await cookies()).get(name)?.value);
  if (token !== null) await endSession(token);
  const gone = `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${options.secure ? '; Secure' : ''}`;
  return new Response(null, {
    status: 303,
    headers: { Location: '/login', 'Set-Cookie': gone, 'Clear-Site-Data': '"cookies", "storage"', 'Cache-Control': 'no-store' },
  });
}
