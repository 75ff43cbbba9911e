// One error class and one table from code to status. What a person reads is made from the code by lib/messages.

const table = {
  bad_request: 400,
  bad_filter: 400,
  bad_cursor: 400,
  bad_signature: 400,
  too_large: 413,
  signed_out: 401,
  bad_key: 401,
  forbidden: 403,
  cross_origin: 403,
  not_found: 404,
  method_not_allowed: 405,
  changed: 409,
  idempotency_mismatch: 409,
  in_use: 409,
  unprocessable: 422,
  rate_limited: 429,
  stripe_refused: 402,
  internal: 500,
  stripe_unavailable: 502,
  database_away: 503,
} as const;

export type ErrorCode = keyof typeof table;

/** A refusal: expected, worded for its reader, safe to show. Anything else thrown is a broken invariant and answers 500. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** The parameter, field or object the refusal is about. */
  readonly param: string | undefined;
  readonly detail: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, about: { param?: string; detail?: Record<string, string>; cause?: unknown } = {}) {
    super(message, { cause: about.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = table[code];
    this.param = about.param;
    this.detail = about.detail ?? {};
  }
}

/** PostgreSQL could not be reached, is starting or is going down: worth another try later, never the caller's fault. */
export function isDatabaseAway(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return error instanceof Error && /Connection terminated|timeout exceeded when trying to connect/.test(error.message);
  return (
    code.startsWith('08') ||
    code.startsWith('57P') ||
    code === '53300' ||
    code === '55P03' ||
    ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'].includes(code)
  );
}
