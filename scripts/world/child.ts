// A child process of a world: its own group (Ctrl-C reaches only the parent, which ends it in order), gone when its parent is.
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export type Child = {
  name: string;
  process: ChildProcess;
  /** The last lines it printed. */
  tail: () => string;
  /** SIGTERM, and SIGKILL after `patience`. */
  stop: (patience?: number) => Promise<void>;
  ended: Promise<number | null>;
};

export type ChildOf = { name: string; args: readonly string[]; env: Readonly<Record<string, string>>; log: string; node?: string };

export function startChild(of: ChildOf): Child {
  mkdirSync(dirname(of.log), { recursive: true });
  const child = spawn(of.node ?? process.execPath, ['--import', join(root, 'scripts/die-with-parent.mjs'), ...of.args], {
    cwd: root,
    env: {
      NODE_ENV: 'production',
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      LANG: process.env['LANG'] ?? 'C.UTF-8',
      ...of.env,
      DIES_WITH: String(process.pid),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdin?.on('error', () => {}); // it may end first
  let printed = '';
  const hear = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-8000);
    appendFileSync(of.log, chunk);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', (error) => {
      printed += error.message;
      resolve(1);
    });
  });
  return { name: of.name, process: child, tail: () => printed, ended, stop: (patience = 26_000) => stopChild(child, ended, patience) };
}

/** Waits until it prints the pattern; what the first group caught. Says what it printed when it ends or takes too long. */
export async function untilPrinted(child: Child, pattern: RegExp, milliseconds = 60_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const match = pattern.exec(child.tail());
      if (match) finish(() => resolve(match[1] ?? ''));
    };
    const timer = setTimeout(
      () => finish(() => reject(new Error(`${child.name} was not ready within ${milliseconds / 1000} s:\n${child.tail()}`))),
      milliseconds,
    );
    const finish = (then: () => void) => {
      clearTimeout(timer);
      child.process.stdout?.off('data', look);
      child.process.stderr?.off('data', look);
      then();
    };
    child.process.stdout?.on('data', look);
    child.process.stderr?.on('data', look);
    void child.ended.then((code) => finish(() => reject(new Error(`${child.name} ended with ${code}:\n${child.tail()}`))));
    look();
  });
}

async function stopChild(child: ChildProcess, ended: Promise<unknown>, patience: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  await ended;
  clearTimeout(timer);
}
