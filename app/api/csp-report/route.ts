// Browsers tell here what the page's policy stopped. Anyone may post, so little is read, little is logged, and nothing is answered.
import { countTry } from '#lib/access/limits.ts';
import { log } from '#lib/log.ts';
import { apiHeaders } from '../headers.ts';
import { violationsIn } from './violations.ts';

const MOST_BYTES = 8 * 1024;

export async function POST(request: Request): Promise<Response> {
  const body = await readAtMost(request, MOST_BYTES);
  if (body === null) return done(413);
  try {
    const wait = await countTry('csp-report', 'all');
    if (wait !== null) return done(429, { 'Retry-After': String(wait) });
  } catch {
    return done(503, { 'Retry-After': '60' });
  }
  const violations = violationsIn(body);
  if (violations === null) return done(400);
  for (const violation of violations) log.warn(violation, 'the content policy stopped something');
  return done(204);
}

function done(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: apiHeaders(headers) });
}

/** The whole body, or null as soon as it is longer. */
async function readAtMost(request: Request, most: number): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > most) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
