// The only door to the database. A transaction is short, belongs to one engine call and, for tenant tables, to one workspace (I10).
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import pg from 'pg';
import { env } from './env.ts';
import { isLedger, type Ledger } from './ledger.ts';
import { isMerchant, type Merchant } from './merchant.ts';

export type Row = Record<string, unknown>;

/** An open transaction. Every statement over a tenant table names its workspace itself; row-level security stands under it. */
export type Tx = {
  query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<R[]>;
  one<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<R>;
  maybe<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<R | null>;
  /** How many rows a statement touched. */
  run(sql: string, params?: readonly unknown[]): Promise<number>;
  /** Turns a routing transaction into the ledger's own, for a claim that learns only then whose row it holds. */
  become(ledger: Ledger): Promise<void>;
};

export type DatabaseRole = 'app' | 'worker' | 'ingest' | 'owner';

export type Database = {
  /** Reads and writes of one workspace. Throws when called inside another transaction. */
  as<T>(who: Ledger | Merchant, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Routing tables only: no workspace is set, so row-level security shows no tenant row. */
  routing<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One statement outside any transaction, for the inbox insert (I1). */
  statement<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<R[]>;
  pool: pg.Pool;
  close(): Promise<void>;
};

const inTransaction = new AsyncLocalStorage<true>();

/** Statements whose plan each connection keeps, under a name that stands for their text. */
const steady = new Map<string, string>();
let naming = true;

/**
 * For a statement that is sent often with the same text, and whose best plan does not hang on its values. Planning the widest of them takes ten times as long as running it.
 * Only inside a transaction that asked for it (`keepPlans`): elsewhere a plan is made for the values at hand, as the roles are set.
 */
export function keptPlan(sql: string): string {
  if (!steady.has(sql)) steady.set(sql, `s_${createHash('sha256').update(sql).digest('hex').slice(0, 24)}`);
  return sql;
}

/** For a select list: from this statement on, and until its end, the transaction uses kept plans. */
export const keepPlans = `set_config('plan_cache_mode', 'force_generic_plan', true)`;

/** The answer of a pooler that hands each transaction another connection and knows no names. From the first one on none are used. */
export function isNameless(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '26000' || code === '42P05';
}

// int8 and timestamptz arrive exactly: bigint, and Date with the microseconds cut. Counts that fit are narrowed by their reader.
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => (oid === 20 ? BigInt : pg.types.getTypeParser(oid, format))) as typeof pg.types.getTypeParser,
};

export function openDatabase(options: { url: string; role: DatabaseRole; max: number }): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    types,
    application_name: `counterpart-${options.role}`,
  });
  pool.on('error', () => {}); // an idle connection that dies is replaced at the next use; the use reports it
  // Nor may one that dies between two statements of a transaction end the process: the next statement reports it.
  pool.on('connect', (client) => client.on('error', () => {}));
  // Where a process was given no login of its own, its login is a NOINHERIT member of the role and takes it on first.
  const login = decodeURIComponent(new URL(options.url).username);
  const takeRole = options.role !== 'owner' && !login.startsWith(`counterpart_${options.role}`) ? `SET LOCAL ROLE counterpart_${options.role};` : '';
  const begin = (workspace: string | null) =>
    workspace === null ? `BEGIN;${takeRole}` : `BEGIN;${takeRole}SELECT set_config('app.workspace', '${uuid(workspace)}', true)`;

  let past: boolean | undefined;
  // Straight from the environment: whoever opens a database by its address (a script, a test) need not have set all the rest of it.
  const pooled = () => (past ??= isPast(process.env['DATABASE_DIRECT_URL'], options.url));

  async function transaction<T>(workspace: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (inTransaction.getStore()) throw new Error('A transaction was opened inside another: one engine call, one short transaction.');
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query(begin(workspace));
      const result = await inTransaction.run(true, () => work(transactionOf(client, pooled)));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      if (isNameless(error)) naming = false;
      await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    as: async (who, work) => transaction(workspaceOf(who), work),
    routing: (work) => transaction(null, work),
    statement: async (sql, params) => {
      if (takeRole) return transaction(null, (tx) => tx.query(sql, params));
      return (await pool.query(sql, params as unknown[])).rows;
    },
    pool,
    close: () => pool.end(),
  };
}

