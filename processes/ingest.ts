// The webhook door on a process of its own: bare node:http over the same ingest() as the web's route handler.
import './role.ts';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { assertReady } from '#lib/boot.ts';
import { closeDatabases, inboxDatabase } from '#lib/db.ts';
import { env } from '#lib/env.ts';
import { ingest, MOST_BYTES } from '#lib/inbox/ingest.ts';
import { log } from '#lib/log.ts';
import { beat } from './beat.ts';
import { stopping } from './stop.ts';

const PATH = '/api/webhooks/stripe';

await assertReady('ingest');
const server = createServer({ requestTimeout: 15_000, headersTimeout: 10_000, keepAliveTimeout: 60_000 }, (request, response) => {
  answer(request, response).catch((error: unknown) => {
    log.error({ err: error }, 'a request could not be answered');
    if (!response.headersSent) reply(response, 503, { error: { message: 'Please send it again.' } });
  });
});
const signal = stopping(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await closed;
  await closeDatabases();
});
server.listen(env().INGEST_PORT, () => {
  const address = server.address();
  process.stdout.write(`ready http://localhost:${address && typeof address === 'object' ? address.port : env().INGEST_PORT}\n`);
});
void beat('ingest', inboxDatabase(), signal);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').split('?')[0];
  if (path === '/healthz') return reply(response, signal.aborted ? 503 : 200, { ok: !signal.aborted });
  if (path !== PATH) return refuse(request, response, 404, 'There is nothing here.');
  if (request.method !== 'POST') return refuse(request, response, 405, 'Only POST is answered here.');
  const body = await bodyOf(request);
  if (body === null) return refuse(request, response, 413, 'The body is larger than 1 MB.');
  const signature = request.headers['stripe-signature'];
  const { status, body: answered } = await ingest(body, typeof signature === 'string' ? signature : null);
  reply(response, status, answered);
}

/** Null as soon as it is known to be too large: what follows is never read. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What follows of a refused request is thrown away for a moment, so that its sender can read the answer; then the line is cut. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
  response.setHeader('connection', 'close');
  reply(response, status, { error: { message } });
  request.resume();
  setTimeout(() => request.destroy(), 500).unref();
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  if (signal.aborted) response.setHeader('connection', 'close');
  const text = JSON.stringify(body);
  // With its length known the answer leaves in one piece.
  response.writeHead(status, {
    'content-length': Buffer.byteLength(text),
    'content-type': 'application/json; charset=utf-8',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(text);
}
