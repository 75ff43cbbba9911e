// A whole sandbox: core, wire, deliveries, control, console and mail sink behind one address on loopback.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Config } from './core/config.ts';
import { openCore } from './core/core.ts';
import { Refusal } from './core/define.ts';
import { startRunner } from './core/runner.ts';
import { answerControl } from './control/answer-control.ts';
import { newFaults } from './control/faults.ts';
import { answerPages } from './control/pages.ts';
import type { Sandbox } from './control/parts.ts';
import { startDelivery } from './delivery/engine.ts';
import { setPlatformEndpoints } from './delivery/platform-endpoints.ts';
import { closeAgents } from './delivery/post.ts';
import { openMailBox } from './mail/box.ts';
import { startMailSink } from './mail/sink.ts';
import { newGrants } from './oauth/grants.ts';
import { serveOAuth } from './oauth/serve-oauth.ts';
import { addAccountRoutes, createAccount } from './objects/account.ts';
import { addEventRoutes } from './objects/event.ts';
import { TYPES } from './objects/index.ts';
import { answerApi } from './wire/answer-api.ts';
import { prune } from './wire/idempotency.ts';
import { refusalReply } from './wire/perform.ts';
import { newRateLimits } from './wire/rate-limits.ts';
import { newRequestLog } from './wire/request-log.ts';

const MAX_BODY = 1024 * 1024;
/** Longer than clients keep a connection: one that closes under a request would be a fault nobody ordered. */
const IDLE_MS = 120_000;

export async function startSandbox(config: Config): Promise<Sandbox> {
  const core = openCore(config, TYPES);
  const box = openMailBox(core.store.db);
  const grants = newGrants(core);
  const delivery = startDelivery(core);
  createAccount(core, { id: config.platform, name: 'Platform', email: 'platform@sandbox.example', country: 'US', platform: true });
  addEventRoutes(core, (event, endpoint) => delivery.resend(event, endpoint));
  addAccountRoutes(core, grants);
  setPlatformEndpoints(core);
  prune(core);
  const stopRunner = startRunner(core);
  const sink = config.smtpPort === null ? null : await startMailSink(box, { port: config.smtpPort });
  const sandbox: Sandbox = {
    core,
    grants,
    faults: newFaults(),
    rates: newRateLimits(),
    log: newRequestLog(),
    delivery,
    box,
    url: '',
    smtp: sink ? `smtp://127.0.0.1:${sink.port}` : null,
    async close() {
      stopRunner();
      delivery.stop();
      closeAgents();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await sink?.close();
      core.store.close();
    },
  };
  const server = createServer({ keepAliveTimeout: IDLE_MS }, (req, res) => void answer(sandbox, req, res));
  sandbox.url = `http://127.0.0.1:${await listen(server, config.port)}`;
  return sandbox;
}

async function answer(sandbox: Sandbox, req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    const body = await bodyOf(req);
    if (body === null) return sendJson(res, 413, refusalReply(new Refusal(413, { message: 'The request is larger than 1 MB.' })).body);
    const url = new URL(req.url ?? '/', sandbox.url);
    if (!isLocal(req)) return sendJson(res, 403, { error: 'This sandbox answers its own machine only.' });
    if (url.pathname.startsWith('/v1/')) return await answerApi(sandbox, req, res, url, body);
    if (url.pathname.startsWith('/_sandbox/') && url.pathname !== '/_sandbox/console.css') {
      const { status, body: answered } = await answerControl(sandbox, req.method ?? 'GET', url, body);
      return sendJson(res, status, answered);
    }
    if (await serveOAuth(sandbox, sandbox.grants, req, res, url.pathname, body)) return;
    const page = await answerPages(sandbox, req, url, body);
    if (page) {
      res.writeHead(page.status, page.headers);
      res.end(req.method === 'HEAD' ? undefined : page.body);
      return;
    }
    sendJson(res, 404, refusalReply(new Refusal(404, { message: `Unrecognized request URL (${String(req.method)}: ${url.pathname}).` })).body);
  } catch (error) {
    if (req.destroyed && !req.complete) return; // the client hung up while it was still speaking
    if (!(error instanceof Refusal)) console.error('sandbox: a request broke', error);
    const reply = refusalReply(error instanceof Refusal ? error : new Refusal(500, { type: 'api_error', message: 'The sandbox broke; see its output.' }));
    if (!res.headersSent) sendJson(res, reply.status, reply.body);
  }
}

/** A page of another site, or a name that was pointed at this machine, must not order anything here. */
function isLocal(req: IncomingMessage): boolean {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(req.headers.host ?? '')) return false;
  return req.method === 'GET' || req.headers['sec-fetch-site'] !== 'cross-site';
}

/** Null when it is too large. */
async function bodyOf(req: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    const piece = chunk as Buffer; // no encoding was set
    size += piece.length;
    if (size <= MAX_BODY) chunks.push(piece);
  }
  return size > MAX_BODY ? null : Buffer.concat(chunks).toString('utf8');
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  res.end(JSON.stringify(body, null, 2));
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
