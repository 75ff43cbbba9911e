// A refusal in Stripe's error envelope, so that a client written for Stripe's API understands it.
import { AppError, isDatabaseAway } from '#lib/errors.ts';
import { log } from '#lib/log.ts';

export type Refusal = { readonly status: number; readonly body: unknown; readonly headers: Record<string, string> };

export function refusal(thrown: unknown, requestId: string): Refusal {
  const error = thrown instanceof AppError ? thrown : unexpected(thrown, requestId);
  const code = error.detail['code'] ?? codes[error.code];
  const body = {
    error: {
      type: error.status >= 500 ? 'api_error' : 'invalid_request_error',
      ...(code ? { code } : {}),
      message: error.message,
      ...(error.param ? { param: error.param } : {}),
    },
  };
  return { status: error.status, body, headers: headersOf(error) };
}

/** Stripe's words for our refusals, where a refusal brings none of its own. */
const codes: Readonly<Partial<Record<AppError['code'], string>>> = { rate_limited: 'rate_limit', not_found: 'resource_missing' };

function headersOf(error: AppError): Record<string, string> {
  if (error.code === 'rate_limited') return { 'Retry-After': error.detail['seconds'] ?? '60' };
  if (error.code === 'database_away') return { 'Retry-After': '5' };
  if (error.code === 'bad_key') return { 'WWW-Authenticate': 'Bearer' };
  if (error.code === 'method_not_allowed') return { Allow: 'GET, HEAD' };
  return {};
}

function unexpected(thrown: unknown, requestId: string): AppError {
  if (isDatabaseAway(thrown)) return new AppError('database_away', 'The database is away. Try again in a few seconds.', { cause: thrown });
  log.error({ err: thrown, requestId }, 'a request to the API failed');
  return new AppError('internal', 'Something broke on our side. Nothing was changed.', { cause: thrown });
}
