// What a client leaf imports is sent to every browser, so none may pull in the whole copy, TanStack, or a popup library it does not open.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const files = readdirSync(join(root, 'components'), { recursive: true, encoding: 'utf8' })
  .map((file) => `components/${file}`)
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'));
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const leaves = files.filter((file) => text(file).startsWith("'use client'"));

describe('client leaves', () => {
  it.each(leaves)('%s brings one area of copy at most, and no engine', (leaf) => {
    const reached = reach(leaf);
    expect(reached).not.toContain('lib/messages/index.ts');
    expect(reached).not.toContain('lib/messages/en.ts');
    expect(reached).not.toContain('@tanstack/react-table');
    expect(reached).not.toContain('zod');
  });

  it('open Base UI only behind a lazy import', () => {
    const withDialog = leaves.filter((leaf) => reach(leaf).includes('@base-ui/react/dialog'));
    expect(withDialog.sort()).toEqual([
      'components/connect/first-run-dialog.tsx',
      'components/operation/refund-dialog.tsx',
      'components/shell/session-end.tsx',
      'components/ui/dialog.tsx',
    ]);
  });
});

/** Everything a file imports for its values, at first hand or further on. Lazy imports do not count. */
function reach(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file) || !/\.tsx?$/.test(file)) return [...seen.add(file)];
  seen.add(file);
  for (const [, source] of text(file).matchAll(/^import (?!type)[^;]*? from '([^']+)';/gm)) {
    reach(source!.startsWith('#') ? source!.slice(1) : source!.startsWith('.') ? normalize(join(dirname(file), source!)) : source!, seen);
  }
  return [...seen];
}
