// The peer's door: a bare node:http server around its processWebhook, as its own CLI wires it up. Started by bench/ingest/peer.ts with the package's address.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Engine = { webhook: { processWebhook: (payload: Buffer, signature: string) => Promise<void> }; postgresClient: { close: () => Promise<void> } };
type Package = { StripeSync: { create: (config: Record<string, unknown>) => Promise<Engine> } };

const { StripeSync } = (await import(process.env['PEER_PACKAGE']!)) as Package; // a package of no dependency of ours: its form is written above as its README has it
const silent = { info() {}, warn() {}, error() {} };
const engine = await StripeSync.create({
  stripeSecretKey: 'sk_test_benchmark',
  stripeWebhookSecret: process.env['PEER_SECRET'],
  stripeApiVersion: process.env['PEER_API_VERSION'],
  stripeAccountId: 'acct_platform',
  backfillRelatedEntities: false,
  logger: silent,
  poolConfig: { connectionString: process.env['PEER_DATABASE'], max: 10, keepAlive: true },
});
console.warn = () => {};
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    engine.webhook.processWebhook(Buffer.concat(chunks), String(request.headers['stripe-signature'])).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"received":true}'),
      (error: unknown) => response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: String(error) })),
    );
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)); // a TCP port has such an address
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
  void engine.postgresClient.close().then(() => process.exit(0));
});
