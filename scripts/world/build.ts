// Builds the web once per state of its sources: the Prisma client, then Next. A warm start finds the stamp and builds nothing.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const sources = [
  'app',
  'components',
  'lib',
  'public',
  'prisma/schema',
  'next.config.js',
  'postcss.config.mjs',
  'proxy.ts',
  'instrumentation.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];

/** Makes prisma/generated where the schema is new. Prisma's engines are not needed for it and are not downloaded. */
export async function generateClient(): Promise<void> {
  const stamp = join(root, 'prisma/generated/.stamp');
  const state = hashOf(['prisma/schema']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return;
  await run('prisma/build/index.js', ['generate', '--schema', 'prisma/schema'], {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  });
  writeFileSync(stamp, state);
}

/** Builds into `distDir` unless it already holds this very state of the sources. True where it built. */
export async function buildWeb(distDir: string): Promise<boolean> {
  await generateClient();
  const stamp = join(root, distDir, '.counterpart-build');
  const state = hashOf(sources);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return false;
  await run('next/dist/bin/next', ['build'], { NEXT_DIST_DIR: distDir, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' });
  writeFileSync(stamp, state);
  return true;
}

async function run(bin: string, args: readonly string[], env: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'node_modules', bin), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-6000)));
  const end = () => child.kill('SIGTERM');
  process.once('exit', end);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  process.off('exit', end);
  if (code !== 0) throw new Error(`${bin.split('/')[0]} ${args[0]} failed:\n${printed.trim()}`);
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(filesIn).sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

function filesIn(path: string): string[] {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  try {
    return readdirSync(full, { withFileTypes: true }).flatMap((item) => filesIn(`${path}/${item.name}`));
  } catch {
    return [path];
  }
}
