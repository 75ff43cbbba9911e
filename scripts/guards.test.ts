// The runner on patches of which it is known how they must end: only a guard that the named assertion holds passes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPatches } from './guards/patch.ts';

const root = join(import.meta.dirname, '..');

test('a test that stays green, fails elsewhere or does not run holds no guard, and a patch that no longer applies tries none', { timeout: 120_000 }, () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/guards.ts', '--from', 'scripts/guards/self-test'], { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  const ended = Object.fromEntries([...stdout.matchAll(/^(red|FAILED) +(\S+) in \S+ s(?:: (.*))?$/gm)].map(([, how, name, why]) => [name, why ?? how]));
  expect(ended).toEqual({
    'a-guard': 'red',
    'broken-import': expect.stringMatching(/^the test did not run: Error: .*no-money/),
    gone: expect.stringMatching(/^the patch no longer applies: error: patch failed: lib\/perform\/amount\.ts/),
    'no-difference': 'stayed green',
    'no-such-test': 'no such test',
    'other-assertion': expect.stringMatching(/^red by another assertion: expect\(refusalOf/),
    'thrown-error': expect.stringMatching(/^red by Error, not by an assertion: neither/),
  });
  expect(stdout.trim().split('\n').at(-1)).toBe('1 passed, 6 failed');
  expect(status).toBe(1);
});

test('every patch still applies: who changes a guard changes its patch', () => {
  const broken = readPatches(join(root, 'scripts/guards')).flatMap(({ name, file }) => {
    const { status, stderr } = spawnSync('git', ['apply', '--check', '-C0', file], { cwd: root, encoding: 'utf8' });
    return status === 0 ? [] : [`${name}: ${stderr.trim()}`];
  });
  expect(broken).toEqual([]);
});

test('every patch says what it takes away, which test holds it and where that turns red', () => {
  const patches = readPatches(join(root, 'scripts/guards'));
  expect(patches.length).toBeGreaterThan(100);
  for (const { name, holds } of patches) expect(holds, name).toMatch(/^(I\d+|S\d+|F\d+|§)/);
});
