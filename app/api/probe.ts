import { db } from '#lib/db.ts';

const LONGEST_MS = 2_000;

/** Seconds since each kind of process last beat; null when the database does not answer in time. */
export async function probe(): Promise<ReadonlyMap<string, number> | null> {
  const timeout = Promise.withResolvers<null>();
  const timer = setTimeout(() => timeout.resolve(null), LONGEST_MS);
  const beats = db
    .statement<{ process: string; age: number }>(
      'SELECT process, extract(epoch FROM clock_timestamp() - max(at))::float AS age FROM heartbeat GROUP BY process',
    )
    .then((rows) => new Map(rows.map(({ process, age }) => [process, Math.max(0, Math.round(age))])))
    .catch(() => null);
  try {
    return await Promise.race([beats, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
