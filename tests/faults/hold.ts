// A wire between the app and the sandbox on which the calls of some accounts are taken and never answered, as with an account that hangs at Stripe.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `held` counts the writes that got no answer. On `release`, and at `close`, they are cut. */
export async function holdWire(target: string, accounts: ReadonlySet<string>) {
  const held = new Map<string, number>();
  let holds = true;
  const server = createServer((asked, answer) => {
    const account = String(asked.headers['stripe-account'] ?? '');
    if (holds && accounts.has(account)) {
      if (asked.method === 'POST') held.set(account, (held.get(account) ?? 0) + 1);
      asked.resume();
      return;
    }
    const onward = request(new URL(asked.url ?? '/', target), { method: asked.method, headers: asked.headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.once('error', () => asked.socket.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held,
    release: () => {
      holds = false;
      server.closeAllConnections();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
