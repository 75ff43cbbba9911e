// A refusal in Stripe's error envelope, so that a client written for Stripe's API understands it.
import { AppError, isDatabaseAway } from '#lib/errors.ts';
import { log } from '#lib/log.ts';

export type Refusal = { readonly status: number; readonly body: unknown; readonly headers: Record<string, string> };

export function refusal(thrown: unknown, requestId: string): Refusal {
  const error = thrown instanceof AppError ? thrown : unexpected(thrown, requestId);
  const code = error.detail['code'] ?? codes[error.code];
  return { status: error.status, body: refusalBody(typeOf(error), code, error.message, error.param), headers: headersOf(error) };
}

export function refusalBody(type: string, code: string | undefined, message: string, param?: string): unknown {
  return { error: { type, ...(code ? { code } : {}), message, ...(param ? { param } : {}) } };
}

function typeOf({ status, code }: AppError): string {
  if (code === 'idempotency_mismatch') return 'idempotency_error';
  return status >= 500 ? 'api_error' : 'invalid_request_error';
}

/** Stripe's words for our refusals, where a refusal brings none of its own. */
const codes: Readonly<Partial<Record<AppError['code'], string>>> = {
  rate_limited: 'rate_limit',
  not_found: 'resource_missing',
  idempotency_mismatch: 'idempotency_key_reused',
  in_use: 'lock_timeout',
};

function headersOf(error: AppError): Record<string, string> {
  if (error.code === 'rate_limited') return { 'Retry-After': error.detail['seconds'] ?? '60' };
  if (error.code === 'database_away') return { 'Retry-After': '5' };
  if (error.code === 'in_use') return { 'Retry-After': '1' };
  if (error.code === 'bad_key') return { 'WWW-Authenticate': 'Bearer' };
  if (error.code === 'method_not_allowed') return { Allow: error.detail['allow'] ?? 'GET, HEAD' };
  return {};
}

function unexpected(thrown: unknown, requestId: string): AppError {
  if (isDatabaseAway(thrown)) return new AppError('database_away', 'The database is away. Try again in a few seconds.', { cause: thrown });
  log.error({ err: thrown, requestId }, 'a request to the API failed');
  return new AppError(
    'internal',
    'Something broke on our side. If you were writing, send the same request with the same Idempotency-Key to learn what became of it.',
    { cause: thrown },
  );
}
