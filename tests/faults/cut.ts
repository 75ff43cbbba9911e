// A wire between the app and the sandbox that is cut after the effect: the request goes through, its answer never comes back.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Cuts the first `times` answers to this path and passes everything else on; `fired` counts the cuts. */
export async function cutWire(target: string, path: string, times: number): Promise<{ url: string; fired: () => number; close: () => Promise<void> }> {
  let fired = 0;
  const server = createServer((asked, answer) => {
    const onward = request(new URL(asked.url ?? '/', target), { method: asked.method, headers: asked.headers }, (reply) => {
      if (asked.url === path && fired < times) {
        fired += 1;
        reply.resume().once('end', () => asked.socket.destroy());
        return;
      }
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.once('error', () => asked.socket.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fired: () => fired,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
