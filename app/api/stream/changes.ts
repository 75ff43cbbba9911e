// The one connection of this web process that hears what changed, and hands it to the streams that are open.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { env } from '#lib/env.ts';
import { log } from '#lib/log.ts';
import { CHANGED, type Change } from '#lib/publish.ts';
import { ending } from '../ending.ts';

/** `lost`: changes may have been missed from now on. The subscription is over; whoever shows something must read again. */
export type Subscriber = { readonly changed: (change: Change) => void; readonly lost: () => void };

const CONNECT_MS = 5_000;
const ECHO_MS = 5_000;
const ECHO_EVERY_MS = 20_000;

// Next may load a module once per route; the connection is the process's.
const shared = ((globalThis as { counterpartChanges?: Shared }).counterpartChanges ??= { subscribers: new Set(), listening: null });
type Shared = { subscribers: Set<Subscriber>; listening: Promise<void> | null };

/** Rejects while the database cannot be listened to. Returns what ends the subscription. */
export async function subscribe(subscriber: Subscriber): Promise<() => void> {
  shared.subscribers.add(subscriber);
  try {
    await (shared.listening ??= listen());
  } catch (error) {
    shared.subscribers.delete(subscriber);
    throw error;
  }
  return () => void shared.subscribers.delete(subscriber);
}

async function listen(): Promise<void> {
  const client = new pg.Client({
    connectionString: env().DATABASE_DIRECT_URL ?? env().DATABASE_URL,
    application_name: 'counterpart-stream',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  });
  const echo = echoOn(client);
  let over = false;
  const onEnding = () => lose();
  const lose = (cause?: unknown) => {
    if (over) return;
    over = true;
    ending.removeEventListener('abort', onEnding);
    echo.stop();
    shared.listening = null;
    client.end().catch(() => {});
    const left = [...shared.subscribers];
    shared.subscribers.clear();
    if (!ending.aborted) log.warn({ err: cause, streams: left.length }, 'changes can no longer be heard; open streams end');
    for (const subscriber of left) subscriber.lost();
  };
  client.on('error', lose);
  client.on('end', () => lose());
  client.on('notification', ({ channel, payload }) => {
    if (channel === CHANGED) tell(payload);
  });
  ending.addEventListener('abort', onEnding);
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANGED}`);
    await echo.start(lose);
  } catch (error) {
    lose(error);
    throw error;
  }
}

/** Behind a pooler that swaps connections, LISTEN succeeds and hears nothing; a dead line is silent too. Only an echo tells. */
function echoOn(client: pg.Client): { start: (lose: (error: Error) => void) => Promise<void>; stop: () => void } {
  const name = `counterpart_echo_${randomBytes(8).toString('hex')}`;
  let timer: ReturnType<typeof setInterval> | undefined;
  let heard: () => void = () => {};
  client.on('notification', ({ channel }) => {
    if (channel === name) heard();
  });
  const call = () =>
    new Promise<void>((resolve, reject) => {
      const silence = setTimeout(() => reject(new Error('The database does not pass notifications on. Set DATABASE_DIRECT_URL past the pooler.')), ECHO_MS);
      heard = () => {
        clearTimeout(silence);
        resolve();
      };
      client.query('SELECT pg_notify($1, $2)', [name, '']).catch((error: Error) => {
        clearTimeout(silence);
        reject(error);
      });
    });
  return {
    start: async (lose) => {
      await client.query(`LISTEN ${name}`);
      await call();
      timer = setInterval(() => void call().catch(lose), ECHO_EVERY_MS);
    },
    stop: () => clearInterval(timer),
  };
}

function tell(payload: string | undefined): void {
  const change = changeIn(payload);
  if (change) for (const subscriber of shared.subscribers) subscriber.changed(change);
}

/** Whoever may write to the database may notify: what is not a Change is passed over. */
function changeIn(payload: string | undefined): Change | null {
  try {
    const { w, a, l, ids } = JSON.parse(payload ?? '') as Partial<Change>;
    if (typeof w !== 'string' || typeof a !== 'string' || typeof l !== 'boolean' || !Array.isArray(ids)) return null;
    return { w, a, l, ids: ids.filter((id) => typeof id === 'string') };
  } catch {
    return null;
  }
}
