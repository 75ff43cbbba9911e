// Delivers events: at least once, retried with backoff, up to sixteen at a time, and unreliably where that was ordered.
import type { Core } from '../core/core.ts';
import { belief, type StripeObject } from '../core/define.ts';
import { type Emitted, placeNumber } from '../core/place.ts';
import type { Row } from '../core/store.ts';
import { eventOf } from '../objects/event.ts';
import { type Random, randomOf } from '../world/random.ts';
import { inOldShape } from './old-shape.ts';
import { post } from './post.ts';
import { signatureOf } from './sign.ts';

const AT_ONCE = 16;
const MAX_TRIES = 30;
const LONGEST_WAIT_MS = 3_600_000;
const LOG_KEPT = 100_000;

const TESTS = ['sandbox/delivery/delivery.test.ts'];
belief('A delivery is tried again with doubling waits, up to one hour apart, and given up after 30 tries.', TESTS);
belief('Deliveries wait 20 seconds for an answer; redirects count as failures.', TESTS);

export type Conditions = {
  hold: boolean;
  duplicate: number;
  shuffle_ms: number;
  drop: number;
  /** How far an event's `created` may lie from the moment it tells of, either way. */
  jitter_ms: number;
  seed: number;
  retry_ms: number;
  shape: string | null;
};
export type Delivery = ReturnType<typeof startDelivery>;
type Endpoint = { id: string; url: string; secret: string; connect: boolean; enabled: readonly string[] };

const CALM: Conditions = { hold: false, duplicate: 0, shuffle_ms: 0, drop: 0, jitter_ms: 0, seed: 1, retry_ms: 2000, shape: null };

const NOTHING = { sent: 0, delivered: 0, duplicated: 0, dropped: 0, shuffled: 0, jittered: 0, failed: 0 };

