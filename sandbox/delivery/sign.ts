// Stripe-Signature: HMAC-SHA256 over stamp and body, keyed with the whole secret including whsec_.
import { createHmac } from 'node:crypto';

/** `at` in seconds of real time: receivers compare it with their own clock. */
export function signatureOf(secret: string, body: string, at: number): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}
