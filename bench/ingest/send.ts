// Sends prepared webhooks over plain sockets kept open: so cheap a sender takes little of the machine it measures. Closed loop, or open at a constant rate.
import { connect, type Socket } from 'node:net';
import type { Signed } from './load.ts';

export type Sent = { readonly accepted: number; readonly refused: readonly string[]; readonly milliseconds: readonly number[]; readonly seconds: number };

/** As many requests in flight as there are connections; each next one at once. */
export async function closedLoop(url: string, events: readonly Signed[], connections: number): Promise<Sent> {
  const requests = events.map((event) => requestOf(url, event));
  const milliseconds: number[] = [];
  const refused: string[] = [];
  const queue = requests.values();
  const lines = await Promise.all(Array.from({ length: connections }, () => Line.open(url)));
  const begun = performance.now();
  await Promise.all(
    lines.map(async (line) => {
      for (const request of queue) {
        const from = performance.now();
        const status = await line.ask(request);
        milliseconds.push(performance.now() - from);
        if (status !== 200) refused.push(String(status));
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  for (const line of lines) line.close();
  return { accepted: milliseconds.length - refused.length, refused, milliseconds, seconds };
}

/** Each event has its moment, whatever became of those before; its wait is counted from that moment, so that a stall is not omitted. */
export async function openLoop(url: string, events: readonly Signed[], rate: number): Promise<Sent> {
  const requests = events.map((event) => requestOf(url, event));
  const milliseconds: number[] = [];
  const refused: string[] = [];
  const idle: Line[] = await Promise.all(Array.from({ length: 32 }, () => Line.open(url)));
  const all = [...idle];
  const answered: Promise<void>[] = [];
  const begun = performance.now() + 20;
  for (let index = 0; index < requests.length; ) {
    const now = performance.now();
    for (; index < requests.length && begun + (index * 1000) / rate <= now; index += 1) answered.push(one(requests[index]!, begun + (index * 1000) / rate));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(answered);
  const seconds = (performance.now() - begun) / 1000;
  for (const line of all) line.close();
  return { accepted: milliseconds.length - refused.length, refused, milliseconds, seconds };

  async function one(request: Buffer, due: number): Promise<void> {
    let line = idle.pop();
    if (!line) {
      line = await Line.open(url);
      all.push(line);
    }
    const status = await line.ask(request);
    milliseconds.push(performance.now() - due);
    if (status !== 200) refused.push(String(status));
    idle.push(line);
  }
}

export function quantile(milliseconds: readonly number[], share: number): number {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function requestOf(url: string, { text, signature }: Signed): Buffer {
  const { host, pathname } = new URL(url);
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json; charset=utf-8\r\nuser-agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\nstripe-signature: ${signature}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(text)]);
}

/** How long an answer may take before the run is given up. */
const PATIENCE_MS = 30_000;

class Line {
  private readonly socket: Socket;
  private heard = '';
  private waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(PATIENCE_MS, () => this.fail(new Error(`No answer within ${PATIENCE_MS / 1000} s.`)));
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.hear(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('The connection was closed.')));
  }

  static open(url: string): Promise<Line> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.once('connect', () => resolve(new Line(socket)));
      socket.once('error', reject);
    });
  }

  ask(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private hear(chunk: string): void {
    this.heard += chunk;
    const end = this.heard.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.heard.slice(0, end).toLowerCase();
    const length = /content-length: (\d+)/.exec(head)?.[1];
    const whole = length === undefined ? this.heard.endsWith('0\r\n\r\n') && this.heard.length > end + 4 : this.heard.length >= end + 4 + Number(length);
    if (!whole) return;
    this.heard = '';
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve(Number(head.split(' ')[1]));
  }

  private fail(error: Error): void {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.reject(error);
    this.socket.destroy();
  }
}
