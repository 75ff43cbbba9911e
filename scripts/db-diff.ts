// npm run db:diff [-- COMMIT]: prints the SQL of what changed in prisma/schema since a commit (HEAD), to start a new migration from.
import './load-env.ts';
import { diffSince } from './world/schema-engine.ts';

const url = process.env['DATABASE_OWNER_URL'];
if (!url) {
  process.stderr.write('DATABASE_OWNER_URL is missing: run npm start beside this, or name a database.\n');
  process.exit(1);
}
process.stdout.write((await diffSince(url, process.argv[2] ?? 'HEAD')) || '-- no change\n');
process.exit(0);
