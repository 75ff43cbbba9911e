// Where an attempt leads next: the question about the account, the page that asked, or the connection page with what happened.
import { href, safePath } from '../href.ts';
import type { Attempt } from './attempt.ts';

export function whereNext(attempt: Attempt): string {
  const place = { workspace: { slug: attempt.slug }, livemode: attempt.livemode };
  const said = `?attempt=${encodeURIComponent(attempt.id)}`;
  if (attempt.outcome === 'awaiting_confirmation') return href(place, 'settings', 'connection', 'confirm');
  if (attempt.outcome === 'confirmed') return backTo(attempt);
  return href(place, 'settings', 'connection') + said;
}

/** The page that asked, if it is one of this mode, else the payments; checked again on the way out (S7). */
export function backTo(attempt: Attempt): string {
  const place = { workspace: { slug: attempt.slug }, livemode: attempt.livemode };
  const fallback = href(place, 'payments');
  const wanted = safePath(attempt.backTo, fallback);
  return wanted.startsWith(`${href(place)}/`) ? wanted : fallback;
}
