// Whether a trial proves that a test holds its guard: it must fail there, by the very assertion that the patch names, and for no other reason.
import type { Patch } from './patch.ts';
import type { Trial } from './trial.ts';

export type Verdict = { readonly kind: 'red' } | { readonly kind: 'no'; readonly why: string };

export function judge(patch: Pick<Patch, 'says' | 'redAt'>, trial: Trial): Verdict {
  const found = trial.tests.filter((test) => test.says === patch.says);
  const [test] = found;
  if (found.length > 1) return no('several tests have this name');
  if (!test || test.state === 'skipped' || test.state === 'pending') return no(trial.broken ? `the test did not run: ${trial.broken}` : 'no such test');
  if (test.state === 'passed') return no('stayed green');
  const { name = '', message = '', lines = [] } = test.error ?? {};
  if (name !== 'AssertionError') return no(`red by ${name || 'nothing'}, not by an assertion: ${first(message)}`);
  if (lines.length === 0) return no(`red outside the test’s own file: ${first(message)}`);
  if (!lines.some((line) => patch.redAt.split(' | ').some((part) => line.includes(part))))
    return no(`red by another assertion: ${lines.join(' ← ')} (${first(message)})`);
  return { kind: 'red' };
}

/** Null when the test passes with every guard in place. */
export function judgeControl(patch: Pick<Patch, 'says'>, control: Trial): Verdict | null {
  const test = control.tests.find((one) => one.says === patch.says);
  if (test?.state === 'passed') return null;
  if (test?.state === 'failed') return no(`red without the patch: ${first(test.error?.message ?? '')}`);
  return no(control.broken ? `the unpatched file did not run: ${control.broken}` : 'no such test');
}

function no(why: string): Verdict {
  return { kind: 'no', why };
}

function first(message: string): string {
  return message.split('\n')[0]!.slice(0, 160);
}
