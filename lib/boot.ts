// What every process does first: check its environment and its database, or say why not and end.
import { checkDatabase } from './boot-check.ts';
import { database, inboxDatabase, type DatabaseRole } from './db.ts';
import { env } from './env.ts';
import { isDatabaseAway } from './errors.ts';
import { log } from './log.ts';

export async function assertReady(role: Exclude<DatabaseRole, 'owner'>): Promise<void> {
  try {
    env();
    await checkDatabase(role === 'ingest' ? inboxDatabase() : database(), role);
    if (role === 'app') await checkDatabase(inboxDatabase(), 'ingest');
  } catch (error) {
    // A database that is away is no reason to die: the process answers 503 until it is back.
    if (isDatabaseAway(error)) return log.warn({ err: error }, 'the database is away at start; requests answer 503 until it is back');
    for (const line of error instanceof Error ? error.message.split('\n') : [String(error)]) process.stderr.write(`${line}\n`);
    process.exit(1);
  }
}
