// Cleans every request's headers before Next reads them. Next has no hook that early and a custom server is not wanted; Node's own channel is.
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { env } from '../env.ts';
import { cleanHeaders } from './ingress.ts';

export function guardIngress(): void {
  const { TRUST_PROXY, APP_URL } = env();
  const origin = new URL(APP_URL);
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage };
    cleanHeaders(request.headers, request.socket.remoteAddress, TRUST_PROXY, origin);
  });
}
