// The first answer to an idempotency key is the only one, for a day of sandbox time.
import { createHash } from 'node:crypto';
import type { Core } from '../core/core.ts';
import { belief, type Params, Refusal } from '../core/define.ts';
import { placeNumber } from '../core/place.ts';
import type { Reply } from './perform.ts';

const DAY = 86_400;
const MAX_LENGTH = 255;

const TESTS = ['sandbox/wire/conformance.test.ts'];
belief('Idempotency keys are kept per account and mode, for 24 hours.', TESTS);
belief('A replayed answer carries the header Idempotent-Replayed: true.', TESTS);

export type Kept = Reply & { request: string };
export type KeyUse = { account: string; livemode: boolean; key: string; method: string; path: string; params: Params };

/** Keys whose first request has not been answered yet; a second one is refused meanwhile. */
const running = new Set<string>();

/** The stored answer; null when this request is the first. Refused while the first runs, or with other parameters. */
export function recall(core: Core, use: KeyUse): Kept | null {
  const { account, livemode, key, method, path } = use;
  if (key.length > MAX_LENGTH) throw new Refusal(400, { type: 'idempotency_error', message: `Idempotency keys can be at most ${MAX_LENGTH} characters long.` });
  if (running.has(nameOf(use))) throw inUse();
  const place = placeNumber(core.store, account, livemode);
  const row = core.store.get('SELECT * FROM idempotency WHERE place = ? AND key = ? AND at > ?', place, key, core.clock.now() - DAY);
  if (!row) return null;
  if (row.method !== method || row.path !== path) {
    throw new Refusal(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${String(row.path)}' vs '${path}'). Try using a key other than '${key}' if you meant to execute a different request.`,
    });
  }
  if (row.hash !== hashOf(use.params)) {
    throw new Refusal(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    });
  }
  return { status: Number(row.status), body: JSON.parse(String(row.body)) as Reply['body'], request: String(row.request) }; // written by remember
}

export function remember(core: Core, use: KeyUse, reply: Reply, request: string): void {
  if (!isKept(reply)) return;
  const { store } = core;
  const place = placeNumber(store, use.account, use.livemode);
  const sql = 'INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)';
  store.run(sql, place, use.key, use.method, use.path, hashOf(use.params), reply.status, JSON.stringify(reply.body), request, core.clock.now());
}

/** Until the returned function is called, the key is in use. */
export function hold(use: KeyUse): () => void {
  const name = nameOf(use);
  running.add(name);
  return () => running.delete(name);
}

export function prune(core: Core): void {
  core.store.run('DELETE FROM idempotency WHERE at <= ?', core.clock.now() - DAY);
}

export function inUse(): Refusal {
  return new Refusal(409, {
    code: 'idempotency_key_in_use',
    message:
      'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through). Please try again later.',
  });
}

/** Validation failures and refusals before the work began leave the key free. */
function isKept({ status, body }: Reply): boolean {
  if (status === 401 || status === 403 || status === 409 || status === 429) return false;
  const error = body.error as { code?: string } | undefined; // the envelope made by refusalReply
  return !error?.code?.startsWith('parameter_');
}

const nameOf = ({ account, livemode, key }: KeyUse): string => `${account} ${String(livemode)} ${key}`;

function hashOf(params: Params): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(params)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, sorted(one)]);
}
