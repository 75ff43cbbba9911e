// What an error of Stripe's client says about the write that met it: evidence for the machine, and the words kept for people.
import Stripe from 'stripe';
import type { Verb } from '../operations/define.ts';
import { isAccessLost } from '../stripe.ts';
import type { Evidence } from './machine.ts';

/** What is stored of the last answer that was no object. `message` is Stripe's, shown as it came; bodies are never kept. */
export type LastError = {
  readonly kind: Evidence['kind'];
  readonly code: string | null;
  readonly message: string;
  readonly request: string | null;
  /** Stripe's own status, type and parameter, for those who ask by API; absent where no answer of Stripe's came. */
  readonly status?: number;
  readonly type?: string;
  readonly param?: string;
  /** Loss of access was handed on to the connection once; the next answer decides again. */
  readonly told?: boolean;
};

export function evidenceOfSending(verb: Verb, error: unknown): Evidence {
  if (verb.verdict?.(error) === 'refused') return { kind: 'refused' };
  if (!(error instanceof Stripe.errors.StripeError) || typeof error.statusCode !== 'number') return { kind: 'silent' };
  const { statusCode: status, code } = error;
  if (code === 'idempotency_key_in_use') return { kind: 'key_in_use' };
  if (error instanceof Stripe.errors.StripeIdempotencyError) return { kind: 'key_mismatch' };
  if (status === 429 || code === 'rate_limit' || code === 'lock_timeout') return { kind: 'rate_limited' };
  if (isAccessLost(error) || status === 401 || status === 403) return { kind: 'no_access' };
  if (status >= 500) return { kind: 'broken', mark: [status, code ?? '', error.message].join(' ').slice(0, 300) };
  // Without a type it is a proxy's page, not Stripe's refusal.
  if ((status === 400 || status === 402 || status === 404) && error.rawType) return { kind: 'refused' };
  return { kind: 'silent' };
}

export function evidenceOfReading(error: unknown): Evidence {
  if (isAccessLost(error)) return { kind: 'no_access' };
  if (error instanceof Stripe.errors.StripeError && (error.statusCode === 401 || error.statusCode === 403)) return { kind: 'no_access' };
  return { kind: 'unreadable' };
}

export function lastErrorOf(kind: Evidence['kind'], error: unknown): LastError {
  if (error instanceof Stripe.errors.StripeError)
    return {
      kind,
      code: error.code ?? error.decline_code ?? null,
      message: plain(error.message),
      request: error.requestId ?? null,
      ...(typeof error.statusCode === 'number' ? { status: error.statusCode } : {}),
      ...(error.rawType ? { type: plain(error.rawType) } : {}),
      ...(error.param ? { param: plain(error.param) } : {}),
    };
  return { kind, code: null, message: error instanceof Error ? plain(error.message) : '', request: null };
}

/** jsonb takes neither NUL nor half a surrogate pair. */
function plain(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed().slice(0, 500);
}
