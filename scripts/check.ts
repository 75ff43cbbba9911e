// npm run check: types, lint, form, dead code. Each says what is wrong in its own words; the last lines sum up.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { generateClient } from './world/build.ts';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);
const checks: readonly (readonly [string, string, readonly string[]])[] = [
  ['types', bin('tsc'), ['--noEmit', '-p', '.']],
  ['lint', bin('oxlint'), ['--type-aware']],
  ['form', bin('biome'), ['format', '.']],
  ['dead code', bin('knip'), ['--no-progress']],
];

await generateClient();
const failed = checks.filter(([name, command, args]) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}\n`);
  return status !== 0;
});
process.stdout.write(`${checks.length - failed.length} passed, ${failed.length} failed\n`);
process.exit(failed.length === 0 ? 0 : 1);
