// One open page's stream: ids of its workspace, mode and account, until its session, role or request ends.
import { findStanding } from '#lib/access/standing.ts';
import { AppError } from '#lib/errors.ts';
import { log } from '#lib/log.ts';
import type { Merchant } from '#lib/merchant.ts';
import type { Change } from '#lib/publish.ts';
import { ending } from '../ending.ts';
import { apiHeaders } from '../headers.ts';
import { subscribe } from './changes.ts';
import { gather } from './gather.ts';

/** Below the 5 s within which an ended session must fall silent (I11), with time to ask the database. */
const RECHECK_MS = 3_000;
const ANSWER_MS = 1_500;
const HEARTBEAT_MS = 15_000;
/** Browsers share one stream; without Web Locks each tab has its own. */
const MOST_PER_SESSION = 8;
/** A reader so far behind is not reading: it may start again and read the page anew. */
const MOST_UNREAD = 200;

type Stream = { readonly merchant: Merchant; account: string | null; readonly end: () => void };

// Next may load a module once per route; streams are counted per process.
const shared = ((globalThis as { counterpartStreams?: Shared }).counterpartStreams ??= { streams: new Set(), timer: undefined });
type Shared = { streams: Set<Stream>; timer: ReturnType<typeof setInterval> | undefined };

/** Throws rate_limited or database_away before anything is sent. */
export async function openStream(merchant: Merchant, request: Request): Promise<Response> {
  if (ofSession(merchant).length >= MOST_PER_SESSION) throw new AppError('rate_limited', 'Too many streams are open in this session.');
  const lines = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let over = false;
  const write = (text: string) => {
    if (over) return;
    if ((controller?.desiredSize ?? 0) < -MOST_UNREAD) return end();
    controller?.enqueue(lines.encode(text));
  };
  const batches = gather((ids) => write(`data: ${JSON.stringify({ ids })}\n\n`));
  const heartbeat = setInterval(() => write(':\n\n'), HEARTBEAT_MS);
  let unsubscribe = () => {};
  const end = () => {
    if (over) return;
    over = true;
    unsubscribe();
    batches.stop();
    clearInterval(heartbeat);
    request.signal.removeEventListener('abort', end);
    leave(stream);
    try {
      controller?.close();
    } catch {
      // The reader is gone already.
    }
  };
  const stream: Stream = { merchant, account: merchant.ledger?.account ?? null, end };
  const body = new ReadableStream<Uint8Array>({ start: (own) => void (controller = own), cancel: end });
  request.signal.addEventListener('abort', end);
  enter(stream);
  try {
    unsubscribe = await subscribe({ changed: (change) => isOurs(stream, change) && batches.add(change.ids), lost: end });
  } catch (error) {
    end();
    throw new AppError('database_away', 'Changes cannot be heard at the moment.', { cause: error });
  }
  // The head goes out with the first line, so that the page knows at once that it is heard. Browsers come back after a lost stream, not all in one moment.
  write(`retry: ${2_000 + Math.floor(Math.random() * 3_000)}\n\n`);
  return new Response(body, {
    headers: apiHeaders({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'private, no-store, no-transform', 'X-Accel-Buffering': 'no' }),
  });
}

function isOurs({ merchant, account }: Stream, change: Change): boolean {
  return change.w === merchant.workspace.id && change.l === merchant.livemode && change.a === account;
}

function ofSession({ actor }: Merchant): Stream[] {
  return [...shared.streams].filter(({ merchant }) => merchant.actor.kind === 'person' && actor.kind === 'person' && merchant.actor.session === actor.session);
}

function enter(stream: Stream): void {
  shared.streams.add(stream);
  shared.timer ??= setInterval(() => void recheck(), RECHECK_MS);
}

function leave(stream: Stream): void {
  shared.streams.delete(stream);
  if (shared.streams.size > 0) return;
  clearInterval(shared.timer);
  shared.timer = undefined;
}

/** Those whose session, person or role is not what it was are cut off; a database that does not answer cuts off all, for nobody could be asked. */
async function recheck(): Promise<void> {
  const streams = [...shared.streams];
  try {
    const standing = await Promise.race([findStanding(streams.map(({ merchant }) => merchant)), silence()]);
    streams.forEach((stream, place) => {
      const now = standing[place];
      if (!now) stream.end();
      else stream.account = now.account ?? stream.merchant.ledger?.account ?? null;
    });
  } catch (error) {
    if (!ending.aborted) log.warn({ err: error, streams: streams.length }, 'sessions cannot be read again; open streams end');
    for (const stream of streams) stream.end();
  }
}

function silence(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error('The database did not answer in time.')), ANSWER_MS).unref());
}
