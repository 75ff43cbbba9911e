// Structured lines without secrets, bodies or personal data. Lines about money carry operation id and Stripe's request id.
import pino from 'pino';

export const log = pino({
  level: process.env['LOG_LEVEL'] || 'info',
  base: { process: process.env['PROCESS'] || 'web' },
  redact: {
    paths: [
      '*.password',
      '*.secret',
      '*.authorization',
      '*.cookie',
      '*.token',
      '*.body',
      '*.email',
      'password',
      'secret',
      'authorization',
      'cookie',
      'token',
      'body',
      'email',
    ],
    censor: '[redacted]',
  },
  serializers: {
    err: (error: Error & { code?: string; requestId?: string }) => ({
      name: error.name,
      message: error.message,
      code: error.code,
      requestId: error.requestId,
      stack: error.stack,
    }),
  },
});
