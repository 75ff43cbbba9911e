// Keeps events (I1). Those that arrive while others are being written are written together: one statement and one wait for the disk for all of them.
import { inboxDatabase } from '../db.ts';
import { isDatabaseAway } from '../errors.ts';
import { INBOX, WORK } from '../publish.ts';
import type { Envelope } from './envelope.ts';

type Waiting = { readonly event: Envelope; readonly text: string; readonly kept: () => void; readonly failed: (error: unknown) => void };

/** Statements under way at once in this process, below the size of its pool; an event that finds one free goes alone and at once. */
const AT_ONCE = 2;
/** Events and bytes in one statement. */
const TOGETHER = 32;
const MOST_BYTES = 2_000_000;

const waiting: Waiting[] = [];
let writing = 0;

/** Resolves once this event's own row is durable, and rejects when it is not: no other event decides that. */
export function keep(event: Envelope, text: string): Promise<void> {
  return new Promise((kept, failed) => {
    waiting.push({ event, text, kept, failed });
    next();
  });
}

function next(): void {
  if (writing >= AT_ONCE || waiting.length === 0) return;
  writing += 1;
  void write(waiting.splice(0, fitting()))
    .then(hint)
    .finally(() => {
      writing -= 1;
      next();
    });
}

function fitting(): number {
  let bytes = 0;
  const over = waiting.findIndex(({ text }, index) => index >= TOGETHER || (bytes += text.length) > MOST_BYTES);
  return over < 0 ? waiting.length : Math.max(1, over);
}

/** Never throws. Where a statement for several fails, each is written by itself, so that a row that cannot be kept fails alone. */
async function write(events: readonly Waiting[]): Promise<void> {
  try {
    await insert(events);
    for (const one of events) one.kept();
  } catch (error) {
    if (events.length === 1 || isDatabaseAway(error)) for (const one of events) one.failed(error);
    else for (const one of events) await write([one]);
  }
}

/** A second delivery counts itself and touches nothing else, `state` least of all. In the order of their keys, so that two statements never wait for each other. */
async function insert(events: readonly Waiting[]): Promise<void> {
  const copies = [...Map.groupBy(events, ({ event }) => JSON.stringify([event.livemode, event.account, event.id, event.created]))].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const rows = copies.map(
    (_, row) =>
      `(${Array.from({ length: COLUMNS }, (_none, column) => (column === 3 ? `to_timestamp($${row * COLUMNS + 4})` : `$${row * COLUMNS + column + 1}`)).join(', ')}, 'hook', clock_timestamp())`,
  );
  await inboxDatabase().statement(
    `INSERT INTO inbox (livemode, account, event_id, created, type, object_type, object_id, api_version, body, deliveries, source, last_delivered_at) VALUES ${rows.join(', ')}
     ON CONFLICT (livemode, account, event_id, created) DO UPDATE SET deliveries = inbox.deliveries + excluded.deliveries, last_delivered_at = clock_timestamp()`,
    copies.flatMap(([, same]) => {
      const { event, text } = same[0]!;
      return [event.livemode, event.account, event.id, event.created, event.type, event.objectType, event.objectId, event.apiVersion, text, same.length];
    }),
  );
}

const COLUMNS = 10;

let hinting: NodeJS.Timeout | undefined;

/**
 * Wakes workers, once for all events of a moment: every transaction that notifies waits for every other one's commit,
 * so a notice inside the insert would put all deliveries in one line. Lost hints cost at most a worker's poll of one second.
 */
function hint(): void {
  hinting ??= setTimeout(() => {
    hinting = undefined;
    inboxDatabase()
      .statement('SELECT pg_notify($1, $2)', [WORK, INBOX])
      .catch(() => {});
  }, 5).unref();
}
