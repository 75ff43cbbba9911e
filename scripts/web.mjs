// npm run web: the web process alone, as built by `npm start` or `next build`.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const local = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(process.env.APP_URL || 'http://localhost:3000').hostname);
const args = [join(root, 'node_modules/next/dist/bin/next'), 'start', '-p', process.env.PORT || '3000', '-H', local ? 'localhost' : '0.0.0.0'];
const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_ENV: 'production', PROCESS: 'web' } });
// Next dies of the signal it was sent; asked to end, it has ended well.
let asked = false;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    asked = true;
    child.kill(signal);
  });
child.on('exit', (code) => process.exit(asked ? 0 : (code ?? 1)));
