// npm start: everything, on a fresh clone. Installs, then hands over to Node 24 (scripts/start.ts).
import { install, run } from './bootstrap.mjs';

install('production');
run('scripts/start.ts', process.argv.slice(2));
