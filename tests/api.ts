// The REST API's own handlers, chosen as Next would choose them: a test asks them without a server in between.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as ofObjects from '#app/api/v1/[collection]/[id]/route.ts';
import * as ofDeeper from '#app/api/v1/[collection]/[id]/[...rest]/route.ts';
import * as ofLists from '#app/api/v1/[collection]/route.ts';
import * as ofTop from '#app/api/v1/route.ts';
import * as ofOperations from '#app/api/v1/operations/[id]/route.ts';

export type Reply<T = Record<string, unknown>> = { status: number; headers: Headers; text: string; body: T };
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
type Params = { collection: string; id: string; rest: string[] };
type Route = Record<Method, (request: Request, context: { params: Promise<Params> }) => Promise<Response>>;

export type Sent = { method?: Method; headers?: Record<string, string>; body?: string | Uint8Array | ReadableStream };

/** `path` after /api/v1/. */
export async function askApi<T = Record<string, unknown>>(
  key: string | null,
  path: string,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<Reply<T>> {
  const url = new URL(`http://localhost/api/v1/${path}`);
  const request = new Request(url, {
    method,
    headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
    ...(body === undefined ? {} : { body: body as BodyInit, duplex: 'half' }),
  });
  const [collection = '', id = '', ...rest] = url.pathname.slice('/api/v1/'.length).split('/').map(decodeURIComponent);
  const route: Route =
    rest.length > 0
      ? { ...ofDeeper }
      : collection === 'operations' && id
        ? { ...ofOperations }
        : id
          ? { ...ofObjects }
          : collection
            ? { ...ofLists }
            : { ...ofTop };
  const response = await route[method](request, { params: Promise.resolve({ collection, id, rest }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as T };
}

/** JSON under this idempotency key. */
export function postApi<T = Record<string, unknown>>(key: string, path: string, params: unknown, idempotencyKey: string): Promise<Reply<T>> {
  return askApi<T>(key, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify(params),
  });
}

/** Over HTTP under /v1, as behind a path rule: the official client knows no other base. */
export async function serveApi(): Promise<{ port: number; close: () => Promise<void> }> {
  const server: Server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const headers = Object.fromEntries(Object.entries(incoming.headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
      const body = Buffer.concat(parts);
      void askApi(null, (incoming.url ?? '').replace(/^\/v1\//, ''), {
        method: incoming.method as Method,
        headers,
        ...(incoming.method === 'GET' ? {} : { body: new Uint8Array(body) }),
      }).then((answer) => outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(answer.text));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { port: (server.address() as AddressInfo).port, close: () => new Promise((closed) => server.close(() => closed())) };
}
