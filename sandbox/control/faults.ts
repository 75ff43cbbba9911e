// Faults a test or a person orders; each fires on the next matching calls and is counted when it did. Weather makes all reads of a while worse by chance.
import { type Random, randomOf } from '../world/random.ts';

export const FAULTS = {
  error_500: ['Error 500', 'The call fails before anything happened; the key stays free.'],
  stored_500: ['Stored 500', 'The call fails, and the failure is kept under its idempotency key: a repeat gets the same 500.'],
  hang: ['Hang', 'The call takes effect, but its answer comes only after 80 seconds; meanwhile its key is in use.'],
  reset_before: ['Reset before', 'The connection is cut before anything happened.'],
  reset_after: ['Reset after', 'The call takes effect, then the connection is cut without an answer.'],
  rate_limit_429: ['Rate limit 429', 'Refused as too many requests.'],
  lock_timeout_429: ['Lock timeout 429', 'Refused because the object is locked; asks to be tried again.'],
  in_use_409: ['In use 409', 'Refused because another request with the same key still runs.'],
  slow: ['Slow', 'The call waits 2 seconds before it takes effect; meanwhile its key is in use.'],
} as const;

export type FaultKind = keyof typeof FAULTS;
export type Order = { kind: FaultKind; times: number; match?: string; ms?: number; effect?: boolean };
export type Fault = { kind: FaultKind; ms: number | null; effect: boolean };
/** Chance for every read of an account (or of all) while it lasts. Shares are from 0 to 1. */
export type Weather = { seed: number; p50Ms: number; error500: number; rateLimit429: number; account: string | null };
export type Faults = ReturnType<typeof newFaults>;

export function newFaults() {
  let orders: (Order & { left: number })[] = [];
  const ordered = new Map<FaultKind, number>();
  const fired = new Map<FaultKind, number>();
  let weather: (Weather & { random: Random }) | null = null;
  return {
    storm(next: Weather | null): void {
      weather = next && { ...next, random: randomOf(next.seed) };
    },
    /** What the weather does to this call, if it is a read. */
    endure(method: string, account: string): Fault | null {
      if (!weather || method !== 'GET' || (weather.account && weather.account !== account)) return null;
      const { random, p50Ms, error500, rateLimit429 } = weather;
      const drawn = random.next();
      const kind = drawn < error500 ? 'error_500' : drawn < error500 + rateLimit429 ? 'rate_limit_429' : 'slow';
      fired.set(kind, (fired.get(kind) ?? 0) + 1);
      return { kind, ms: kind === 'slow' ? Math.round(-Math.log2(1 - random.next()) * p50Ms) : null, effect: false };
    },
    order(order: Order): void {
      orders.push({ ...order, left: order.times });
      ordered.set(order.kind, (ordered.get(order.kind) ?? 0) + order.times);
    },
    /** The fault this call gets, taken off the order. `named`: only one whose order names a path. */
    take(method: string, path: string, { named = false } = {}): Fault | null {
      const one = orders.find((order) => order.left > 0 && (order.match || !named) && fits(order.match, method, path));
      if (!one) return null;
      one.left--;
      fired.set(one.kind, (fired.get(one.kind) ?? 0) + 1);
      return { kind: one.kind, ms: one.ms ?? null, effect: one.effect ?? false };
    },
    /** Withdraws what has not fired, and with `counters` forgets what has. */
    clear(counters = true): void {
      orders = [];
      weather = null;
      if (!counters) return;
      ordered.clear();
      fired.clear();
    },
    list: () =>
      kinds.map((kind) => ({
        kind,
        label: FAULTS[kind][0],
        hint: FAULTS[kind][1],
        ordered: ordered.get(kind) ?? 0,
        waiting: orders.reduce((sum, order) => sum + (order.kind === kind ? order.left : 0), 0),
        fired: fired.get(kind) ?? 0,
      })),
  };
}

const kinds = Object.keys(FAULTS) as FaultKind[]; // the keys of the constant above

export const isFaultKind = (kind: unknown): kind is FaultKind => typeof kind === 'string' && Object.hasOwn(FAULTS, kind);

/** 'POST /v1/refunds', '/v1/refunds', 'GET /v1/charges/*'; a star stands for one or more characters; without one, the path must be the same. */
function fits(match: string | undefined, method: string, path: string): boolean {
  if (!match) return true;
  const [first = '', second] = match.trim().split(/\s+/);
  if (second !== undefined && first !== '*' && first.toUpperCase() !== method) return false;
  const pattern = (second ?? first).replace(/\{[^}]*\}/g, '*');
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.+')}$`).test(path);
}
