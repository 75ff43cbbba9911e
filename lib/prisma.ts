// Prisma for people and workspaces. Tenant tables, work, inbox, operations and audit never go through it (INVARIANTS §7.3).
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#prisma/generated/client.ts';
import { database, type Database } from './db.ts';

const clients = new Map<Database, PrismaClient>();

/** The client beside this process's database, with the same login and a small pool of its own. */
export function prisma(): PrismaClient {
  const main = database();
  const known = clients.get(main);
  if (known) return known;
  const url = main.pool.options.connectionString ?? '';
  const made = new PrismaClient({
    adapter: new PrismaPg({ connectionString: url, max: 3, connectionTimeoutMillis: 5_000, ...roleOf(url) }, { onPoolError: () => {} }),
  });
  clients.set(main, made);
  return made;
}

export async function closePrisma(): Promise<void> {
  const open = [...clients.values()];
  clients.clear();
  await Promise.all(open.map((client) => client.$disconnect()));
}

/** A login that is only a member of the app's role takes it on at start. Behind a pooler that drops start-up options, log in as counterpart_app itself. */
function roleOf(url: string): { options?: string } {
  const login = decodeURIComponent(new URL(url).username);
  return process.env['PROCESS'] === 'owner' || login.startsWith('counterpart_') ? {} : { options: '-c role=counterpart_app' };
}
