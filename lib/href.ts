// Every link into a workspace: the mode stands in the address, so that a link never crosses modes.
import { modeOf } from './ledger.ts';
import type { Merchant } from './merchant.ts';

export type Place = Pick<Merchant, 'livemode'> & { readonly workspace: Pick<Merchant['workspace'], 'slug'> };

/** `href(merchant, 'payments', 'pi_1')` → `/harbor-weekly/test/payments/pi_1`; each part is encoded. */
export function href(place: Place, ...parts: readonly string[]): string {
  return ['', place.workspace.slug, modeOf(place), ...parts.map(encodeURIComponent)].join('/');
}

/** Only a path of this origin may be a way back: no scheme, no host, no backslash, no control character (S7). */
export function safePath(wanted: string | null | undefined, fallback: string): string {
  if (!wanted || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) || wanted.includes('\\')) return fallback;
  const decoded = safeDecode(wanted);
  if (decoded === null || /^\/[/\\]/.test(decoded) || /[\\\u0000-\u001f]/.test(decoded)) return fallback;
  const url = new URL(wanted, 'http://here.invalid');
  return url.host === 'here.invalid' ? `${url.pathname}${url.search}` : fallback;
}

function safeDecode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
