// The parameters of a write: JSON, or the form encoding that Stripe's own clients send. Both give the same plain values.
import { AppError } from '#lib/errors.ts';

/** INVARIANTS §6. */
export const MOST_BYTES = 256 * 1024;

export type Params = Readonly<Record<string, unknown>>;

/** Throws too_large, bad_request. The values are unread; a form's are text, and `metadata[x]` is gathered in `metadata`. */
export async function readBody(request: Request): Promise<Params> {
  const bytes = await bytesOf(request);
  if (bytes.byteLength === 0) return {};
  const text = textOf(bytes);
  const type = /^\s*([^;\s]+)/.exec(request.headers.get('content-type') ?? '')?.[1]?.toLowerCase();
  if (type === 'application/json') return fromJson(text);
  if (type === 'application/x-www-form-urlencoded') return fromForm(text);
  throw new AppError('bad_request', 'Send the parameters as application/json, or as application/x-www-form-urlencoded like Stripe’s own clients.', {
    param: 'Content-Type',
    detail: { code: 'content_type_unsupported' },
  });
}

/** Read no further than the limit, whatever the header says. */
async function bytesOf(request: Request): Promise<Uint8Array> {
  const tooLarge = () => new AppError('too_large', `The body is larger than ${MOST_BYTES / 1024} KB.`, { detail: { code: 'body_too_large' } });
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) throw tooLarge();
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > MOST_BYTES) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable('The body is not UTF-8 text.');
  }
}

function fromJson(text: string): Params {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable('The body is not valid JSON.');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw unreadable('The body is not a JSON object of parameters.');
  return value as Params;
}

function fromForm(text: string): Params {
  // No prototype: a parameter may be called anything.
  const params = Object.create(null) as Record<string, unknown>;
  const metadata = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(text)) {
    const inner = /^metadata\[([^[\]]+)\]$/.exec(name)?.[1];
    const into = inner === undefined ? params : metadata;
    const key = inner ?? name;
    if (Object.hasOwn(into, key)) throw new AppError('bad_request', 'The parameter is given more than once.', { param: name.slice(0, 100) });
    into[key] = value;
  }
  if (Object.keys(metadata).length === 0) return params;
  if (Object.hasOwn(params, 'metadata')) throw new AppError('bad_request', 'Give metadata as metadata[key]=value.', { param: 'metadata' });
  params['metadata'] = metadata;
  return params;
}

function unreadable(message: string): AppError {
  return new AppError('bad_request', message, { detail: { code: 'body_unreadable' } });
}
