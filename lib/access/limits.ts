// How often one may try (INVARIANTS §6), counted in PostgreSQL so that every web process counts together.
import { createHash } from 'node:crypto';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { db } from '../db.ts';

const MINUTE = 60;

/** Points per window of seconds. Whoever goes over waits the window out, and twice as long each time it happens again within a day. */
const limits = {
  'login-ip': { points: 20, duration: 15 * MINUTE },
  'login-account': { points: 10, duration: 15 * MINUTE },
  'sign-up-ip': { points: 10, duration: 60 * MINUTE },
  'sign-up-email': { points: 3, duration: 60 * MINUTE },
  'verify-token': { points: 10, duration: 15 * MINUTE },
  'step-up': { points: 10, duration: 15 * MINUTE },
  workspace: { points: 10, duration: 24 * 60 * MINUTE },
  'api-key': { points: 100, duration: MINUTE },
  'csp-report': { points: 60, duration: MINUTE },
} as const;

export type Limit = keyof typeof limits;

/** Counts one try. Returns the seconds to wait when it is one too many, else null. */
export async function countTry(limit: Limit, of: string): Promise<number | null> {
  const { points, duration } = limits[limit];
  const limiter = limiterOf(limit);
  const key = keyOf(of);
  const used = await consume(limiter, key);
  if (used.consumedPoints <= points) return null;
  if (used.consumedPoints > points + 1 || limit === 'api-key' || limit === 'csp-report') return seconds(used.msBeforeNext);
  // The first one too many: the window begins anew, doubled for each time this happened within a day, four hours at most.
  const strikes = await consume(limiterOf('strikes'), `${limit}:${key}`);
  const wait = Math.min(duration * 2 ** (strikes.consumedPoints - 1), Math.max(duration, 240 * MINUTE));
  await limiter.block(key, wait);
  return wait;
}

/** After a success: the tries before it are forgotten. */
export async function forgetTries(limit: Limit, of: string): Promise<void> {
  await limiterOf(limit).delete(keyOf(of));
}

const made = new Map<string, RateLimiterPostgres>();

function limiterOf(limit: Limit | 'strikes'): RateLimiterPostgres {
  const known = made.get(limit);
  if (known) return known;
  const { points, duration } = limit === 'strikes' ? { points: 1_000, duration: 24 * 60 * MINUTE } : limits[limit];
  const limiter = new RateLimiterPostgres({
    storeClient: client,
    storeType: 'client',
    tableName: 'rate_limit',
    tableCreated: true,
    keyPrefix: limit,
    points,
    duration,
  });
  made.set(limit, limiter);
  return limiter;
}

/** The limiter's statements run through this process's own database door, which brings the role and returns int8 as bigint. */
const client = {
  async query({ text, values }: { text: string; values: unknown[] }) {
    const rows = await db.statement<{ points?: number; expire?: bigint | null }>(text, values);
    return { rowCount: rows.length, rows: rows.map((row) => ({ points: row.points, expire: row.expire ? Number(row.expire) : null })) };
  },
};

async function consume(limiter: RateLimiterPostgres, key: string): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(key);
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  }
}

/** No address or e-mail stands in the table. */
function keyOf(of: string): string {
  return createHash('sha256').update(of).digest('base64url');
}

function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