export function startDelivery(core: Core) {
  const { store } = core;
  let conditions = { ...CALM };
  let random: Random = randomOf(conditions.seed);
  let counters = { ...NOTHING };
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const flying = new Set<number>();

  const wake = (ms = 0): void => {
    if (stopped) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(pump, ms);
  };

  /** Inside the event's transaction: whom it goes to, and what chance does to it on the way. */
  const enqueue = (event: Emitted): void => {
    if (core.building.has(event.place)) return;
    const endpoints = listeners(core, event);
    if (!endpoints.length) return;
    if (conditions.jitter_ms) jitter(event);
    let pending = 0;
    for (const endpoint of endpoints) {
      if (conditions.drop && random.chance(conditions.drop)) {
        counters.dropped++;
        store.run("INSERT INTO delivery (event, endpoint, next_at, state) VALUES (?, ?, 0, 'dropped')", event.seq, endpoint.id);
        continue;
      }
      pending++;
      put(event.seq, endpoint.id, 1);
      if (conditions.duplicate && random.chance(conditions.duplicate)) {
        counters.duplicated++;
        put(event.seq, endpoint.id, 0);
      }
    }
    store.run('UPDATE event SET pending = ?, targets = ? WHERE seq = ?', pending, endpoints.length, event.seq);
    wake();
  };

  /** The stamp is the event's own: its deliveries and the list of events show the same. */
  const jitter = (event: Emitted): void => {
    const now = Date.now() / 1000 + core.clock.offset();
    store.run('UPDATE event SET created = ? WHERE seq = ?', Math.floor(now + ((random.next() * 2 - 1) * conditions.jitter_ms) / 1000), event.seq);
    counters.jittered++;
  };

  const put = (event: number, endpoint: string, counted: 0 | 1): void => {
    const late = conditions.shuffle_ms ? Math.floor(random.next() * conditions.shuffle_ms) : 0;
    if (late) counters.shuffled++;
    store.run('INSERT INTO delivery (event, endpoint, next_at, counted) VALUES (?, ?, ?, ?)', event, endpoint, Date.now() + late, counted);
  };

  const pump = (): void => {
    if (stopped || conditions.hold) return;
    const now = Date.now();
    const free = AT_ONCE - flying.size;
    if (free > 0) {
      const sql = "SELECT id, next_at FROM delivery WHERE state = 'waiting' ORDER BY next_at, id LIMIT ?";
      const rows = store.rows(sql, AT_ONCE + flying.size).filter((row) => !flying.has(Number(row.id)));
      for (const row of rows.filter((row) => Number(row.next_at) <= now).slice(0, free)) void fly(Number(row.id));
      const later = rows.find((row) => Number(row.next_at) > now);
      if (later) wake(Math.min(1000, Math.max(5, Number(later.next_at) - now)));
    }
  };

  const fly = async (id: number): Promise<void> => {
    flying.add(id);
    try {
      const sql =
        'SELECT delivery.endpoint, delivery.attempt, delivery.counted, event.*, place.account, place.livemode FROM delivery JOIN event ON event.seq = delivery.event JOIN place ON place.n = event.place WHERE delivery.id = ?';
      const row = store.get(sql, id);
      const endpoint = row ? endpointById(core, String(row.endpoint), row) : null;
      if (!row || !endpoint) store.run("UPDATE delivery SET state = 'gone' WHERE id = ?", id);
      else await send(id, row, endpoint);
    } finally {
      flying.delete(id);
      wake();
    }
  };

  const send = async (id: number, row: Row, endpoint: Endpoint): Promise<void> => {
    const event = bodyOf(row, endpoint, conditions.shape);
    const body = JSON.stringify(event, null, 2);
    counters.sent++;
    const { status, error } = await post(endpoint.url, body, {
      'Content-Type': 'application/json; charset=utf-8',
      'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'Stripe-Signature': signatureOf(endpoint.secret, body, Math.floor(Date.now() / 1000)),
    });
    if (stopped) return;
    const attempt = Number(row.attempt) + 1;
    const done = status !== null && status >= 200 && status < 300;
    if (done) counters.delivered++;
    else counters.failed++;
    store.atomic(() => {
      const sentSql = 'INSERT INTO sent (event, endpoint, at, status, error, attempt) VALUES (?, ?, ?, ?, ?, ?)';
      store.run(sentSql, String(row.id), endpoint.url, core.clock.now(), status, error, attempt);
      if (!done && attempt < MAX_TRIES) {
        const wait = Math.min(LONGEST_WAIT_MS, conditions.retry_ms * 2 ** (attempt - 1));
        store.run('UPDATE delivery SET attempt = ?, next_at = ? WHERE id = ?', attempt, Date.now() + wait, id);
        return;
      }
      store.run('UPDATE delivery SET attempt = ?, state = ? WHERE id = ?', attempt, done ? 'done' : 'failed', id);
      if (row.counted) store.run('UPDATE event SET pending = max(0, pending - 1), failed = failed + ? WHERE seq = ?', done ? 0 : 1, Number(row.seq));
    });
  };

  core.listeners.push(enqueue);
  store.run("DELETE FROM delivery WHERE state <> 'waiting'");
  store.run('DELETE FROM sent WHERE id <= (SELECT max(id) FROM sent) - ?', LOG_KEPT);
  wake(50);

  return {
    /** Sends an event once more to every endpoint that listens, or to the one named. */
    resend(seq: number, endpoint: string | null): void {
      const row = store.get('SELECT event.*, account, livemode FROM event JOIN place ON place.n = event.place WHERE seq = ?', seq);
      if (!row) return;
      const event = { place: Number(row.place), account: String(row.account), livemode: row.livemode === 1, seq, id: String(row.id), type: String(row.type) };
      for (const one of listeners(core, event)) {
        if (endpoint && one.id !== endpoint) continue;
        put(seq, one.id, 1);
        store.run('UPDATE event SET pending = pending + 1 WHERE seq = ?', seq);
      }
      wake();
    },
    set(changes: Partial<Conditions>): Conditions {
      conditions = { ...conditions, ...changes };
      if (changes.seed !== undefined) random = randomOf(changes.seed);
      wake();
      return conditions;
    },
    /** Reliable again; what waits goes out at once. */
    calm(): void {
      conditions = { ...CALM };
      counters = { ...NOTHING };
      store.run("UPDATE delivery SET next_at = ? WHERE state = 'waiting'", Date.now());
      wake();
    },
    state: () => ({
      ...counters,
      conditions,
      counters: { ...counters },
      waiting: Number(store.get("SELECT count(*) AS n FROM delivery WHERE state = 'waiting'")?.n),
      in_flight: flying.size,
      /** Jobs that will tell of something within ten seconds: whoever waits for silence waits for these too. */
      due_soon: Number(store.get('SELECT count(*) AS n FROM due WHERE at <= ?', core.clock.now() + 10)?.n),
    }),
    /** What became of an event, newest try first; those still waiting come with no status. */
    log(event: string): { endpoint: string; at: number; status: number | null; error: string | null; attempt: number }[] {
      return store.rows('SELECT endpoint, at, status, error, attempt FROM sent WHERE event = ? ORDER BY id DESC LIMIT 100', event).map((row) => ({
        endpoint: String(row.endpoint),
        at: Number(row.at),
        status: row.status === null ? null : Number(row.status),
        error: row.error === null ? null : String(row.error),
        attempt: Number(row.attempt),
      }));
    },
    stop(): void {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}

function bodyOf(row: Row, endpoint: Endpoint, shape: string | null): StripeObject {
  const account = endpoint.connect ? { account: String(row.account) } : {};
  const event = eventOf({ ...row, pending: row.targets ?? 0 }, row.livemode === 1, account);
  return shape ? inOldShape(event, shape) : event;
}

/** A live Connect endpoint hears live and test events of connected accounts; a test one, test events. */
function listeners(core: Core, { place, account, livemode, type }: Emitted): Endpoint[] {
  const own = endpointsIn(core, place).filter((one) => !one.connect);
  const found = isConnected(core, account, livemode) ? [...own, ...connectEndpoints(core, livemode)] : own;
  return found.filter(({ enabled }) => enabled.includes('*') || enabled.includes(type));
}

function connectEndpoints(core: Core, livemode: boolean): Endpoint[] {
  const modes = livemode ? [true] : [true, false];
  return modes.flatMap((mode) => endpointsIn(core, placeNumber(core.store, core.config.platform, mode)).filter((one) => one.connect));
}

function isConnected(core: Core, account: string, livemode: boolean): boolean {
  return (
    account !== core.config.platform &&
    core.store.get('SELECT 1 FROM access WHERE account = ? AND livemode = ? LIMIT 1', account, Number(livemode)) !== undefined
  );
}

function endpointsIn(core: Core, place: number): Endpoint[] {
  const sql = "SELECT data FROM object WHERE place = ? AND type = 'webhook_endpoint' AND deleted = 0";
  return core.store
    .rows(sql, place)
    .map((row) => JSON.parse(String(row.data)) as StripeObject) // written by webhook-endpoint.ts
    .filter((one) => one.status === 'enabled')
    .map(endpointOf);
}

function endpointById(core: Core, id: string, row: Row): Endpoint | null {
  const places = [Number(row.place), ...[true, false].map((mode) => placeNumber(core.store, core.config.platform, mode))];
  for (const place of places) {
    const found = endpointsIn(core, place).find((one) => one.id === id);
    if (found) return found;
  }
  return null;
}

function endpointOf(object: StripeObject): Endpoint {
  return {
    id: object.id,
    url: String(object.url),
    secret: String(object.signing_secret),
    connect: object.connect === true,
    enabled: object.enabled_events as string[], // written by webhook-endpoint.ts
  };
}
