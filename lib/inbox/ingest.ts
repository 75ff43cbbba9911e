// The webhook door, in either lane: verify, keep once, answer (I1). The row is the job; nothing else happens before the 2xx, and nothing must after it.
import { isDatabaseAway } from '../errors.ts';
import { log } from '../log.ts';
import { envelopeOf } from './envelope.ts';
import { keep } from './keep.ts';
import { signerOf } from './verify.ts';

export const MOST_BYTES = 1_048_576;

export type Receipt = { readonly status: 200 | 400 | 413 | 503; readonly body: { readonly received: true } | { readonly error: { readonly message: string } } };

/** Never throws. 200 only once the event is durable; 400 keeps nothing; 503 asks Stripe to come again. */
export async function ingest(body: Uint8Array | string, signature: string | null): Promise<Receipt> {
  if ((typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength) > MOST_BYTES) return refused(413, 'The body is larger than 1 MB.');
  const text = textOf(body);
  if (text === null || text === '' || text.includes('\u0000')) return refused(400, 'The body is not readable text.');
  if (!signature) return refused(400, 'The Stripe-Signature header is missing.');
  const signer = signerOf(text, signature);
  if ('refused' in signer) {
    if (signer.refused === 'stamp') log.error('an event’s signature carries a stamp more than 300 s from this machine’s clock: is the clock right?');
    return refused(400, signer.refused === 'stamp' ? 'The signature’s timestamp is too far from now.' : 'The signature does not match.');
  }
  const event = envelopeOf(parsed(text));
  if (event === null) return refused(400, 'The body is not an event.');
  if (event.livemode && !signer.livemode) {
    log.error({ event: event.id }, 'a live event was signed with a test secret: refused');
    return refused(400, 'A live event was signed with a test secret.');
  }
  try {
    await keep(event, text);
  } catch (error) {
    log[isDatabaseAway(error) ? 'warn' : 'error']({ err: error, event: event.id }, 'an event could not be kept');
    return refused(503, 'The event could not be kept. Please send it again.');
  }
  return { status: 200, body: { received: true } };
}

/** Kept byte for byte: what is no UTF-8 cannot be, and a byte-order mark is part of what was signed. */
function textOf(body: Uint8Array | string): string | null {
  if (typeof body === 'string') return body.isWellFormed() ? body : null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refused(status: 400 | 413 | 503, message: string): Receipt {
  return { status, body: { error: { message } } };
}
