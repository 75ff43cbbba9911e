// Prisma's own schema engine, in WebAssembly: it applies migrations and prints the SQL of a schema change, and nothing has to be downloaded.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const root = join(import.meta.dirname, '..', '..');
const schemaFolder = join(root, 'prisma/schema');
const migrationsFolder = join(root, 'prisma/migrations');

type Engine = {
  applyMigrations(of: { migrationsList: unknown; filters: unknown }): Promise<{ appliedMigrationNames: string[] }>;
  diff(of: unknown): Promise<{ stdout?: string }>;
};

/** Applies what is missing, in order, as the owner; answers the names. `_prisma_migrations` remembers. */
export async function applyMigrations(ownerUrl: string): Promise<string[]> {
  const engine = await openEngine(ownerUrl);
  return (await engine.applyMigrations({ migrationsList: migrationsList(), filters })).appliedMigrationNames;
}

/** The SQL of a change of prisma/schema since a commit; the engine asks any database of ours for its version. What Prisma cannot say (policies, grants, partial indexes) is written by hand. */
export async function diffSince(ownerUrl: string, commit: string): Promise<string> {
  const engine = await openEngine(ownerUrl);
  const before = schemaFiles().flatMap(([path]) => {
    const shown = spawnSync('git', ['show', `${commit}:./${relative(root, path)}`], { cwd: root, encoding: 'utf8' });
    return shown.status === 0 ? [{ path, content: shown.stdout }] : [];
  });
  const after = schemaFiles().map(([path, content]) => ({ path, content }));
  const from = before.length === 0 ? { tag: 'empty' } : { tag: 'schemaDatamodel', files: before };
  const { stdout } = await engine.diff({ from, to: { tag: 'schemaDatamodel', files: after }, script: true, exitCode: null, filters });
  return stdout ?? '';
}

const filters = { externalTables: [], externalEnums: [] };

let loaded: Promise<void> | undefined;

/** The glue is one per process: a second instance under it would read the first one's memory. */
async function loadEngine(): Promise<void> {
  const wasm = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm')
    .replace('schema_engine.js', 'schema_engine_bg.wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(wasm), { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start?: () => void }).__wbindgen_start?.();
}

async function openEngine(ownerUrl: string): Promise<Engine> {
  await (loaded ??= loadEngine());
  const url = new URL(ownerUrl);
  // Separate fields, not a connection string: the adapter's shadow database replaces only `database`.
  const connection = {
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(url.searchParams.get('sslmode') && url.searchParams.get('sslmode') !== 'disable' ? { ssl: true } : {}),
  };
  const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(connection));
  return (await glue.SchemaEngine.new({ datamodels: schemaFiles() }, () => {}, adapter)) as unknown as Engine; // the glue declares no types for its answers
}

/** The adapter cuts a script at every semicolon, also inside a function body. PostgreSQL takes it whole, and all of it or nothing. */
class WholeScripts extends PrismaPg {
  override async connect() {
    const adapter = await super.connect();
    const { host, port, user, password, database, ssl } = this.connection;
    adapter.executeScript = async (script: string) => {
      const client = new pg.Client({ host, port, user, password, database, ssl });
      await client.connect();
      try {
        await client.query(script);
      } finally {
        await client.end();
      }
    };
    return adapter;
  }
  private readonly connection: pg.ClientConfig;
  constructor(connection: pg.ClientConfig) {
    super(connection);
    this.connection = connection;
  }
}

function schemaFiles(): [string, string][] {
  return readdirSync(schemaFolder)
    .filter((name) => name.endsWith('.prisma'))
    .sort()
    .map((name) => [join(schemaFolder, name), readFileSync(join(schemaFolder, name), 'utf8')]);
}

function migrationsList() {
  const folders = existsSync(migrationsFolder) ? readdirSync(migrationsFolder, { withFileTypes: true }).filter((item) => item.isDirectory()) : [];
  return {
    baseDir: migrationsFolder,
    lockfile: { path: 'migration_lock.toml', content: readFileSync(join(migrationsFolder, 'migration_lock.toml'), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: folders
      .map((item) => item.name)
      .sort()
      .map((path) => ({
        path,
        migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: readFileSync(join(migrationsFolder, path, 'migration.sql'), 'utf8') } },
      })),
  };
}
