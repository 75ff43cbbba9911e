import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { untilPrinted } from './child.ts';
import { keepUp } from './keep-up.ts';

const folder = mkdtempSync(join(tmpdir(), 'counterpart-keep-up-'));
const script = (name: string, body: string): string => {
  const path = join(folder, name);
  writeFileSync(path, body);
  return path;
};
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a killed process runs again, and a stopped one does not', async () => {
  const said: string[] = [];
  const kept = keepUp(
    { name: 'sleeper', args: [script('sleeper.mjs', `console.log('ready ' + process.pid); setInterval(() => {}, 1000);`)], env: {}, log: join(folder, 'log') },
    (line) => said.push(line),
  );
  const first = await untilPrinted(kept.current(), /ready (\d+)/);
  kept.arm();
  process.kill(Number(first), 'SIGKILL');
  await kept.current().ended;
  const second = await untilPrinted(kept.current(), /ready (\d+)/);
  expect(second).not.toBe(first);
  expect(said).toEqual(['sleeper ended with SIGKILL; starting it again']);
  await kept.stop();
  expect(said).toHaveLength(1);
});

test('one that keeps dying is given up with its last words', async () => {
  const kept = keepUp(
    { name: 'dying', args: [script('dying.mjs', `console.error('no such thing'); process.exit(3);`)], env: {}, log: join(folder, 'log') },
    () => {},
  );
  kept.arm();
  await expect(kept.lost).resolves.toBe('dying ended with 3:\nno such thing');
});

test('one that dies before it was up is not tried again', async () => {
  const kept = keepUp({ name: 'early', args: [script('early.mjs', `process.exit(4);`)], env: {}, log: join(folder, 'log') }, () => {});
  await expect(kept.lost).resolves.toContain('early ended with 4');
});

test('what a process starts itself does not take an empty input for the end of its parent', async () => {
  const grandchild = script('grandchild.mjs', `setTimeout(() => console.log('grandchild lives'), 600);`);
  const body = `import { spawn } from 'node:child_process';
    spawn(process.execPath, [...process.execArgv, ${JSON.stringify(grandchild)}], { stdio: ['ignore', 'inherit', 'inherit'] }).on('exit', (code, signal) => console.log('grandchild ended with', code, signal));`;
  const kept = keepUp({ name: 'parent', args: [script('parent.mjs', body)], env: {}, log: join(folder, 'log') }, () => {});
  await expect(untilPrinted(kept.current(), /grandchild ended with (.*)/)).resolves.toBe('0 null');
  await kept.stop();
});
