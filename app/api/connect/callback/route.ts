// Stripe's way back, at one fixed address. The session is looked at first, then the state, and only then what Stripe says.
import { findSignedIn } from '#lib/access/session.ts';
import { finish } from '#lib/connection/connect.ts';
import { whereNext } from '#lib/connection/where.ts';
import { refuse, seeOther } from '../form.ts';
import { stateOf } from '../state-cookie.ts';

/** Stripe comes from another site: no policy but this lets the popup keep its opener. */
const opener = { 'Cross-Origin-Opener-Policy': 'unsafe-none' };

export async function GET(request: Request): Promise<Response> {
  try {
    const signedIn = await findSignedIn();
    if (!signedIn) return seeOther('/login?next=%2Fworkspaces', opener);
    const said = new URL(request.url).searchParams;
    const answer = { state: said.get('state'), code: said.get('code'), error: said.get('error'), cookie: stateOf(request) };
    const attempt = await finish(answer, signedIn);
    if (!attempt) return seeOther('/connect/return', opener);
    return seeOther(attempt.popup ? `/connect/return?attempt=${encodeURIComponent(attempt.id)}` : whereNext(attempt), opener);
  } catch (error) {
    return refuse(error);
  }
}
