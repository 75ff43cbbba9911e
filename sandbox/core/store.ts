// The sandbox's one file: every table, and prepared statements by their text.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** One row by its columns' names; none of these tables has blobs or large integers. */
export type Row = { readonly [column: string]: string | number | null };
export type Store = ReturnType<typeof openStore>;

export function openStore(file: string) {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA busy_timeout = 5000');
  db.exec(TABLES);
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    let one = prepared.get(sql);
    if (!one) prepared.set(sql, (one = db.prepare(sql)));
    return one;
  };
  let depth = 0;
  let order = Number(db.prepare('SELECT coalesce(max(n), 0) AS n FROM due').get()?.n ?? 0);

  return {
    db,
    get: (sql: string, ...values: SQLInputValue[]): Row | undefined => statement(sql).get(...values) as Row | undefined, // no column of these tables is a blob
    rows: (sql: string, ...values: SQLInputValue[]): Row[] => statement(sql).all(...values) as Row[],
    run: (sql: string, ...values: SQLInputValue[]): number => Number(statement(sql).run(...values).changes),
    insert: (sql: string, ...values: SQLInputValue[]): number => Number(statement(sql).run(...values).lastInsertRowid),
    /** Grows with every call, for what must keep the order of writing within one second. */
    nextOrder: (): number => ++order,
    /** All or nothing; inside another one it is a savepoint. */
    atomic<T>(work: () => T): T {
      const level = depth;
      statement(level === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT s${level}`).run();
      depth++;
      let done = false;
      try {
        const result = work();
        done = true;
        return result;
      } finally {
        depth = level;
        if (level === 0) statement(done ? 'COMMIT' : 'ROLLBACK').run();
        else {
          if (!done) statement(`ROLLBACK TO s${level}`).run();
          statement(`RELEASE s${level}`).run();
        }
      }
    },
    meta: (key: string): string | null => {
      const row = statement('SELECT value FROM meta WHERE key = ?').get(key);
      return row ? String(row.value) : null;
    },
    setMeta: (key: string, value: string): void => {
      statement('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(key, value);
    },
    close: (): void => db.close(),
  };
}

const TABLES = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS account (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, country TEXT NOT NULL, currency TEXT NOT NULL, created INTEGER NOT NULL, platform INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS place (n INTEGER PRIMARY KEY, account TEXT NOT NULL, livemode INTEGER NOT NULL, UNIQUE (account, livemode));
CREATE TABLE IF NOT EXISTS object (seq INTEGER PRIMARY KEY AUTOINCREMENT, place INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, created INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, data TEXT NOT NULL, UNIQUE (place, type, id));
CREATE INDEX IF NOT EXISTS object_page ON object (place, type, created, seq);
CREATE TABLE IF NOT EXISTS field (place INTEGER NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, created INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (place, type, name, value, created, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY AUTOINCREMENT, place INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, created INTEGER NOT NULL, data TEXT NOT NULL, request TEXT, pending INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, targets INTEGER NOT NULL DEFAULT 0, UNIQUE (place, id));
CREATE INDEX IF NOT EXISTS event_page ON event (place, created, seq);
CREATE INDEX IF NOT EXISTS event_type ON event (place, type, created, seq);
CREATE TABLE IF NOT EXISTS delivery (id INTEGER PRIMARY KEY AUTOINCREMENT, event INTEGER NOT NULL, endpoint TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', counted INTEGER NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS delivery_next ON delivery (next_at) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS delivery_event ON delivery (event);
CREATE TABLE IF NOT EXISTS sent (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL, at INTEGER NOT NULL, status INTEGER, error TEXT, attempt INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS sent_event ON sent (event);
CREATE TABLE IF NOT EXISTS due (place INTEGER NOT NULL, job TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (place, job, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS due_at ON due (at, n);
CREATE TABLE IF NOT EXISTS idempotency (place INTEGER NOT NULL, key TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, hash TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, request TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (place, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idempotency_at ON idempotency (at);
CREATE TABLE IF NOT EXISTS access (client_id TEXT NOT NULL, account TEXT NOT NULL, livemode INTEGER NOT NULL, scope TEXT NOT NULL, at INTEGER NOT NULL, code TEXT, access_token TEXT NOT NULL, refresh_token TEXT NOT NULL, PRIMARY KEY (client_id, account, livemode)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS code (code TEXT PRIMARY KEY, client_id TEXT NOT NULL, account TEXT NOT NULL, livemode INTEGER NOT NULL, scope TEXT NOT NULL, at INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
`;
