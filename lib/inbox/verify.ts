// Whether bytes were signed by Stripe, with which mode's secret, and now. The signature itself is the SDK's work; the stamp is checked here as well.
import Stripe from 'stripe';
import { webhookSecrets } from '../stripe.ts';

/** Seconds a stamp may differ from now, either way: the SDK refuses old stamps only (FACTS §4). */
const TOLERANCE = 300;

/** The mode whose secret signed this text, or why none did. A live endpoint also receives test events, so both modes' secrets are tried; what the text says of itself decides only which first. */
export function signerOf(text: string, header: string, now: number = Date.now()): { livemode: boolean } | { refused: 'signature' | 'stamp' } {
  const stamp = stampOf(header);
  if (stamp === null) return { refused: 'signature' };
  if (Math.abs(Math.floor(now / 1000) - stamp) > TOLERANCE) return { refused: 'stamp' };
  const likely = !/"livemode":\s*false/.test(text);
  for (const livemode of [likely, !likely])
    for (const secret of webhookSecrets(livemode)) {
      try {
        Stripe.webhooks.signature!.verifyHeader(text, header, secret, TOLERANCE);
        return { livemode };
      } catch {
        // Another secret of the list may be the one.
      }
    }
  return { refused: 'signature' };
}

/** Exactly one `t`, in digits: with two, what was signed and what is checked could differ. */
function stampOf(header: string): number | null {
  const stamps = header.split(',').filter((part) => part.split('=')[0] === 't');
  const digits = stamps.length === 1 ? /^t=(\d{1,12})$/.exec(stamps[0]!)?.[1] : undefined;
  return digits === undefined ? null : Number(digits);
}
