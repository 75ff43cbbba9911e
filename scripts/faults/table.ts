// What a file's tests say together: one row for each scenario and seed, passed, failed or void.
import { existsSync, readFileSync } from 'node:fs';

export type Row = {
  readonly scenario: string;
  readonly seed: string;
  readonly end: 'passed' | 'failed' | 'void';
  readonly tests: number;
  readonly seconds: number;
};
type Test = { fullName: string; status: string; duration?: number | null; failureMessages?: string[] | null };
type Report = { testResults: { assertionResults: Test[]; status: string }[] };

/** A file that said nothing, or less than its exit code, has failed as a whole. */
export function rowsOf(scenario: { readonly file: string; readonly names: readonly string[] }, report: string, code: number | null, seconds: number): Row[] {
  const tests = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Report).testResults.flatMap((file) => file.assertionResults) : [];
  const ran = tests.filter((test) => test.status === 'passed' || test.status === 'failed');
  const rows = [...Map.groupBy(ran, (test) => `${nameOf(test, scenario.names)}\n${seedOf(test)}`)].map(([key, ofRow]): Row => {
    const [name, seed] = key.split('\n') as [string, string];
    return { scenario: name, seed, end: endOf(ofRow), tests: ofRow.length, seconds: ofRow.reduce((sum, test) => sum + (test.duration ?? 0), 0) / 1000 };
  });
  const whole = rows.length === 0 || (code !== 0 && rows.every((row) => row.end === 'passed'));
  return whole ? [...rows, { scenario: `${scenario.names.join(', ')} (${scenario.file} as a whole)`, seed: '–', end: 'failed', tests: 0, seconds }] : rows;
}

function nameOf({ fullName }: Test, names: readonly string[]): string {
  return /\bF\d+\b/.exec(fullName)?.[0] ?? names.join(', ');
}

function seedOf({ fullName }: Test): string {
  return /\bseed (\d+)/.exec(fullName)?.[1] ?? '–';
}

function endOf(tests: readonly Test[]): Row['end'] {
  const failed = tests.filter((test) => test.status === 'failed');
  if (failed.length === 0) return 'passed';
  return failed.every((test) => test.failureMessages?.some((message) => message.startsWith('Void:'))) ? 'void' : 'failed';
}

export function table(rows: readonly Row[]): string {
  const cells = [['scenario', 'seed', 'end', 'tests', 's'], ...rows.map((row) => [row.scenario, row.seed, row.end, String(row.tests), row.seconds.toFixed(1)])];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) => row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ')).join('\n');
}
