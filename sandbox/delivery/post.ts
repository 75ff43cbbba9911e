// One POST to a receiver; redirects are failures, and no more of the reply is read than needed.
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

const TIMEOUT_MS = 20_000;
const http = new HttpAgent({ keepAlive: true, maxSockets: 64 });
const https = new HttpsAgent({ keepAlive: true, maxSockets: 64 });

export type PostResult = { status: number | null; error: string | null };

export function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<PostResult> {
  const target = new URL(url);
  const secure = target.protocol === 'https:';
  return new Promise((resolve) => {
    const options = {
      method: 'POST',
      agent: secure ? https : http,
      timeout: TIMEOUT_MS,
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
    };
    const req = (secure ? httpsRequest : httpRequest)(target, options, (res) => {
      res.resume();
      res.once('close', () => resolve({ status: res.statusCode ?? null, error: null }));
    });
    req.once('timeout', () => req.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    req.once('error', (error: NodeJS.ErrnoException) => resolve({ status: null, error: error.code ?? error.message }));
    req.end(body);
  });
}

export function closeAgents(): void {
  http.destroy();
  https.destroy();
}