/** True inside db.as or db.routing. A call to Stripe made there would hold locks across the network (INVARIANTS §2.3). */
export function isInTransaction(): boolean {
  return inTransaction.getStore() === true;
}

let current: Database | undefined;
let keeping: Database | undefined;

/** This process's database: the worker's role where PROCESS=worker, else the app's. */
export const db: Pick<Database, 'as' | 'routing' | 'statement'> = {
  as: (who, work) => database().as(who, work),
  routing: (work) => database().routing(work),
  statement: (sql, params) => database().statement(sql, params),
};

/** The separate, small pool that keeps events, in whichever process (I14: one pool's queue must not hold up another's). */
export function inboxDatabase(): Database {
  return (keeping ??= openDatabase({ url: env().DATABASE_INGEST_URL ?? env().DATABASE_URL, role: 'ingest', max: 5 }));
}

export function database(): Database {
  if (current) return current;
  const role: DatabaseRole = process.env['PROCESS'] === 'worker' ? 'worker' : process.env['PROCESS'] === 'owner' ? 'owner' : 'app';
  const url =
    role === 'worker'
      ? (env().DATABASE_WORKER_URL ?? env().DATABASE_URL)
      : role === 'owner'
        ? (env().DATABASE_OWNER_URL ?? env().DATABASE_URL)
        : env().DATABASE_URL;
  return (current = openDatabase({ url, role, max: 10 }));
}

/** Puts another database in place (tests, scripts) and returns a function that closes it and restores the former. */
export function useDatabase(next: { main: Database; inbox?: Database }): () => Promise<void> {
  const former = { current, keeping };
  current = next.main;
  keeping = next.inbox ?? keeping;
  return async () => {
    await next.main.close();
    await next.inbox?.close();
    ({ current, keeping } = former);
  };
}

export async function closeDatabases(): Promise<void> {
  await Promise.all([current?.close(), keeping?.close()]);
  current = keeping = undefined;
}

function transactionOf(client: pg.PoolClient, pooled: () => boolean): Tx {
  const send = <R extends Row>(text: string, params?: readonly unknown[]) => {
    const name = naming && !pooled() ? steady.get(text) : undefined;
    return name === undefined ? client.query<R>(text, params as unknown[]) : client.query<R>({ name, text, values: params as unknown[] });
  };
  const query = async <R extends Row>(sql: string, params?: readonly unknown[]) => (await send<R>(sql, params)).rows;
  return {
    query,
    one: async <R extends Row>(sql: string, params?: readonly unknown[]) => {
      const rows = await query<R>(sql, params);
      if (rows.length !== 1) throw new Error(`Expected one row, got ${rows.length}: ${sql.slice(0, 120)}`);
      return rows[0]!;
    },
    maybe: async <R extends Row>(sql: string, params?: readonly unknown[]) => (await query<R>(sql, params))[0] ?? null,
    run: async (sql, params) => (await send(sql, params)).rowCount ?? 0,
    become: async (ledger) => {
      if (!isLedger(ledger)) throw new Error('Not a Ledger made by lib/access.');
      await client.query(`SELECT set_config('app.workspace', '${uuid(ledger.workspace)}', true)`);
    },
  };
}

/** A way past a pooler is given exactly where there is one. */
function isPast(direct: string | undefined, url: string): boolean {
  return direct !== undefined && direct !== '' && new URL(direct).host !== new URL(url).host;
}

function workspaceOf(who: Ledger | Merchant): string {
  if (isLedger(who)) return who.workspace;
  if (isMerchant(who)) return who.workspace.id;
  throw new Error('Not a Ledger or Merchant made by lib/access.');
}

function uuid(value: string): string {
  if (!/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(value)) throw new Error('A workspace id is a lower-case UUID.');
  return value;
}
