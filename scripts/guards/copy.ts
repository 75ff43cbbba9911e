// A copy of the sources to take guards out of: tracked files only, packages and the generated client by link.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Patch } from './patch.ts';

export type Copy = {
  readonly root: string;
  /** Null when it is applied, else git's own words. `undo` puts every touched file back. */
  readonly apply: (patch: Patch) => { readonly refused: string | null; readonly undo: () => void };
  readonly remove: () => void;
};

/**
 * `committed`: what HEAD holds instead of what stands in the working tree, for a checkout that others are writing in.
 * `built`: Next compiles nothing outside the folder of the nearest lockfile, so the copy then lies in this one, without a lockfile of its own.
 */
export function copyOf(root: string, { committed, built }: { committed: boolean; built: boolean }): Copy {
  const copy = mkdtempSync(built ? join(root, '.next-guards-') : join(tmpdir(), 'counterpart-guards-'));
  chmodSync(copy, 0o711);
  if (committed) git(root, ['archive', '--format=tar', `--output=${join(copy, 'head.tar')}`, 'HEAD']);
  if (committed) run('tar', ['-xf', 'head.tar'], copy);
  else copyTracked(root, copy);
  rmSync(join(copy, 'package-lock.json'), { force: true });
  linkPackages(join(root, 'node_modules'), join(copy, 'node_modules'));
  if (existsSync(join(root, 'prisma/generated'))) symlinkSync(join(root, 'prisma/generated'), join(copy, 'prisma/generated'));
  return { root: copy, apply: (patch) => apply(copy, patch), remove: () => rmSync(copy, { recursive: true, force: true }) };
}

function copyTracked(root: string, copy: string): void {
  for (const file of git(root, ['ls-files', '-z']).split('\0')) {
    const from = join(root, file);
    if (file === '' || !existsSync(from) || lstatSync(from).isDirectory()) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(from, join(copy, file), { verbatimSymlinks: true });
  }
}

/** One link per package rather than one for all: what a tool caches beside them (node_modules/.vite) then goes with the copy. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) if (name === '.bin' || !name.startsWith('.')) symlinkSync(join(from, name), join(to, name));
}

function apply(copy: string, patch: Patch): { refused: string | null; undo: () => void } {
  const before = new Map(patch.touches.map((file) => [file, existsSync(join(copy, file)) ? readFileSync(join(copy, file)) : null]));
  // The lines around a guard may move and change; the guard itself must be found word for word.
  const { status, stderr } = spawnSync('git', ['apply', '-C0', '--whitespace=nowarn', patch.file], {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(copy) },
  });
  return {
    refused: status === 0 ? null : stderr.trim().split('\n').slice(0, 2).join(' '),
    undo: () => {
      for (const [file, content] of before)
        if (content === null) rmSync(join(copy, file), { force: true });
        else writeFileSync(join(copy, file), content);
    },
  };
}

function git(cwd: string, args: readonly string[]): string {
  return run('git', args, cwd);
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1_048_576 });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${stderr}`);
  return stdout;
}
