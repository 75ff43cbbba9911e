// Refuses to start on a database whose walls do not stand: a login that row-level security does not bind, or a table without it (INVARIANTS §4).
import type { DatabaseRole, Database } from './db.ts';

/** Tables read before a workspace is known: keys, counters and people, no merchant data, no policies. */
export const routingTables = [
  'person',
  'session',
  'verification',
  'workspace',
  'membership',
  'mail',
  'rate_limit',
  'account_route',
  'work',
  'oauth_state',
  'api_key_hash',
  'rate_bucket',
  'heartbeat',
  'deployment',
] as const;

/** Tables of one workspace's data: row-level security, forced. `inbox` stands in both lists: routing by column grants, all else by policy. */
export const tenantTables = [
  'connection',
  'backfill',
  'operation',
  'audit_entry',
  'audit_text',
  'api_key',
  'api_reply',
  'payments',
  'inbox',
  'customers',
  'products',
  'prices',
  'payment_methods',
  'payment_intents',
  'charges',
  'refunds',
  'disputes',
  'balance_transactions',
  'subscriptions',
  'subscription_items',
  'invoices',
  'invoice_line_items',
  'invoice_payments',
  'subscription_schedules',
  'refund_attended',
  'refund_limit',
  'step_up_amount',
] as const;

/** Throws one Error with a line per fault. Reads the catalog through the process's own login, as the role it will work under. */
export async function checkDatabase(database: Database, role: DatabaseRole): Promise<void> {
  const faults = await database.routing(async (tx) => {
    const found: string[] = [];
    const who = await tx.one<{ login: string; super: boolean; bypass: boolean; role: string }>(
      `SELECT session_user::text AS login, current_user::text AS role, bool_or(rolsuper) AS super, bool_or(rolbypassrls) AS bypass FROM pg_roles WHERE rolname IN (session_user, current_user) GROUP BY 1, 2`,
    );
    if (who.super)
      found.push(
        `The database login ${who.login} is a superuser: row-level security would not bind it. Give the ${role} process a login of its own (scripts/roles.sql).`,
      );
    if (who.bypass) found.push(`The database login ${who.login} has BYPASSRLS: row-level security would not bind it.`);
    if (role === 'owner') return found;
    if (who.role !== `counterpart_${role}` && !(await hasRole(tx, `counterpart_${role}`)))
      found.push(`The database login ${who.login} is not a member of counterpart_${role} (scripts/roles.sql).`);
    const tables = await tx.query<{ name: string; enabled: boolean; forced: boolean; owned: boolean }>(
      `SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced, pg_has_role(session_user, c.relowner, 'USAGE') AS owned
         FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY($1)`,
      [tenantTables],
    );
    const missing = tenantTables.filter((name) => !tables.some((table) => table.name === name));
    if (missing.length > 0) found.push(`Tables are missing: ${missing.join(', ')}. Run npm run migrate.`);
    const open = tables.filter((table) => !table.enabled || !table.forced).map((table) => table.name);
    if (open.length > 0) found.push(`Row-level security is not enabled and forced on: ${open.join(', ')}.`);
    const owned = tables.filter((table) => table.owned).map((table) => table.name);
    if (owned.length > 0) found.push(`The database login ${who.login} owns tenant tables (${owned.join(', ')}): only the migration login may.`);
    return found;
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

async function hasRole(tx: { one<R extends Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<R> }, name: string): Promise<boolean> {
  return (await tx.one<{ member: boolean }>(`SELECT pg_has_role(session_user, $1, 'MEMBER') AS member`, [name])).member;
}
