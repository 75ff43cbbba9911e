// npm test: all that CI runs, on a fresh clone. Installs, then hands over to Node 24 (scripts/test.ts).
import { install, run } from './bootstrap.mjs';

install('all');
run('scripts/test.ts', process.argv.slice(2));
