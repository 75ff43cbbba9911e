// Imported first by commands that run beside a world: .env where there is one, and else what the running `npm start` wrote down.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const own = join(root, '.env');
if (existsSync(own)) process.loadEnvFile(own);
const running = join(resolve(root, process.env['DATA_DIR'] ?? '.data'), 'env');
if (!process.env['DATABASE_URL'] && existsSync(running)) process.loadEnvFile(running);
