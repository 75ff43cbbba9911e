// The webhook door in the web process: the same ingest() as processes/ingest.ts, for installations without that lane.
import { ingest, MOST_BYTES } from '#lib/inbox/ingest.ts';

export const dynamic = 'force-dynamic';
export const runtime = 'nodejs';

export async function POST(request: Request): Promise<Response> {
  const bytes = await bytesOf(request);
  if (bytes === null) return Response.json({ error: { message: 'The body is larger than 1 MB.' } }, { status: 413 });
  const { status, body } = await ingest(bytes, request.headers.get('stripe-signature'));
  return Response.json(body, { status });
}

/** Null as soon as it is known to be too large. */
async function bytesOf(request: Request): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body)
    for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > MOST_BYTES) return null;
      chunks.push(chunk);
    }
  return Buffer.concat(chunks);
}
