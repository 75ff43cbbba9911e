// Reads a small form a browser posted, and turns a refusal into what a browser can show.
import { AppError } from '#lib/errors.ts';
import { apiHeaders } from '../headers.ts';

const LIMIT = 16_384;

/** Fields of an urlencoded form. Throws bad_request, too_large. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? '')) throw new AppError('bad_request', 'A form was expected.');
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > LIMIT) throw new AppError('too_large', 'This form is too large.');
    parts.push(part);
  }
  const form = new URLSearchParams(Buffer.concat(parts).toString('utf8'));
  // PostgreSQL takes no NUL in text; nobody types one.
  if ([...form.values()].some((value) => value.includes('\u0000'))) throw new AppError('bad_request', 'The form holds a character that cannot be.');
  return form;
}

export function seeOther(to: string, own: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status: 303, headers: apiHeaders({ Location: to, ...own }) });
}

/** Signed out → the way to sign in; any other refusal in plain words. What is no refusal goes on as a fault. */
export function refuse(error: unknown): Response {
  if (!(error instanceof AppError)) throw error;
  if (error.code === 'signed_out') return seeOther('/login');
  return new Response(error.message, { status: error.status, headers: apiHeaders({ 'Content-Type': 'text/plain; charset=utf-8' }) });
}
