// A row that says: this process is alive. Written every few seconds; a worker that beats is part of "ready".
import { randomUUID } from 'node:crypto';
import { sleep } from '#lib/clock.ts';
import type { Database } from '#lib/db.ts';
import { log } from '#lib/log.ts';

const EVERY_MS = 5_000;

export async function beat(name: 'worker' | 'ingest', database: Pick<Database, 'statement'>, signal: AbortSignal): Promise<void> {
  const instance = `${process.pid}-${randomUUID().slice(0, 8)}`;
  while (!signal.aborted) {
    await database
      .statement(
        `INSERT INTO heartbeat (process, instance, at) VALUES ($1, $2, clock_timestamp()) ON CONFLICT (process, instance) DO UPDATE SET at = excluded.at`,
        [name, instance],
      )
      .catch((error: unknown) => log.warn({ err: error }, 'no heartbeat could be written'));
    await sleep(EVERY_MS, signal);
  }
}
