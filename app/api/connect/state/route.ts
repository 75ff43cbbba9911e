// What became of an attempt: the waiting page asks every two seconds, and says only what it is told here. Asking is no use of the session.
import { findSignedIn } from '#lib/access/session.ts';
import { findAttempt } from '#lib/connection/attempt.ts';
import { nameHolder } from '#lib/connection/holder.ts';
import { whereNext } from '#lib/connection/where.ts';
import { apiHeaders } from '../../headers.ts';

export async function GET(request: Request): Promise<Response> {
  const signedIn = await findSignedIn();
  if (!signedIn) return Response.json({ outcome: 'signed_out' }, { status: 401, headers: apiHeaders() });
  const visitor = { person: signedIn.person.id, session: signedIn.session };
  const attempt = await findAttempt(visitor, new URL(request.url).searchParams.get('attempt') ?? '');
  if (!attempt) return Response.json({ outcome: 'unknown' }, { status: 404, headers: apiHeaders() });
  const { outcome, detail, account, livemode } = attempt;
  const holder = outcome === 'held_elsewhere' && account ? await nameHolder(account, livemode, visitor.person) : null;
  return Response.json({ outcome, detail, holder: holder?.name ?? null, next: whereNext(attempt) }, { headers: apiHeaders() });
}
