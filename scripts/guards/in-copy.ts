// The trial's own process: vitest over one file of the copy, told to run the named tests and nothing else, and its findings written down.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startVitest, type TestCase, type TestModule } from 'vitest/node';
import type { Ended, Trial } from './trial.ts';

type Ask = { readonly root: string; readonly test: string; readonly says: readonly string[]; readonly to: string };
type Failure = { readonly name?: string; readonly message: string; readonly cause?: Failure; readonly stack?: string };

export async function runInCopy({ root, test, says, to }: Ask): Promise<void> {
  const vitest = await startVitest([test], {
    root,
    watch: false,
    testNamePattern: `^(?:${says.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|')})$`,
    reporters: [{}],
    passWithNoTests: true,
  });
  const modules = vitest.state.getTestModules();
  const unhandled = vitest.state.getUnhandledErrors() as Failure[];
  const file = join(root, test);
  const tests = modules.flatMap((module) => [...module.children.allTests()]).filter((one) => says.includes(one.fullName));
  const trial: Omit<Trial, 'seconds'> = {
    tests: tests.map((one) => endedOf(one, file)),
    broken: modules.length === 0 ? 'there is no such file' : brokenBy(modules, unhandled),
  };
  writeFileSync(to, JSON.stringify(trial));
  await vitest.close();
}

function brokenBy(modules: readonly TestModule[], unhandled: readonly Failure[]): string | null {
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const failure = suites.flatMap((suite) => suite.errors() as readonly Failure[])[0] ?? unhandled[0];
  return failure ? `${failure.name ?? 'Error'}: ${failure.message.split('\n')[0]}` : null;
}

function endedOf(test: TestCase, file: string): Ended {
  const { state, errors } = test.result();
  const failure = ((errors ?? []) as readonly Failure[]).map(innermost)[0];
  return { says: test.fullName, state, error: failure ? { name: failure.name ?? 'Error', message: failure.message, lines: linesOf(failure, file) } : null };
}

/** A property's failure carries the assertion that a counterexample broke. */
function innermost(failure: Failure): Failure {
  return failure.cause ? innermost(failure.cause) : failure;
}

/** From the innermost outwards: a helper of the test file, and who called it. */
function linesOf({ stack = '' }: Failure, file: string): string[] {
  const source = readFileSync(file, 'utf8').split('\n');
  const frames = stack.split('\n').filter((line) => line.includes(`${file}:`));
  return frames.flatMap((frame) => source[Number(/:(\d+):\d+\)?$/.exec(frame)?.[1]) - 1]?.trim() ?? []);
}
