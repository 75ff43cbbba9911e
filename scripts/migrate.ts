// npm run migrate: applies what is missing, on DATABASE_OWNER_URL.
import './load-env.ts';
import { applyMigrations } from './world/schema-engine.ts';

const url = process.env['DATABASE_OWNER_URL'];
if (!url) {
  process.stderr.write('DATABASE_OWNER_URL is missing: migrations run as the login that owns the tables (scripts/roles.sql).\n');
  process.exit(1);
}
try {
  const applied = await applyMigrations(url);
  process.stdout.write(applied.length === 0 ? 'Nothing to apply: the database is up to date.\n' : `Applied ${applied.join(', ')}.\n`);
  process.exit(0);
} catch (error) {
  process.stderr.write(`The migration failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
